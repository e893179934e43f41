//! Changes from a time on.
//!
//! They are written in another order than that of their times: a command gives all its changes the time at
//! which it began, a request that at which it came, and a clock may be set.

use rusqlite::params;

use super::changes::{COLUMNS, Recorded, from_row};
use super::error::StoreError;
use super::numbers::{signed, unsigned};
use super::view::View;
use crate::base::Timestamp;

/// From where on changes are to be read.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    at: Timestamp,
    /// The sequence of the first that is from then or later; those behind it may be older all the same.
    first: u64,
}

impl View<'_> {
    /// The changes from `at` on.
    pub fn since(&self, at: Timestamp) -> Result<Since, StoreError> {
        let first = self
            .sql()
            .prepare_cached("SELECT coalesce(min(sequence), ?2) FROM change WHERE at >= ?1")?
            .query_row([at.as_millis(), i64::MAX], |row| row.get(0))?;
        Ok(Since {
            at,
            first: unsigned(first)?,
        })
    }

    /// The latest changes, `limit` at most and none from before `since`, oldest first; of one connection or
    /// of all.
    pub fn latest_changes(
        &self,
        connection: Option<i64>,
        since: Option<Timestamp>,
        limit: Option<u64>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let since = match since {
            Some(at) => self.since(at)?,
            None => Since {
                at: Timestamp::from_millis(i64::MIN),
                first: 0,
            },
        };
        let limit = limit.unwrap_or(u64::MAX);
        let mut found = self.backwards(connection, None, since, limit)?;
        found.reverse();
        Ok(found)
    }

    /// The changes of a connection before the one with the sequence `before` and none from before `since`,
    /// newest first, `limit` at most.
    pub fn changes_back(
        &self,
        connection: i64,
        before: u64,
        since: Since,
        limit: u64,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.backwards(Some(connection), Some(before), since, limit)
    }

    fn backwards(
        &self,
        connection: Option<i64>,
        before: Option<u64>,
        since: Since,
        limit: u64,
    ) -> Result<Vec<Recorded>, StoreError> {
        // The plus keeps SQLite from the index of times: what it finds would have to be sorted.
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM change
                 WHERE sequence >= ?1 AND sequence < ?2
                   AND +at >= ?3 AND (?4 IS NULL OR connection = ?4)
                 ORDER BY sequence DESC
                 LIMIT ?5"
            ))?
            .query_and_then(
                params![
                    signed(since.first),
                    signed(before.unwrap_or(u64::MAX)),
                    since.at.as_millis(),
                    connection,
                    signed(limit)
                ],
                from_row,
            )?
            .collect()
    }
}
