//! Rows of `change`: what was committed to which resource, in order and without gaps.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rusqlite::{Row, params};
use serde_json::{Map, Value};

use super::error::StoreError;
use super::numbers::{kind_number, kind_of, signed, unsigned};
use super::view::{Tx, View};
use crate::base::Timestamp;
use crate::scim::{Kind, ResourceId};

/// One change to one resource, to be written in the transaction that makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The connection of the resource.
    pub connection: i64,
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub resource: ResourceId,
    /// Why it changed: `create`, `replace`, `patch`, `delete`, …
    pub cause: String,
    /// When.
    pub at: Timestamp,
    /// The token that asked for it; `None`: the operator, at the command line.
    pub token: Option<i64>,
    /// The request id in the answer and in the log.
    pub request: String,
    /// The version of the resource after the change.
    pub version: u64,
    /// A JSON object: the whole document where the resource went, the old values of the attributes
    /// that differ where it changed, `None` where it came or no attribute changed.
    pub before: Option<String>,
    /// A JSON object: the whole document where the resource came, the new values of the attributes
    /// that differ where it changed, `None` where it went or no attribute changed.
    pub after: Option<String>,
    /// Who became a member of it.
    pub joined: Vec<ResourceId>,
    /// Who ceased to be a member of it.
    pub parted: Vec<ResourceId>,
}

impl Change {
    /// What it says of the resource before it and after it.
    pub fn sides(&self) -> Result<[Option<Map<String, Value>>; 2], StoreError> {
        let read = |side: &Option<String>| {
            let side = side.as_deref().map(serde_json::from_str).transpose();
            side.map_err(|error| {
                StoreError::corrupt(format!("a change of resource {}: {error}", self.resource))
            })
        };
        Ok([read(&self.before)?, read(&self.after)?])
    }
}

/// A change with its place in the order of all changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// From 1, without gaps.
    pub sequence: u64,
    /// What happened.
    pub change: Change,
}

pub(super) const COLUMNS: &str = "sequence, connection, kind, resource, cause, at, token, request, version, \
                       before, after, joined, parted";

pub(super) fn from_row(row: &Row<'_>) -> Result<Recorded, StoreError> {
    Ok(Recorded {
        sequence: unsigned(row.get(0)?)?,
        change: Change {
            connection: row.get(1)?,
            kind: kind_of(row.get(2)?)?,
            resource: id(row.get_ref(3)?.as_str().unwrap_or_default())?,
            cause: row.get(4)?,
            at: Timestamp::from_millis(row.get(5)?),
            token: row.get(6)?,
            request: row.get(7)?,
            version: unsigned(row.get(8)?)?,
            before: row.get(9)?,
            after: row.get(10)?,
            joined: ids(row.get(11)?)?,
            parted: ids(row.get(12)?)?,
        },
    })
}

fn id(text: &str) -> Result<ResourceId, StoreError> {
    text.parse()
        .map_err(|_| StoreError::corrupt("a text that is no id in the place of one"))
}

/// The ids in a column that holds a JSON list of them.
pub(super) fn ids(list: Option<String>) -> Result<Vec<ResourceId>, StoreError> {
    let Some(list) = list else {
        return Ok(Vec::new());
    };
    let list: Vec<String> = serde_json::from_str(&list)
        .map_err(|error| StoreError::corrupt(format!("a list of ids: {error}")))?;
    list.iter().map(|text| id(text)).collect()
}

/// The same for writing; `None` when there are none.
pub(super) fn list(ids: &[ResourceId]) -> Option<String> {
    if ids.is_empty() {
        return None;
    }
    // The hyphenated form needs no escaping.
    let quoted: Vec<String> = ids.iter().map(|id| format!("\"{id}\"")).collect();
    Some(format!("[{}]", quoted.join(",")))
}

