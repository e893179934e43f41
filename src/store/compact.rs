//! The file written anew, so that nothing is left in it of what was removed.

use std::path::Path;

use super::checkpoint::checkpoint;
use super::connect::{file_of, open};
use super::error::StoreError;
use super::pragmas::Purpose;
use super::view::{Tx, View};

/// Writes the database of the data directory `dir` anew and empties its log. What was removed is overwritten,
/// but where rows were moved within the file, unused parts of it may show what they were; after this they
/// do not. Everybody else waits meanwhile, so the caller holds the [`super::lock::Lock`] of the directory.
pub fn compact(dir: &Path) -> Result<(), StoreError> {
    let sql = open(&file_of(dir), Purpose::WriteAlone)?;
    sql.execute_batch(
        "VACUUM;
         UPDATE control SET traces = 0 WHERE one = 1;",
    )?;
    checkpoint(&sql, "TRUNCATE")?;
    Ok(())
}

impl View<'_> {
    /// Whether unused parts of the file may show what was removed.
    pub fn has_traces(&self) -> Result<bool, StoreError> {
        let has = self
            .sql()
            .prepare_cached("SELECT traces FROM control WHERE one = 1")?
            .query_row([], |row| row.get(0))?;
        Ok(has)
    }
}

impl Tx<'_> {
    /// Has the file written anew when that holds up nobody.
    pub(super) fn note_traces(&self) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("UPDATE control SET traces = 1 WHERE one = 1")?
            .execute([])?;
        Ok(())
    }
}
