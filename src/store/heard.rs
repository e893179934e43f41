//! Rows of `heard` and `activity`: when a connection was last heard of, and how much was asked of it in
//! each hour.

use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::numbers::{signed, unsigned};
use super::view::{Tx, View};
use crate::base::Timestamp;

/// Hours that are kept: a month, so that the rhythm of a connection shows through its holidays.
const KEPT: i64 = 31 * 24;

const HOUR: i64 = 3_600_000;

/// When a connection was last heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Its last request that was let in.
    pub last_request: Timestamp,
    /// The last one that changed something.
    pub last_change: Option<Timestamp>,
}

/// What was asked of a connection in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// When the hour began.
    pub hour: Timestamp,
    /// Requests that were let in.
    pub requests: u64,
    /// Those among them that its identity provider counts as failures.
    pub failed: u64,
}

impl Activity {
    /// When the hour of `at` began.
    pub const fn hour_of(at: Timestamp) -> Timestamp {
        Timestamp::from_millis(at.as_millis().div_euclid(HOUR) * HOUR)
    }
}

impl View<'_> {
    /// When a connection was last heard of; `None`: not yet.
    pub fn heard(&self, connection: i64) -> Result<Option<Heard>, StoreError> {
        let heard = self
            .sql()
            .prepare_cached(
                "SELECT last_request, last_change
                 FROM heard
                 WHERE connection = ?",
            )?
            .query_row([connection], |row| {
                Ok(Heard {
                    last_request: Timestamp::from_millis(row.get(0)?),
                    last_change: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_millis),
                })
            })
            .optional()?;
        Ok(heard)
    }

    /// What was asked of a connection in the hours since `since`, in their order; hours in which nothing
    /// was asked are not among them.
    pub fn activity(&self, connection: i64, since: Timestamp) -> Result<Vec<Activity>, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT hour, requests, failed
             FROM activity
             WHERE connection = ? AND hour >= ?
             ORDER BY hour",
        )?;
        let mut rows = statement.query(params![connection, since.as_millis().div_euclid(HOUR)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Activity {
                hour: Timestamp::from_millis(row.get::<_, i64>(0)?.saturating_mul(HOUR)),
                requests: unsigned(row.get(1)?)?,
                failed: unsigned(row.get(2)?)?,
            });
        }
        Ok(found)
    }

    /// When the connection last changed something, as far as the changes after the one with the
    /// sequence `since` say.
    pub fn last_change_of(
        &self,
        connection: i64,
        since: u64,
    ) -> Result<Option<Timestamp>, StoreError> {
        let at = self
            .sql()
            .prepare_cached(
                // What the operator did has no token, and is not the identity provider's change.
                "SELECT at
                 FROM change
                 WHERE sequence > ?2 AND connection = ?1 AND token IS NOT NULL
                 ORDER BY sequence DESC
                 LIMIT 1",
            )?
            .query_row(params![connection, signed(since)], |row| row.get(0))
            .optional()?;
        Ok(at.map(Timestamp::from_millis))
    }
}

impl Tx<'_> {
    /// Notes when a connection was heard of.
    pub fn note_heard(&self, connection: i64, heard: Heard) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO heard (connection, last_request, last_change)
                 SELECT number, ?2, ?3 FROM connection WHERE number = ?1 AND retired IS NULL
                 ON CONFLICT DO UPDATE
                 SET last_request = max(last_request, excluded.last_request),
                     last_change = coalesce(excluded.last_change, last_change)",
            )?
            .execute(params![
                connection,
                heard.last_request.as_millis(),
                heard.last_change.map(Timestamp::as_millis),
            ])?;
        Ok(())
    }

    /// Adds to what was asked of a connection in an hour, and forgets hours of more than a month ago.
    pub fn add_activity(&self, connection: i64, more: &Activity) -> Result<(), StoreError> {
        let hour = more.hour.as_millis().div_euclid(HOUR);
        self.sql()
            .prepare_cached(
                "INSERT INTO activity (connection, hour, requests, failed)
                 SELECT number, ?2, ?3, ?4 FROM connection WHERE number = ?1 AND retired IS NULL
                 ON CONFLICT DO UPDATE
                 SET requests = requests + excluded.requests,
                     failed = failed + excluded.failed",
            )?
            .execute(params![
                connection,
                hour,
                signed(more.requests),
                signed(more.failed)
            ])?;
        self.sql()
            .prepare_cached("DELETE FROM activity WHERE connection = ? AND hour < ?")?
            .execute(params![connection, hour - KEPT])?;
        Ok(())
    }
}
