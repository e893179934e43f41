//! Rows of `backup`: which backups were found sound, and when.

use rusqlite::{Row, params};

use super::error::StoreError;
use super::numbers::{signed, unsigned};
use super::view::{Tx, View};
use crate::base::Timestamp;

/// A backup that was found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub file: String,
    /// When it was made.
    pub made: Timestamp,
    /// Its size.
    pub bytes: u64,
    /// When it was last found sound.
    pub verified: Timestamp,
}

impl View<'_> {
    /// All backups that are known to be sound, the newest first. Their files may be gone.
    pub fn backups(&self) -> Result<Vec<Backup>, StoreError> {
        self.sql()
            .prepare_cached(
                "SELECT file, made, bytes, verified
                 FROM backup
                 ORDER BY made DESC, file",
            )?
            .query_and_then([], backup)?
            .collect()
    }
}

fn backup(row: &Row<'_>) -> Result<Backup, StoreError> {
    Ok(Backup {
        file: row.get(0)?,
        made: Timestamp::from_millis(row.get(1)?),
        bytes: unsigned(row.get(2)?)?,
        verified: Timestamp::from_millis(row.get(3)?),
    })
}

impl Tx<'_> {
    /// Notes that a backup was found sound.
    pub fn note_backup(&self, backup: &Backup) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO backup (file, made, bytes, verified)
                 VALUES (?, ?, ?, ?)
                 ON CONFLICT (file) DO UPDATE
                 SET made = excluded.made, bytes = excluded.bytes, verified = excluded.verified",
            )?
            .execute(params![
                backup.file,
                backup.made.as_millis(),
                signed(backup.bytes),
                backup.verified.as_millis()
            ])?;
        Ok(())
    }

    /// Forgets a backup, because it is gone or not sound any more.
    pub fn forget_backup(&self, file: &str) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("DELETE FROM backup WHERE file = ?")?
            .execute([file])?;
        Ok(())
    }
}
