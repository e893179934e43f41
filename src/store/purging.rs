//! What changes say about people, purged when it is old or its connection was removed. The sequence stays without gaps.

use rusqlite::params;

use super::error::StoreError;
use super::numbers::{signed, unsigned};
use super::view::{Tx, View};
use crate::base::Timestamp;

impl View<'_> {
    /// The last change whose content was purged; 0 when none was.
    pub fn purged_changes(&self) -> Result<u64, StoreError> {
        let purged = self
            .sql()
            .prepare_cached("SELECT purged FROM control WHERE one = 1")?
            .query_row([], |row| row.get(0))?;
        unsigned(purged)
    }
}

impl Tx<'_> {
    /// Purges the content of changes from before `before`, in the order of their sequence, some `limit` of
    /// them at most; how many they were. What is left says that something changed, and which resource, when
    /// and by whom. What says to be from after `now` was written by a clock that was wrong, and is as old as
    /// what comes behind it.
    pub fn purge_changes(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let purged = signed(self.purged_changes()?);
        let mut statement = self.sql().prepare_cached(
            "SELECT sequence, at
             FROM change
             WHERE sequence > ?
             ORDER BY sequence",
        )?;
        let mut rows = statement.query([purged])?;
        let mut last = purged;
        let (mut count, mut doubtful) = (0, 0);
        while count < limit
            && let Some(row) = rows.next()?
        {
            let at = row.get::<_, i64>(1)?;
            if at < before.as_millis() {
                last = row.get(0)?;
                count += doubtful + 1;
                doubtful = 0;
            } else if at > now.as_millis() {
                doubtful += 1;
            } else {
                break;
            }
        }
        if count == 0 {
            return Ok(0);
        }
        self.sql()
            .prepare_cached(
                "UPDATE change
                 SET before = CASE WHEN before IS NULL THEN NULL ELSE '{}' END,
                     after = CASE WHEN after IS NULL THEN NULL ELSE '{}' END,
                     joined = NULL,
                     parted = NULL
                 WHERE sequence > ? AND sequence <= ?",
            )?
            .execute([purged, last])?;
        self.sql()
            .prepare_cached("UPDATE control SET purged = ? WHERE one = 1")?
            .execute([last])?;
        Ok(count)
    }

    /// Purges the content of those among the `length` changes after the one with the sequence `after` that
    /// are of one connection, whatever their age.
    pub fn purge_changes_of(
        &self,
        connection: i64,
        after: u64,
        length: u64,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "UPDATE change
                 SET before = CASE WHEN before IS NULL THEN NULL ELSE '{}' END,
                     after = CASE WHEN after IS NULL THEN NULL ELSE '{}' END,
                     joined = NULL,
                     parted = NULL
                 WHERE sequence > ?2 AND sequence <= ?3 AND connection = ?1",
            )?
            .execute(params![
                connection,
                signed(after),
                signed(after.saturating_add(length))
            ])?;
        Ok(())
    }
}
