//! Statements that are put together: prepared, kept and read.

use std::ops::{Deref, DerefMut};

use rusqlite::{CachedStatement, ErrorCode, Row, Statement, params_from_iter};

use super::error::StoreError;
use super::fragment::Fragment;
use super::view::View;

impl View<'_> {
    /// A statement made of a fragment. Short ones come again and again with other values; a long one
    /// would only push them out of the cache.
    pub(super) fn prepare(&self, statement: &Fragment) -> Result<Prepared<'_>, StoreError> {
        const LONG: usize = 2_000;
        let text = statement.text();
        let prepared = if text.len() > LONG {
            self.sql().prepare(text).map(Prepared::Once)
        } else {
            self.sql().prepare_cached(text).map(Prepared::Kept)
        };
        prepared.map_err(|error| match error.sqlite_error_code() {
            // Our own words are right, so there are too many of them: of cursors, levels or terms SQLite
            // takes only so many in one statement.
            Some(ErrorCode::Unknown | ErrorCode::TooBig) => StoreError::TooComplex {
                what: error.to_string(),
            },
            _ => error.into(),
        })
    }

    pub(super) fn collect<T>(
        &self,
        statement: &Fragment,
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut prepared = self.prepare(statement)?;
        let mut rows = prepared.query(params_from_iter(statement.values()))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}

/// A statement that is kept for the next time, or not.
pub(super) enum Prepared<'a> {
    Once(Statement<'a>),
    Kept(CachedStatement<'a>),
}

impl<'a> Deref for Prepared<'a> {
    type Target = Statement<'a>;

    fn deref(&self) -> &Statement<'a> {
        match self {
            Self::Once(statement) => statement,
            Self::Kept(statement) => statement,
        }
    }
}

impl DerefMut for Prepared<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Once(statement) => statement,
            Self::Kept(statement) => statement,
        }
    }
}
