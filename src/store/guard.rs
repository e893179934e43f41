//! Rows of `taken` and `guard`: what a connection took from people lately, and what was held back.

use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::numbers::{signed, unsigned};
use super::view::{Tx, View};
use crate::base::Timestamp;

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

/// Whom a change takes something from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Toll {
    /// People who are deactivated, deleted, or taken out of a group together with many others.
    pub people: u64,
    /// Those among them who are deleted.
    pub deleted: u64,
}

/// What a guard did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watch {
    /// Since when it holds writes back, and when it did so last; `None`: not since it was released.
    pub held: Option<(Timestamp, Timestamp)>,
    /// How many it held back in that time.
    pub times: u64,
    /// Until when the operator lets everything pass; `None`: never asked.
    pub released: Option<Timestamp>,
}

impl View<'_> {
    /// What a connection took from people since an instant.
    pub fn toll(&self, connection: i64, since: Timestamp) -> Result<Toll, StoreError> {
        let (people, deleted) = self
            .sql()
            .prepare_cached(
                "SELECT coalesce(sum(people), 0), coalesce(sum(deleted), 0)
                 FROM taken
                 WHERE connection = ? AND minute > ?",
            )?
            .query_row(params![connection, minute(since)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        Ok(Toll {
            people: unsigned(people)?,
            deleted: unsigned(deleted)?,
        })
    }

    /// What the guard of a connection did.
    pub fn watch(&self, connection: i64) -> Result<Watch, StoreError> {
        type Columns = (Option<i64>, Option<i64>, i64, Option<i64>);
        let found: Option<Columns> = self
            .sql()
            .prepare_cached(
                "SELECT first_held, last_held, times, released
                 FROM guard
                 WHERE connection = ?",
            )?
            .query_row([connection], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        let Some((first, last, times, released)) = found else {
            return Ok(Watch::default());
        };
        let instant = Timestamp::from_millis;
        Ok(Watch {
            held: first.map(instant).zip(last.map(instant)),
            times: unsigned(times)?,
            released: released.map(instant),
        })
    }
}

impl Tx<'_> {
    /// Notes what a change takes from people, and forgets what is from before `oldest`.
    pub fn note_taken(
        &self,
        connection: i64,
        toll: Toll,
        now: Timestamp,
        oldest: Timestamp,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("DELETE FROM taken WHERE connection = ? AND minute <= ?")?
            .execute(params![connection, minute(oldest)])?;
        self.sql()
            .prepare_cached(
                "INSERT INTO taken (connection, minute, people, deleted)
                 VALUES (?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET
                   people = people + excluded.people,
                   deleted = deleted + excluded.deleted",
            )?
            .execute(params![
                connection,
                minute(now),
                signed(toll.people),
                signed(toll.deleted)
            ])?;
        Ok(())
    }

    /// Notes that a write was held back. When the last one was before `forgotten`, counting begins anew.
    pub fn note_held(
        &self,
        connection: i64,
        now: Timestamp,
        forgotten: Timestamp,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO guard (connection, first_held, last_held, times, released)
                 VALUES (?1, ?2, ?2, 1, NULL)
                 ON CONFLICT DO UPDATE SET
                   first_held = CASE WHEN last_held > ?3 THEN first_held ELSE ?2 END,
                   times = CASE WHEN last_held > ?3 THEN times + 1 ELSE 1 END,
                   last_held = ?2",
            )?
            .execute(params![connection, now.as_millis(), forgotten.as_millis()])?;
        Ok(())
    }

    /// Lets everything pass until an instant; what was taken and held back so far is forgotten.
    pub fn release_guard(&self, connection: i64, until: Timestamp) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("DELETE FROM taken WHERE connection = ?")?
            .execute([connection])?;
        self.sql()
            .prepare_cached(
                "INSERT INTO guard (connection, first_held, last_held, times, released)
                 VALUES (?1, NULL, NULL, 0, ?2)
                 ON CONFLICT DO UPDATE SET
                   first_held = NULL,
                   last_held = NULL,
                   times = 0,
                   released = ?2",
            )?
            .execute(params![connection, until.as_millis()])?;
        Ok(())
    }
}

/// The minute of an instant, since 1970.
const fn minute(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(MINUTE)
}