impl View<'_> {
    /// The changes after the one with the sequence `since`, oldest first, `limit` at most; of one
    /// connection or of all.
    pub fn changes(
        &self,
        connection: Option<i64>,
        since: u64,
        limit: u64,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM change
                 WHERE sequence > ?1 AND (?2 IS NULL OR connection = ?2)
                 ORDER BY sequence
                 LIMIT ?3"
            ))?
            .query_and_then(params![signed(since), connection, signed(limit)], from_row)?
            .collect()
    }

    /// Every change of one resource, oldest first; it may be long gone.
    pub fn changes_of(&self, resource: &ResourceId) -> Result<Vec<Recorded>, StoreError> {
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM change
                 WHERE resource = ?
                 ORDER BY sequence"
            ))?
            .query_and_then([resource.to_string()], from_row)?
            .collect()
    }

    /// Every change after the one with the sequence `since`, oldest first, one after the other and in
    /// constant memory; of one connection or of all.
    pub fn each_change<E: From<StoreError>>(
        &self,
        connection: Option<i64>,
        since: u64,
        mut take: impl FnMut(Recorded) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM change
                 WHERE sequence > ?1 AND (?2 IS NULL OR connection = ?2)
                 ORDER BY sequence"
            ))
            .map_err(StoreError::from)?;
        let mut rows = statement
            .query(params![signed(since), connection])
            .map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            take(from_row(row)?)?;
        }
        Ok(())
    }

    /// Every change from the last one back, until `take` has seen enough.
    pub fn each_change_back<E: From<StoreError>>(
        &self,
        mut take: impl FnMut(Recorded) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let mut statement = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM change
                 ORDER BY sequence DESC"
            ))
            .map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            if take(from_row(row)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// When a resource moved last, of the changes up to the one with the sequence `until`.
    pub fn moved_until(
        &self,
        resource: &ResourceId,
        until: u64,
    ) -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = self
            .sql()
            .prepare_cached(
                "SELECT max(at)
                 FROM change
                 WHERE resource = ? AND sequence <= ?",
            )?
            .query_row(params![resource.to_string(), signed(until)], |row| {
                row.get(0)
            })?;
        Ok(at.map(Timestamp::from_millis))
    }

    /// The last changes of one resource, newest first, `limit` at most.
    pub fn last_changes_of(
        &self,
        resource: &ResourceId,
        limit: u64,
    ) -> Result<Vec<Recorded>, StoreError> {
        let mut statement = self.sql().prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM change
             WHERE resource = ?
             ORDER BY sequence DESC
             LIMIT ?"
        ))?;
        let mut rows = statement.query(params![resource.to_string(), signed(limit)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(from_row(row)?);
        }
        Ok(found)
    }

    /// Every change that made somebody a member of a group, or ended that, oldest first.
    pub fn changes_of_member(&self, member: &ResourceId) -> Result<Vec<Recorded>, StoreError> {
        let mut statement = self.sql().prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM change
             WHERE (joined IS NOT NULL OR parted IS NOT NULL)
               AND (instr(joined, ?1) > 0 OR instr(parted, ?1) > 0)
             ORDER BY sequence"
        ))?;
        let mut rows = statement.query([member.to_string()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(from_row(row)?);
        }
        Ok(found)
    }

    /// Every user of whom a change says, before or after it, what `is_meant` looks for; with the connection.
    /// Reads the whole record: for those who are not there any more. SQL could compare what it says neither
    /// without escapes nor in any letter case.
    pub fn users_in_changes(
        &self,
        is_meant: impl Fn(&Map<String, Value>) -> bool,
    ) -> Result<BTreeSet<(i64, ResourceId)>, StoreError> {
        let mut statement = self.sql().prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM change
             WHERE kind = ?"
        ))?;
        let mut rows = statement.query([kind_number(Kind::User)])?;
        let mut found = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let change = from_row(row)?.change;
            let sides = change.sides()?;
            if sides.iter().flatten().any(&is_meant) {
                found.insert((change.connection, change.resource));
            }
        }
        Ok(found)
    }

    /// The sequence of the first change that is kept; 0 when there is none.
    pub fn first_change(&self) -> Result<u64, StoreError> {
        let first = self
            .sql()
            .prepare_cached("SELECT coalesce(min(sequence), 0) FROM change")?
            .query_row([], |row| row.get(0))?;
        unsigned(first)
    }

    /// The sequence of the last change; 0 when there was none yet.
    pub fn last_change(&self) -> Result<u64, StoreError> {
        let last = self
            .sql()
            .prepare_cached("SELECT coalesce(max(sequence), 0) FROM change")?
            .query_row([], |row| row.get(0))?;
        unsigned(last)
    }
}

impl Tx<'_> {
    /// Appends a change; its sequence. What is rolled back leaves no gap, because the next sequence
    /// follows from the last row.
    pub fn append_change(&self, change: &Change) -> Result<u64, StoreError> {
        let sequence = self
            .sql()
            .prepare_cached(
                "INSERT INTO change
                   (connection, kind, resource, cause, at, token, request, version, before, after,
                    joined, parted)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .insert(params![
                change.connection,
                kind_number(change.kind),
                change.resource.to_string(),
                change.cause,
                change.at.as_millis(),
                change.token,
                change.request,
                signed(change.version),
                change.before,
                change.after,
                list(&change.joined),
                list(&change.parted),
            ])?;
        unsigned(sequence)
    }
}
