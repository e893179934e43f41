//! Resources brought under other schemas: their documents where the data change, their rows of
//! `attribute` where only the way of comparing does.

use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::numbers::{kind_number, signed, unsigned};
use super::resources::{Stored, id_of};
use super::shapes::Values;
use super::view::{Tx, View};
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, ResourceId, Urn, searchable};

/// Resources that have a value which another one has too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// How many they are.
    pub resources: u64,
    /// One of them.
    pub example: ResourceId,
}

impl View<'_> {
    /// Resources that have data under the extension `urn`: those after the one with the number
    /// `after`, in the order of arrival, `limit` at most.
    pub fn extended(
        &self,
        connection: i64,
        kind: Kind,
        urn: &Urn,
        after: i64,
        limit: u64,
    ) -> Result<Vec<Stored>, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT number
             FROM resource
             WHERE shape = ? AND number > ?
             ORDER BY number
             LIMIT ?",
        )?;
        let mut numbers: Vec<i64> = Vec::new();
        for shape in self.shapes_below(connection, kind, urn)? {
            let mut rows = statement.query(params![shape, after, signed(limit)])?;
            while let Some(row) = rows.next()? {
                numbers.push(row.get(0)?);
            }
        }
        numbers.sort_unstable();
        numbers.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        numbers
            .into_iter()
            .filter_map(|number| self.resource_by_number(number).transpose())
            .collect()
    }

    /// How many resources have data under the extension `urn`.
    pub fn count_extended(
        &self,
        connection: i64,
        kind: Kind,
        urn: &Urn,
    ) -> Result<u64, StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached("SELECT count(*) FROM resource WHERE shape = ?")?;
        let mut count = 0;
        for shape in self.shapes_below(connection, kind, urn)? {
            count += unsigned(statement.query_row([shape], |row| row.get(0))?)?;
        }
        Ok(count)
    }

    /// The shapes of those that have data under the extension `urn`.
    fn shapes_below(&self, connection: i64, kind: Kind, urn: &Urn) -> Result<Vec<i64>, StoreError> {
        let Some(path) = self.session().path(kind, "schemas")? else {
            return Ok(Vec::new());
        };
        self.sql()
            .prepare_cached(
                "SELECT shape
                 FROM trait
                 WHERE connection = ? AND path = ? AND folded = ?",
            )?
            .query_map(params![connection, path, urn.as_str()], |row| row.get(0))?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// The resources of one kind that share a value at the path `key` with another of them; `None`
    /// when every value is there once.
    pub fn shared(
        &self,
        connection: i64,
        kind: Kind,
        key: &str,
    ) -> Result<Option<Shared>, StoreError> {
        let Some(path) = self.session().path(kind, key)? else {
            return Ok(None);
        };
        // A value is compared by its own kind of text or number, as the search does.
        let found: Option<(Option<i64>, i64)> = self
            .sql()
            .prepare_cached(
                "SELECT min(first), coalesce(sum(many), 0)
                 FROM (
                   SELECT min(resource) AS first, count(DISTINCT resource) AS many
                   FROM attribute
                   WHERE connection = ? AND path = ?
                   GROUP BY folded
                   HAVING many > 1
                 )",
            )?
            .query_row(params![connection, path], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((Some(first), resources)) = found else {
            return Ok(None);
        };
        let mut statement = self
            .sql()
            .prepare_cached("SELECT id FROM resource WHERE number = ? AND kind = ?")?;
        let mut rows = statement.query(params![first, kind_number(kind)])?;
        let row = rows
            .next()?
            .ok_or_else(|| StoreError::corrupt("a value without a resource"))?;
        Ok(Some(Shared {
            resources: unsigned(resources)?,
            example: id_of(row, 0)?,
        }))
    }
}

impl Tx<'_> {
    /// Files again what a resource has under the extension `urn`, which is compared another way from
    /// now on. The resource itself is as it was.
    pub fn refile_resource(
        &self,
        stored: &Stored,
        urn: &Urn,
        from: &Schemas,
        to: &Schemas,
    ) -> Result<(), StoreError> {
        let mut attributes = stored.attributes()?.into_map();
        // The other rows are the same on both sides: they need not be computed. An extension has no traits but
        // its name among the `schemas`, which stays.
        attributes.retain(|name, _| urn.is(name));
        let attributes = Attributes::from_canonical(attributes);
        let rows = |schemas| {
            let values = searchable(stored.kind, &attributes, &stored.meta, schemas);
            Values::of(values).own
        };
        self.write_searchable(stored.subject(), &rows(from), &rows(to))
    }
}
