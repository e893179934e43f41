//! Rows of `attribute`: the searchable values of a resource. They follow from its document and its
//! dates, so what a change does to them is the difference of two computed sets.

use std::cmp::Ordering;

use rusqlite::types::ToSqlOutput;
use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::numbers::{signed, sql_borrowed};
use super::view::{Tx, View};
use crate::scim::{Folded, Kind, ResourceId, Searchable};

/// The resource whose rows are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject {
    pub(super) connection: i64,
    pub(super) kind: Kind,
    pub(super) number: i64,
}

impl View<'_> {
    /// The numbers of the resources that have the value `folded` at the path `key`, in the order in which
    /// they arrived, `limit` at most.
    pub(super) fn having(
        &self,
        connection: i64,
        kind: Kind,
        key: &str,
        folded: &Folded,
        limit: u64,
    ) -> Result<Vec<i64>, StoreError> {
        let Some(path) = self.session().path(kind, key)? else {
            return Ok(Vec::new());
        };
        self.sql()
            .prepare_cached(
                "SELECT DISTINCT resource
                 FROM attribute
                 WHERE connection = ? AND path = ? AND folded = ?
                 ORDER BY resource
                 LIMIT ?",
            )?
            .query_map(
                params![connection, path, sql_borrowed(folded), signed(limit)],
                |row| row.get(0),
            )?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// The resource that has the value `folded` at the path `key` (as `Resolved::key` spells it),
    /// other than the resource `except`: a uniqueness check.
    pub fn taken(
        &self,
        connection: i64,
        kind: Kind,
        key: &str,
        folded: &Folded,
        except: Option<i64>,
    ) -> Result<Option<ResourceId>, StoreError> {
        let Some(path) = self.session().path(kind, key)? else {
            return Ok(None);
        };
        let id: Option<String> = self
            .sql()
            .prepare_cached(
                "SELECT resource.id
                 FROM attribute
                 JOIN resource ON resource.number = attribute.resource
                 WHERE attribute.connection = ?1 AND attribute.path = ?2 AND attribute.folded = ?3
                   AND attribute.resource <> ?4
                 LIMIT 1",
            )?
            .query_row(
                // Numbers begin at 1. Never NULL here: SQLite would plan the statement anew each time.
                params![connection, path, sql_borrowed(folded), except.unwrap_or(0)],
                |row| row.get(0),
            )
            .optional()?;
        id.map(|id| {
            id.parse()
                .map_err(|_| StoreError::corrupt("a resource without an id"))
        })
        .transpose()
    }

    /// The texts that more than one resource has at the path `key`, as they are compared. One walk
    /// through the index of that path.
    pub fn repeated(
        &self,
        connection: i64,
        kind: Kind,
        key: &str,
    ) -> Result<Vec<String>, StoreError> {
        let Some(path) = self.session().path(kind, key)? else {
            return Ok(Vec::new());
        };
        let mut statement = self.sql().prepare_cached(
            "SELECT folded
             FROM attribute
             WHERE connection = ? AND path = ? AND typeof(folded) = 'text' AND folded <> ''
             GROUP BY folded
             HAVING min(resource) <> max(resource)",
        )?;
        let mut rows = statement.query([connection, path])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(row.get(0)?);
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// Replaces the rows `before` by the rows `after`, touching only those that differ. Both are in order.
    pub(super) fn write_searchable(
        &self,
        subject: Subject,
        before: &[Searchable],
        after: &[Searchable],
    ) -> Result<(), StoreError> {
        // First all that go: a value may come back in another guise (1 and 1.0) under the same key.
        self.each_searchable(
            subject,
            difference(before, after),
            "DELETE FROM attribute
             WHERE connection = ? AND path = ? AND folded = ? AND resource = ? AND element = ?",
        )?;
        // Two values of one element may fold to the same.
        self.each_searchable(
            subject,
            difference(after, before),
            "INSERT INTO attribute (connection, path, folded, resource, element)
             VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
    }

    /// Runs a statement for each value. It is looked up once: somebody new has some thirty values.
    fn each_searchable<'v>(
        &self,
        subject: Subject,
        values: impl Iterator<Item = &'v Searchable>,
        statement: &str,
    ) -> Result<(), StoreError> {
        let mut statement = self.sql().prepare_cached(statement)?;
        for value in values {
            let path = self.session().intern(subject.kind, &value.key)?;
            statement.execute(row(subject, path, value))?;
        }
        Ok(())
    }
}

fn row(subject: Subject, path: i64, value: &Searchable) -> (i64, i64, ToSqlOutput<'_>, i64, u32) {
    (
        subject.connection,
        path,
        sql_borrowed(&value.folded),
        subject.number,
        value.element,
    )
}

/// What is in `left` and not in `right`; both are sorted.
fn difference<'a>(
    left: &'a [Searchable],
    right: &'a [Searchable],
) -> impl Iterator<Item = &'a Searchable> {
    let mut rest = right.iter().peekable();
    left.iter().filter(move |value| {
        while rest
            .next_if(|other| (*other).cmp(value) == Ordering::Less)
            .is_some()
        {}
        rest.peek()
            .is_none_or(|other| (*other).cmp(value) != Ordering::Equal)
    })
}
