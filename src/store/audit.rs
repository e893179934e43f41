//! Rows of `audit`: what operators did.

use rusqlite::params;

use super::error::StoreError;
use super::numbers::signed;
use super::view::{Tx, View};
use crate::base::Timestamp;

/// One act of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// Its place in the order of all acts, from 1.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// The account that ran the command.
    pub actor: String,
    /// What was done, e.g. `token new`.
    pub action: String,
    /// To what.
    pub subject: String,
}

impl View<'_> {
    /// The last acts, newest first, `limit` at most.
    pub fn audit(&self, limit: u64) -> Result<Vec<Audited>, StoreError> {
        self.sql()
            .prepare_cached(
                "SELECT sequence, at, actor, action, subject
                 FROM audit
                 ORDER BY sequence DESC
                 LIMIT ?",
            )?
            .query_map([signed(limit)], |row| {
                Ok(Audited {
                    sequence: row.get(0)?,
                    at: Timestamp::from_millis(row.get(1)?),
                    actor: row.get(2)?,
                    action: row.get(3)?,
                    subject: row.get(4)?,
                })
            })?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }
}

impl Tx<'_> {
    /// Notes an act; its sequence.
    pub fn append_audit(
        &self,
        at: Timestamp,
        actor: &str,
        action: &str,
        subject: &str,
    ) -> Result<i64, StoreError> {
        let sequence = self
            .sql()
            .prepare_cached(
                "INSERT INTO audit (at, actor, action, subject)
                 VALUES (?, ?, ?, ?)",
            )?
            .insert(params![at.as_millis(), actor, action, subject])?;
        Ok(sequence)
    }
}
