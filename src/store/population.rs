//! Rows of `population`: how many resources a connection has, and how many people are active.

use rusqlite::params;

use super::error::StoreError;
use super::numbers::{kind_number, unsigned};
use super::view::{Tx, View};
use crate::scim::Kind;

/// How many resources of one kind a connection has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Population {
    pub(super) live: u64,
    /// How many were removed so far: while it stands still, positions in the list do too.
    pub(super) removed: i64,
}

impl View<'_> {
    pub(super) fn population(&self, connection: i64, kind: Kind) -> Result<Population, StoreError> {
        let (live, removed) = self
            .sql()
            .prepare_cached(
                "SELECT live, removed
                 FROM population
                 WHERE connection = ? AND kind = ?",
            )?
            .query_row(params![connection, kind_number(kind)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(Population {
            live: unsigned(live)?,
            removed,
        })
    }

    /// How many resources of one kind a connection has, without counting them.
    pub fn count(&self, connection: i64, kind: Kind) -> Result<u64, StoreError> {
        Ok(self.population(connection, kind)?.live)
    }

    /// How many people of a connection are active: everybody whose `active` is not false.
    pub fn active_users(&self, connection: i64) -> Result<u64, StoreError> {
        let active = self
            .sql()
            .prepare_cached(
                "SELECT active
                 FROM population
                 WHERE connection = ? AND kind = ?",
            )?
            .query_row(params![connection, kind_number(Kind::User)], |row| {
                row.get(0)
            })?;
        unsigned(active)
    }
}

impl Tx<'_> {
    pub(super) fn count_insert(
        &self,
        connection: i64,
        kind: Kind,
        active: bool,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "UPDATE population
                 SET live = live + 1, active = active + ?
                 WHERE connection = ? AND kind = ?",
            )?
            .execute(params![active, connection, kind_number(kind)])?;
        Ok(())
    }

    /// Counts somebody who became active, or ceased to be.
    pub(super) fn count_active(&self, connection: i64, active: bool) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "UPDATE population
                 SET active = active + ?
                 WHERE connection = ? AND kind = ?",
            )?
            .execute(params![
                if active { 1 } else { -1 },
                connection,
                kind_number(Kind::User)
            ])?;
        Ok(())
    }

    pub(super) fn count_delete(
        &self,
        connection: i64,
        kind: Kind,
        active: bool,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "UPDATE population
                 SET live = live - 1, removed = removed + 1, active = active - ?
                 WHERE connection = ? AND kind = ?",
            )?
            .execute(params![active, connection, kind_number(kind)])?;
        Ok(())
    }
}
