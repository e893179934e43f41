//! Rows of `path`: the small numbers that stand for attribute paths.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::numbers::kind_number;
use crate::scim::Kind;

/// The path numbers that one connection to the database has met. Rows of `path` never change and
/// never go, so what was committed once stays true.
#[derive(Debug, Default)]
pub(super) struct Paths {
    users: HashMap<String, i64>,
    groups: HashMap<String, i64>,
    /// Whether a path was added that is not committed yet.
    fresh: bool,
}

impl Paths {
    fn of(&mut self, kind: Kind) -> &mut HashMap<String, i64> {
        match kind {
            Kind::User => &mut self.users,
            Kind::Group => &mut self.groups,
        }
    }

    /// The number of a path; `None` when no resource ever had it.
    pub(super) fn find(
        &mut self,
        sql: &Connection,
        kind: Kind,
        name: &str,
    ) -> Result<Option<i64>, StoreError> {
        if let Some(number) = self.of(kind).get(name) {
            return Ok(Some(*number));
        }
        let number = sql
            .prepare_cached(
                "SELECT number
                 FROM path
                 WHERE kind = ? AND name = ?",
            )?
            .query_row(params![kind_number(kind), name], |row| row.get(0))
            .optional()?;
        if let Some(number) = number {
            self.of(kind).insert(name.to_owned(), number);
        }
        Ok(number)
    }

    /// The number of a path, which is given one now if it has none.
    pub(super) fn intern(
        &mut self,
        sql: &Connection,
        kind: Kind,
        name: &str,
    ) -> Result<i64, StoreError> {
        if let Some(number) = self.find(sql, kind, name)? {
            return Ok(number);
        }
        let number = sql
            .prepare_cached(
                "INSERT INTO path (kind, name)
                 VALUES (?, ?)",
            )?
            .insert(params![kind_number(kind), name])?;
        self.of(kind).insert(name.to_owned(), number);
        self.fresh = true;
        Ok(number)
    }

    /// What was added is on disk.
    pub(super) const fn committed(&mut self) {
        self.fresh = false;
    }

    /// Something was rolled back, perhaps with a path that had been added: begin anew.
    pub(super) fn rolled_back(&mut self) {
        if std::mem::take(&mut self.fresh) {
            self.users.clear();
            self.groups.clear();
        }
    }
}
