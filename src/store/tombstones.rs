//! Rows of `tombstone`: what a DELETE left, until it is brought back or purged.

use std::collections::BTreeSet;

use rusqlite::types::ToSql;
use rusqlite::{Row, params};
use serde_json::{Map, Value};

use super::changes::{ids, list};
use super::error::StoreError;
use super::numbers::{kind_number, kind_of, signed, unsigned};
use super::resources::{Stored, id_of};
use super::view::{Tx, View};
use crate::base::Timestamp;
use crate::scim::{Attributes, Kind, Meta, ResourceId, fold_name, names};

/// Somebody, or a group, that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// What other rows call it; it never leaves the house.
    pub number: i64,
    /// Its connection.
    pub connection: i64,
    /// Its type.
    pub kind: Kind,
    /// The identifier that it had, and will have again.
    pub id: ResourceId,
    /// Dates and version as they were last.
    pub meta: Meta,
    /// The attributes that it had.
    pub document: String,
    /// The groups that it was in itself.
    pub holders: Vec<ResourceId>,
    /// Its members.
    pub members: Vec<ResourceId>,
    /// When it went.
    pub deleted: Timestamp,
    /// The token that asked for it; `None`: the operator.
    pub token: Option<i64>,
}

impl Tombstone {
    /// The attributes that it had, without `schemas`.
    pub fn attributes(&self) -> Result<Attributes, StoreError> {
        let mut map = parsed(&self.document, &self.id)?;
        map.shift_remove("schemas");
        Ok(Attributes::from_canonical(map))
    }
}

fn parsed(document: &str, id: &ResourceId) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(document)
        .map_err(|error| StoreError::corrupt(format!("what is left of {id}: {error}")))
}

const COLUMNS: &str = "tombstone.number, tombstone.connection, tombstone.kind, tombstone.id, \
                       tombstone.version, tombstone.created, tombstone.modified, \
                       tombstone.document, tombstone.holders, tombstone.members, \
                       tombstone.deleted, tombstone.token";

fn from_row(row: &Row<'_>) -> Result<Tombstone, StoreError> {
    Ok(Tombstone {
        number: row.get(0)?,
        connection: row.get(1)?,
        kind: kind_of(row.get(2)?)?,
        id: id_of(row, 3)?,
        meta: Meta {
            version: unsigned(row.get(4)?)?,
            created: Timestamp::from_millis(row.get(5)?),
            modified: Timestamp::from_millis(row.get(6)?),
        },
        document: row.get(7)?,
        holders: ids(row.get(8)?)?,
        members: ids(row.get(9)?)?,
        deleted: Timestamp::from_millis(row.get(10)?),
        token: row.get(11)?,
    })
}

impl View<'_> {
    /// What is left of the resource that had this id.
    pub fn tombstone(
        &self,
        connection: i64,
        id: &ResourceId,
    ) -> Result<Option<Tombstone>, StoreError> {
        let found = self.tombstones_where(
            "WHERE id = ? AND connection = ?",
            params![id.to_string(), connection],
        )?;
        Ok(found.into_iter().next())
    }

    /// What is left of those who had this name, the last to go first: a userName, an externalId, an
    /// address, the name of a group.
    pub fn tombstones_named(
        &self,
        connection: i64,
        kind: Kind,
        name: &str,
    ) -> Result<Vec<Tombstone>, StoreError> {
        self.tombstones_where(
            "JOIN tombstone_name ON tombstone_name.tombstone = tombstone.number
             WHERE tombstone_name.connection = ? AND tombstone_name.name = ?
               AND tombstone.kind = ?
             ORDER BY tombstone.deleted DESC, tombstone.number DESC",
            params![connection, fold_name(name), kind_number(kind)],
        )
    }

    /// What is left of those of one kind who are gone, the last to go first, `limit` at most.
    pub fn tombstones(
        &self,
        connection: i64,
        kind: Kind,
        limit: u64,
    ) -> Result<Vec<Tombstone>, StoreError> {
        self.tombstones_where(
            "WHERE connection = ? AND kind = ?
             ORDER BY deleted DESC, number DESC
             LIMIT ?",
            params![connection, kind_number(kind), signed(limit)],
        )
    }

    /// How many of a connection are gone and can be brought back.
    pub fn tombstones_in(&self, connection: i64) -> Result<u64, StoreError> {
        let count = self
            .sql()
            .prepare_cached("SELECT count(*) FROM tombstone WHERE connection = ?")?
            .query_row([connection], |row| row.get(0))?;
        unsigned(count)
    }

    fn tombstones_where(
        &self,
        clause: &str,
        parameters: &[&dyn ToSql],
    ) -> Result<Vec<Tombstone>, StoreError> {
        let mut statement = self
            .sql()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM tombstone {clause}"))?;
        let mut rows = statement.query(parameters)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(from_row(row)?);
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// Keeps what is left of a resource that is about to go.
    pub(super) fn put_tombstone(
        &self,
        stored: &Stored,
        holders: &[ResourceId],
        members: &[ResourceId],
        at: Timestamp,
        token: Option<i64>,
    ) -> Result<(), StoreError> {
        let number = self
            .sql()
            .prepare_cached(
                "INSERT INTO tombstone
                   (connection, kind, id, version, created, modified, document, holders, members,
                    deleted, token)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .insert(params![
                stored.connection,
                kind_number(stored.kind),
                stored.id.to_string(),
                signed(stored.meta.version),
                stored.meta.created.as_millis(),
                stored.meta.modified.as_millis(),
                stored.document,
                list(holders),
                list(members),
                at.as_millis(),
                token,
            ])?;
        let mut statement = self.sql().prepare_cached(
            "INSERT INTO tombstone_name (connection, name, tombstone)
             VALUES (?, ?, ?)",
        )?;
        let attributes = parsed(&stored.document, &stored.id)?;
        for name in folded_names(stored.kind, &attributes) {
            statement.execute(params![stored.connection, name, number])?;
        }
        Ok(())
    }

    /// Takes a tombstone away, with its names.
    pub(super) fn remove_tombstone(&self, tombstone: &Tombstone) -> Result<(), StoreError> {
        let mut statement = self.sql().prepare_cached(
            "DELETE FROM tombstone_name
             WHERE connection = ? AND name = ? AND tombstone = ?",
        )?;
        let attributes = parsed(&tombstone.document, &tombstone.id)?;
        for name in folded_names(tombstone.kind, &attributes) {
            statement.execute(params![tombstone.connection, name, tombstone.number])?;
        }
        self.sql()
            .prepare_cached("DELETE FROM tombstone WHERE number = ?")?
            .execute([tombstone.number])?;
        Ok(())
    }

    /// Leaves memberships with somebody who is gone, for when they come back.
    pub(super) fn put_memberships(&self, tombstone: &Tombstone) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("UPDATE tombstone SET holders = ?, members = ? WHERE number = ?")?
            .execute(params![
                list(&tombstone.holders),
                list(&tombstone.members),
                tombstone.number
            ])?;
        Ok(())
    }

    /// Forgets for good who went before `before`, `limit` at most; how many they were.
    pub fn purge_tombstones(
        &self,
        connection: i64,
        before: Timestamp,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let old = self.tombstones_where(
            "WHERE connection = ? AND deleted < ?
             ORDER BY deleted
             LIMIT ?",
            params![connection, before.as_millis(), signed(limit)],
        )?;
        for tombstone in &old {
            self.remove_tombstone(tombstone)?;
        }
        Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
    }
}

fn folded_names(kind: Kind, attributes: &Map<String, Value>) -> BTreeSet<String> {
    names(kind, attributes).into_iter().map(fold_name).collect()
}
