//! Rows of `acceptance`: who accepted which terms, and when.

use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::view::{Tx, View};
use crate::base::Timestamp;

/// Terms that somebody accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Who, as the operator said it.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

impl View<'_> {
    /// Who accepted these terms of a connection, to the letter.
    pub fn acceptance(
        &self,
        connection: i64,
        terms: &str,
    ) -> Result<Option<Acceptance>, StoreError> {
        let found = self
            .sql()
            .prepare_cached("SELECT who, at FROM acceptance WHERE connection = ? AND terms = ?")?
            .query_row(params![connection, terms], |row| {
                Ok(Acceptance {
                    who: row.get(0)?,
                    at: Timestamp::from_millis(row.get(1)?),
                })
            })
            .optional()?;
        Ok(found)
    }
}

impl Tx<'_> {
    /// Keeps that somebody accepted these terms. Whoever was first stays.
    pub fn insert_acceptance(
        &self,
        connection: i64,
        terms: &str,
        acceptance: &Acceptance,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO acceptance (connection, terms, who, at)
                 VALUES (?, ?, ?, ?)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                connection,
                terms,
                acceptance.who,
                acceptance.at.as_millis()
            ])?;
        Ok(())
    }
}
