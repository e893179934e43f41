//! Rows of `derived` and `derived_member`: groups that follow from an attribute of people.

use rusqlite::{Row, params};

use super::error::StoreError;
use super::members::{Member, member};
use super::numbers::{signed, unsigned};
use super::resources::id_of;
use super::view::{Tx, View};
use crate::base::{Timestamp, random};
use crate::scim::{Class, Meta, ResourceId};

/// A group that follows from an attribute of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// What other rows call it.
    pub number: i64,
    /// Its connection.
    pub connection: i64,
    /// Its folder, and the value as it is told apart.
    pub class: Class,
    /// What it is called: the value as somebody wrote it.
    pub name: String,
    /// Its identifier.
    pub id: ResourceId,
    /// Dates and version.
    pub meta: Meta,
    /// How many are in it; never none.
    pub members: u64,
}

const COLUMNS: &str = "derived.number, derived.connection, derived.folder, derived.folded, \
                       derived.name, derived.id, derived.version, derived.created, \
                       derived.modified, derived.members";

fn derived(row: &Row<'_>) -> Result<Derived, StoreError> {
    Ok(Derived {
        number: row.get(0)?,
        connection: row.get(1)?,
        class: Class {
            folder: row.get(2)?,
            folded: row.get(3)?,
        },
        name: row.get(4)?,
        id: id_of(row, 5)?,
        meta: Meta {
            version: unsigned(row.get(6)?)?,
            created: Timestamp::from_millis(row.get(7)?),
            modified: Timestamp::from_millis(row.get(8)?),
        },
        members: unsigned(row.get(9)?)?,
    })
}

impl View<'_> {
    /// Every derived group of a connection, by folder and value.
    pub fn derived_groups(&self, connection: i64) -> Result<Vec<Derived>, StoreError> {
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM derived
                 WHERE connection = ?
                 ORDER BY folder, folded"
            ))?
            .query_and_then([connection], derived)?
            .collect()
    }

    /// Whether the group with this id is a derived one.
    pub fn is_derived(&self, id: &ResourceId) -> Result<bool, StoreError> {
        let found = self
            .sql()
            .prepare_cached("SELECT 1 FROM derived WHERE id = ?")?
            .exists([id.to_string()])?;
        Ok(found)
    }

    /// The derived groups that somebody is in.
    pub fn derived_of(&self, person: i64) -> Result<Vec<Derived>, StoreError> {
        let mut statement = self.sql().prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM derived_member
             CROSS JOIN derived ON derived.number = derived_member.holder
             WHERE derived_member.member = ?
             ORDER BY derived_member.holder"
        ))?;
        let mut rows = statement.query([person])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(derived(row)?);
        }
        Ok(found)
    }

    /// The members of a derived group after the one with the number `after`, in the order in which they
    /// arrived in the house, `limit` at most.
    pub fn derived_members(
        &self,
        group: i64,
        after: i64,
        limit: u64,
    ) -> Result<Vec<Member>, StoreError> {
        self.sql()
            .prepare_cached(
                "SELECT resource.number, resource.id, resource.kind, resource.display
                 FROM derived_member
                 CROSS JOIN resource ON resource.number = derived_member.member
                 WHERE derived_member.holder = ? AND derived_member.member > ?
                 ORDER BY derived_member.member
                 LIMIT ?",
            )?
            .query_and_then(params![group, after, signed(limit)], member)?
            .collect()
    }

    /// The derived group for this value.
    pub(super) fn derived_for(
        &self,
        connection: i64,
        class: &Class,
    ) -> Result<Option<Derived>, StoreError> {
        let mut statement = self.sql().prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM derived
             WHERE connection = ? AND folder = ? AND folded = ?"
        ))?;
        let mut rows = statement.query(params![connection, class.folder, class.folded])?;
        rows.next()?.map(derived).transpose()
    }
}

impl Tx<'_> {
    /// Adds a derived group without members, under a new id.
    pub(super) fn insert_derived(
        &self,
        connection: i64,
        class: Class,
        name: &str,
        at: Timestamp,
    ) -> Result<Derived, StoreError> {
        let id = ResourceId::new(at, random()?);
        let number = self
            .sql()
            .prepare_cached(
                "INSERT INTO derived
                   (connection, folder, folded, name, id, version, created, modified, members)
                 VALUES (?, ?, ?, ?, ?, 1, ?6, ?6, 0)",
            )?
            .insert(params![
                connection,
                class.folder,
                class.folded,
                name,
                id.to_string(),
                at.as_millis(),
            ])?;
        Ok(Derived {
            number,
            connection,
            class,
            name: name.to_owned(),
            id,
            meta: Meta {
                created: at,
                modified: at,
                version: 1,
            },
            members: 0,
        })
    }

    /// Writes what a derived group is called, how many it has, its version and its date.
    pub(super) fn update_derived(&self, group: &Derived) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "UPDATE derived
                 SET name = ?, version = ?, modified = ?, members = ?
                 WHERE number = ?",
            )?
            .execute(params![
                group.name,
                signed(group.meta.version),
                group.meta.modified.as_millis(),
                signed(group.members),
                group.number,
            ])?;
        Ok(())
    }

    /// Removes a derived group; the rows of its members go with it.
    pub(super) fn delete_derived(&self, group: i64) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("DELETE FROM derived WHERE number = ?")?
            .execute([group])?;
        Ok(())
    }

    /// Adds somebody to a derived group; whether they were not in it before.
    pub(super) fn join_derived(&self, group: i64, member: i64) -> Result<bool, StoreError> {
        let added = self
            .sql()
            .prepare_cached(
                "INSERT INTO derived_member (holder, member)
                 VALUES (?, ?)
                 ON CONFLICT DO NOTHING",
            )?
            .execute([group, member])?;
        Ok(added > 0)
    }

    /// Takes somebody out of a derived group; whether they were in it.
    pub(super) fn leave_derived(&self, group: i64, member: i64) -> Result<bool, StoreError> {
        let removed = self
            .sql()
            .prepare_cached("DELETE FROM derived_member WHERE holder = ? AND member = ?")?
            .execute([group, member])?;
        Ok(removed > 0)
    }

    /// Makes everybody who is in a derived group a member of the group `shown` too.
    pub(super) fn copy_derived_members(&self, group: i64, shown: i64) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO member (holder, member)
                 SELECT ?2, member
                 FROM derived_member
                 WHERE holder = ?1",
            )?
            .execute([group, shown])?;
        Ok(())
    }
}
