//! Opening the file: modes, and the pragmas of every connection, set and read back.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::format::recognise;
use super::pragmas::{PATIENCE, Purpose, pragmas, read_back};

/// The database in the data directory.
const FILE: &str = "appliance.sqlite";
/// Statements that a connection keeps prepared: more than the store has.
const STATEMENTS: usize = 128;

/// Where the database of a data directory is.
pub(super) fn file_of(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Where a companion of a file is: what is called like it, with this at the end.
pub(super) fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(end);
    PathBuf::from(name)
}

/// Makes the data directory (0700) and an empty database file (0600) where there is none, before
/// SQLite can make them wider; its companions `-wal` and `-shm` take the mode of the file. What is
/// there already and is wider is narrowed. Answers whether the file existed.
pub(super) fn prepare(dir: &Path) -> Result<bool, StoreError> {
    make_directory(dir)?;
    let file = file_of(dir);
    keep_lone_log(&file)?;
    private(&file)
}

/// Makes the data directory (0700) where there is none; one of ours that is wider is narrowed.
pub(super) fn make_directory(dir: &Path) -> Result<(), StoreError> {
    let complain = |cause| StoreError::io(dir, cause);
    if dir.exists() {
        // Only a directory that is ours, or will be: never somebody's home by a slip of the hand.
        let ours = file_of(dir).exists() || fs::read_dir(dir).map_err(complain)?.next().is_none();
        if ours {
            narrow(dir, 0o700)?;
        }
    } else {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(complain)?;
    }
    Ok(())
}

/// Makes an empty file (0600) where there is none; a wider one is narrowed. Answers whether it existed.
pub(super) fn private(file: &Path) -> Result<bool, StoreError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    match made {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            narrow(file, 0o600)?;
            Ok(true)
        }
        Err(cause) => Err(StoreError::io(file, cause)),
    }
}

/// Takes from `place` every permission that `mode` does not have.
fn narrow(place: &Path, mode: u32) -> Result<(), StoreError> {
    let complain = |cause| StoreError::io(place, cause);
    let present = fs::metadata(place).map_err(complain)?.permissions().mode() & 0o777;
    if present & !mode == 0 {
        return Ok(());
    }
    fs::set_permissions(place, Permissions::from_mode(present & mode)).map_err(complain)
}

/// Opens the database, which exists, for one purpose.
pub(super) fn open(file: &Path, purpose: Purpose) -> Result<Connection, StoreError> {
    open_if(file, purpose, |sql| recognise(sql).map(|_| ()))
}

/// The same for a file that `fit` finds fit. One that it refuses is left as it is, with its log.
pub(super) fn open_if(
    file: &Path,
    purpose: Purpose,
    fit: impl FnOnce(&Connection) -> Result<(), StoreError>,
) -> Result<Connection, StoreError> {
    let sql = approach(file)?;
    fit(&sql)?;
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    // A plan must not depend on the values that are bound: otherwise SQLite parses a cached statement
    // anew whenever they change, which was a quarter of a match query's time.
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    sql.set_prepared_statement_cache_capacity(STATEMENTS);
    write_ahead(&sql)?;
    for (name, wanted) in pragmas(purpose) {
        sql.pragma_update(None, name, &wanted)?;
        let found = read_back(&sql, name)?;
        if found != wanted {
            return Err(StoreError::Pragma {
                name,
                found,
                wanted,
            });
        }
    }
    Ok(sql)
}

/// Opens a file of which nothing is known yet. SQLite copies the log into a file, whatever that is, and
/// removes it when the last connection is closed: not before the file was found fit, for the log may hold
/// what was acknowledged last.
pub(super) fn approach(file: &Path) -> Result<Connection, StoreError> {
    keep_lone_log(file)?;
    // No URI: a directory's name is a name, whatever is in it. No mutex: a connection belongs to
    // one thread at a time, which the type system sees to.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(file, flags)?;
    sql.busy_timeout(PATIENCE)?;
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Nobody, a slip of ours included, may write to the file's own tables.
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(sql)
}

/// Refuses a file that is missing or empty while its log is not: SQLite would remove the log as soon as
/// it looks. The log is asked first, because a file gets its first page before there is one.
fn keep_lone_log(file: &Path) -> Result<(), StoreError> {
    let bytes = |place: &Path| fs::metadata(place).map_or(0, |found| found.len());
    if bytes(&beside(file, "-wal")) > 0 && bytes(file) == 0 {
        return Err(StoreError::corrupt(
            "it is empty or missing, but its log is not",
        ));
    }
    Ok(())
}

/// Sets the journal to WAL. It is a property of the file and asks for a moment alone with it, in
/// which SQLite does not wait by itself when two processes begin together.
fn write_ahead(sql: &Connection) -> Result<(), StoreError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let set =
            sql.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0));
        match set.map_err(StoreError::from) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(found) => {
                return Err(StoreError::Pragma {
                    name: "journal_mode",
                    found,
                    wanted: "wal".to_owned(),
                });
            }
            Err(StoreError::Locked) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_connection_has_its_pragmas() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!prepare(dir.path()).unwrap());
        assert!(prepare(dir.path()).unwrap());
        for purpose in [
            Purpose::Write,
            Purpose::WriteAlone,
            Purpose::Read,
            Purpose::Checkpoint,
        ] {
            let sql = open(&file_of(dir.path()), purpose).unwrap();
            assert_eq!(read_back(&sql, "journal_mode").unwrap(), "wal");
            assert_eq!(read_back(&sql, "synchronous").unwrap(), "2");
        }
        let reader = open(&file_of(dir.path()), Purpose::Read).unwrap();
        assert!(reader.execute_batch("CREATE TABLE t (x)").is_err());
    }
}
