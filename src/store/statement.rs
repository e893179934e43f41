//! Statements that are put together: prepared, kept and read.

use std::ops::{Deref, DerefMut};

use rusqlite::{CachedStatement, Row, Statement, params_from_iter};

use super::error::StoreError;
use super::fragment::Fragment;
use super::view::View;

impl View<'_> {
    /// A statement made of a fragment. Short ones come again and again with other values; a long one
    /// would only push them out of the cache.
    pub(super) fn prepare(&self, statement: &Fragment) -> Result<Prepared<'_>, StoreError> {
        const LONG: usize = 2_000;
        Ok(if statement.text().len() > LONG {
            Prepared::Once(self.sql().prepare(statement.text())?)
        } else {
            Prepared::Kept(self.sql().prepare_cached(statement.text())?)
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
