//! Rows of `refused`: credentials that were not accepted, counted by what was wrong with them.

use rusqlite::params;

use super::error::StoreError;
use super::numbers::{signed, unsigned};
use super::view::{Tx, View};
use crate::base::{Refusal, Timestamp};

/// A quiet time after which counting begins anew: a day.
const SERIES: i64 = 86_400_000;

/// One kind of refusal, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What was wrong, in the words of [`Refusal::words`].
    pub why: String,
    /// The token, where it is one of ours.
    pub token: Option<i64>,
    /// When the present series began.
    pub first_seen: Timestamp,
    /// When it was last shown.
    pub last_seen: Timestamp,
    /// How often since the series began.
    pub times: u64,
    /// From where it was last shown; empty: not known.
    pub address: String,
}

impl Refused {
    /// What was wrong; `None`: another version of the appliance counted it.
    pub fn kind(&self) -> Option<Refusal> {
        Refusal::of_words(&self.why)
    }
}

/// The number that stands for no token of ours: the columns of a key are never NULL.
const NONE: i64 = 0;

impl View<'_> {
    /// What was refused, the latest first.
    pub fn refused(&self) -> Result<Vec<Refused>, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT why, token, first_seen, last_seen, times, address
             FROM refused
             ORDER BY last_seen DESC, why, token",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Refused {
                why: row.get(0)?,
                token: Some(row.get(1)?).filter(|token| *token != NONE),
                first_seen: Timestamp::from_millis(row.get(2)?),
                last_seen: Timestamp::from_millis(row.get(3)?),
                times: unsigned(row.get(4)?)?,
                address: row.get(5)?,
            });
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// Counts what was refused. After a quiet day a new series begins: what was wrong last month and
    /// was repaired says nothing about today.
    pub fn count_refused(&self, more: &Refused) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO refused (why, token, first_seen, last_seen, times, address)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE
                 SET first_seen = CASE WHEN last_seen < ?3 - ?7 THEN ?3 ELSE first_seen END,
                     times = CASE WHEN last_seen < ?3 - ?7 THEN 0 ELSE times END + ?5,
                     last_seen = max(last_seen, ?4),
                     address = ?6",
            )?
            .execute(params![
                more.why,
                more.token.unwrap_or(NONE),
                more.first_seen.as_millis(),
                more.last_seen.as_millis(),
                signed(more.times),
                more.address,
                SERIES,
            ])?;
        Ok(())
    }
}
