//! The file of exchanges: made, opened, and put aside when it cannot be used.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::connect::{beside, open_if, private};
use crate::store::error::StoreError;
use crate::store::pragmas::{Purpose, read_back};

/// The file in the data directory.
const FILE: &str = "exchanges.sqlite";
/// Says whose file it is: "APPX".
const APPLICATION: i32 = 0x4150_5058;
/// The present format. Another one is put aside: nothing in here is worth a migration.
const KNOWN: u32 = 1;
const SCHEMA: &str = include_str!("schema.sql");

/// Where the exchanges of a data directory are.
fn file_of(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Opens the file to write into it. Where there is none it is made; one that is damaged, or of another
/// format, is put aside as `exchanges.sqlite.unusable`.
pub(super) fn to_write(dir: &Path) -> Result<Connection, StoreError> {
    let file = file_of(dir);
    match begin(&file) {
        Err(
            error @ (StoreError::Corrupt { .. } | StoreError::Foreign | StoreError::Newer { .. }),
        ) => {
            tracing::warn!(%error, file = FILE, "put aside; recording begins anew");
            put_aside(&file)?;
            begin(&file)
        }
        opened => opened,
    }
}

/// Opens the file to read from it; `None` when there is none.
pub(super) fn to_read(dir: &Path) -> Result<Option<Connection>, StoreError> {
    let file = file_of(dir);
    if !file.exists() {
        return Ok(None);
    }
    match open_if(&file, Purpose::Read, ours) {
        Err(StoreError::Foreign) => Ok(None),
        opened => opened.map(Some),
    }
}

fn begin(file: &Path) -> Result<Connection, StoreError> {
    private(file)?;
    if fs::metadata(file)
        .map_err(|cause| StoreError::io(file, cause))?
        .len()
        == 0
    {
        // Only before anything else is in the file can it learn to give pages back.
        let sql = Connection::open(file)?;
        sql.pragma_update(None, "auto_vacuum", 2)?;
        sql.execute_batch(&format!("BEGIN; {SCHEMA} COMMIT;"))?;
        sql.pragma_update(None, "user_version", KNOWN)?;
        sql.pragma_update(None, "application_id", APPLICATION)?;
    }
    open_if(file, Purpose::Record, ours)
}

/// Refuses a file that is not complete, not ours, or of another format.
fn ours(sql: &Connection) -> Result<(), StoreError> {
    if read_back(sql, "application_id")? != APPLICATION.to_string() {
        return Err(StoreError::Foreign);
    }
    let found = read_back(sql, "user_version")?;
    match found.parse() {
        Ok(KNOWN) => Ok(()),
        Ok(found) => Err(StoreError::Newer {
            found,
            known: KNOWN,
        }),
        Err(_) => Err(StoreError::corrupt(format!("format {found} of {FILE}"))),
    }
}

fn put_aside(file: &Path) -> Result<(), StoreError> {
    let aside = file.with_extension("sqlite.unusable");
    for end in ["-wal", "-shm", ""] {
        let (from, to) = (beside(file, end), beside(&aside, end));
        // What was put aside before gives way, its log too.
        let _ = fs::remove_file(&to);
        match fs::rename(&from, to) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(StoreError::io(&from, error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_file_is_private_and_gives_pages_back() {
        let dir = tempfile::tempdir().unwrap();
        assert!(to_read(dir.path()).unwrap().is_none());
        let sql = to_write(dir.path()).unwrap();
        for (pragma, value) in [
            ("auto_vacuum", "2"),
            ("synchronous", "1"),
            ("journal_mode", "wal"),
        ] {
            assert_eq!(read_back(&sql, pragma).unwrap(), value, "{pragma}");
        }
        let mode = fs::metadata(file_of(dir.path()))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(to_read(dir.path()).unwrap().is_some());
    }

    #[test]
    fn what_cannot_be_used_is_put_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = file_of(dir.path());
        fs::write(
            &file,
            "this is no database, but long enough to be taken for one".repeat(20),
        )
        .unwrap();
        fs::write(beside(&file, "-wal"), "its log").unwrap();
        to_write(dir.path()).unwrap();
        let aside = file.with_extension("sqlite.unusable");
        assert!(aside.exists());
        assert_eq!(fs::read(beside(&aside, "-wal")).unwrap(), b"its log");
        let sql = to_write(dir.path()).unwrap();
        sql.pragma_update(None, "user_version", 7).unwrap();
        drop(sql);
        to_write(dir.path()).unwrap();
        assert!(to_read(dir.path()).unwrap().is_some());
    }
}
