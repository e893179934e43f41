//! Rows of `tolerated`: what a connection let pass or left out, and how often.

use std::borrow::Cow;

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
    /// How many rows a connection has at most, but for those of [`Self::OTHERS`]: names come from
    /// outside, and there is no end to them.
    pub const MOST: u64 = 500;
    /// The subject under which the rest is counted.
    pub const OTHERS: &'static str = "(others)";
    /// How much of a subject is kept, in bytes.
    const LONGEST: usize = 256;

    /// A subject that may be kept: a longer one keeps its beginning.
    pub fn shortened(subject: &str) -> Cow<'_, str> {
        if subject.len() <= Self::LONGEST {
            return Cow::Borrowed(subject);
        }
        let end = subject.floor_char_boundary(Self::LONGEST);
        Cow::Owned(format!("{}…", subject.get(..end).unwrap_or_default()))
    }
}

/// A deviation that was met, to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Sighting<'a> {
    /// The connection.
    pub connection: i64,
    /// The rewrite, or another kind of deviation.
    pub what: &'a str,
    /// The attribute, or who it is about.
    pub subject: &'a str,
    /// When it was met, the last time if there were several.
    pub at: Timestamp,
    /// How often.
    pub times: u64,
    /// One of them, values masked; empty: the one that is kept already stays.
    pub example: &'a str,
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
    /// Counts what was met. Once there are [`Tolerated::MOST`] rows, what is new shares one row for each
    /// kind of deviation.
    pub fn count_tolerated(&self, met: &Sighting<'_>) -> Result<(), StoreError> {
        let met = Sighting {
            subject: &Tolerated::shortened(met.subject),
            ..*met
        };
        if self.count_again(&met)? {
            return Ok(());
        }
        if self.rows(met.connection)? < Tolerated::MOST {
            return self.count_first(&met);
        }
        let other = Sighting {
            subject: Tolerated::OTHERS,
            example: "",
            ..met
        };
        if self.count_again(&other)? {
            return Ok(());
        }
        self.count_first(&other)
    }

    /// Counts what has a row already; whether it has.
    fn count_again(&self, met: &Sighting<'_>) -> Result<bool, StoreError> {
        let counted = self.write_sighting(
            "UPDATE tolerated
             SET last_seen = max(last_seen, ?4),
                 times = times + ?5,
                 example = CASE ?6 WHEN '' THEN example ELSE ?6 END
             WHERE connection = ?1 AND what = ?2 AND subject = ?3",
            met,
        )?;
        Ok(counted > 0)
    }

    fn count_first(&self, met: &Sighting<'_>) -> Result<(), StoreError> {
        self.write_sighting(
            // A request of the last moment must not bring back what a removal has taken.
            "INSERT INTO tolerated
               (connection, what, subject, first_seen, last_seen, times, example)
             SELECT number, ?2, ?3, ?4, ?4, ?5, ?6
             FROM connection
             WHERE number = ?1 AND retired IS NULL",
            met,
        )?;
        Ok(())
    }

    /// Runs a statement whose parameters are the fields of a sighting, in their order; how many rows it
    /// wrote.
    fn write_sighting(&self, sql: &str, met: &Sighting<'_>) -> Result<usize, StoreError> {
        let written = self.sql().prepare_cached(sql)?.execute(params![
            met.connection,
            met.what,
            met.subject,
            met.at.as_millis(),
            signed(met.times),
            met.example
        ])?;
        Ok(written)
    }

    /// How many rows a connection has, but for those of the rest.
    fn rows(&self, connection: i64) -> Result<u64, StoreError> {
        let rows = self
            .sql()
            .prepare_cached(
                "SELECT count(*)
                 FROM tolerated
                 WHERE connection = ? AND subject <> ?",
            )?
            .query_row(params![connection, Tolerated::OTHERS], |row| row.get(0))?;
        unsigned(rows)
    }
}
