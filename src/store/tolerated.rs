//! Rows of `tolerated`: what a connection let pass or left out, and how often.

use rusqlite::params;

use super::error::StoreError;
use super::numbers::{signed, unsigned};
use super::view::{Tx, View};
use crate::base::Timestamp;

/// One kind of deviation, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tolerated {
    /// The rewrite, or `unknown attribute`.
    pub what: String,
    /// The attribute it met.
    pub subject: String,
    /// When it was first met.
    pub first_seen: Timestamp,
    /// When it was last met.
    pub last_seen: Timestamp,
    /// How often.
    pub times: u64,
    /// The last one met, values masked.
    pub example: String,
}

impl Tolerated {
    /// What an attribute is filed under that no schema of the connection knows: it was left out.
    pub const UNKNOWN_ATTRIBUTE: &'static str = "unknown attribute";
    /// What a person is filed under, by id, whom the identity provider was not allowed to take away.
    pub const PROTECTED: &'static str = "protected person";
}

impl View<'_> {
    /// What a connection tolerated, most frequent first.
    pub fn tolerated(&self, connection: i64) -> Result<Vec<Tolerated>, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT what, subject, first_seen, last_seen, times, example
             FROM tolerated
             WHERE connection = ?
             ORDER BY times DESC, what, subject",
        )?;
        let mut rows = statement.query([connection])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Tolerated {
                what: row.get(0)?,
                subject: row.get(1)?,
                first_seen: Timestamp::from_millis(row.get(2)?),
                last_seen: Timestamp::from_millis(row.get(3)?),
                times: unsigned(row.get(4)?)?,
                example: row.get(5)?,
            });
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// Counts what was tolerated `times` more.
    pub fn count_tolerated(
        &self,
        connection: i64,
        what: &str,
        subject: &str,
        at: Timestamp,
        times: u64,
        example: &str,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO tolerated
                   (connection, what, subject, first_seen, last_seen, times, example)
                 VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE
                 SET last_seen = max(last_seen, excluded.last_seen),
                     times = times + excluded.times,
                     example = CASE excluded.example WHEN '' THEN example ELSE excluded.example END",
            )?
            .execute(params![
                connection,
                what,
                subject,
                at.as_millis(),
                signed(times),
                example
            ])?;
        Ok(())
    }
}
