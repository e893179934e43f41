//! Opening the file: modes, and the pragmas of every connection, set and read back.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;

/// The database in the data directory.
const FILE: &str = "appliance.sqlite";
/// How long a connection waits for another process before it gives up.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Statements that a connection keeps prepared: more than the store has.
const STATEMENTS: usize = 128;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The writer of a server, whose log a thread of its own keeps short.
    Write,
    /// The writer of a guest, which keeps the log short by itself.
    WriteAlone,
    /// A reader.
    Read,
    /// The thread that keeps the log short.
    Checkpoint,
    /// Whoever looks through the pages.
    Examine,
    /// Whoever writes down exchanges: a power cut may take the last of them.
    Record,
}

/// Where the database of a data directory is.
pub(super) fn file_of(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Makes the data directory (0700) and an empty database file (0600) where there is none, before
/// SQLite can make them wider; its companions `-wal` and `-shm` take the mode of the file. What is
/// there already and is wider is narrowed. Answers whether the file existed.
pub(super) fn prepare(dir: &Path) -> Result<bool, StoreError> {
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
    private(&file_of(dir))
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
    // No URI: a directory's name is a name, whatever is in it. No mutex: a connection belongs to
    // one thread at a time, which the type system sees to.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(file, flags)?;
    sql.busy_timeout(PATIENCE)?;
    // A plan must not depend on the values that are bound: otherwise SQLite parses a cached statement
    // anew whenever they change, which was a quarter of a match query's time.
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Nobody, a slip of ours included, may write to the file's own tables.
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
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

/// Every pragma of a connection with its value.
pub(super) fn pragmas(purpose: Purpose) -> Vec<(&'static str, String)> {
    // Negative: kibibytes. The writer touches pages all over the search index; a reader mostly the
    // inner pages of few trees, and there are several readers.
    let cache = match purpose {
        Purpose::Write => -24 * 1024,
        Purpose::WriteAlone => -8 * 1024,
        Purpose::Read => -4 * 1024,
        Purpose::Checkpoint => -256,
        Purpose::Examine => -1024,
        Purpose::Record => -2 * 1024,
    };
    let autocheckpoint = match purpose {
        Purpose::WriteAlone => 1_000,
        Purpose::Record => 4_000,
        Purpose::Write | Purpose::Read | Purpose::Checkpoint | Purpose::Examine => 0,
    };
    let query_only = i32::from(matches!(purpose, Purpose::Read | Purpose::Examine));
    // FULL: an acknowledged write is on disk. Exchanges are acknowledged to nobody: NORMAL.
    let synchronous = if purpose == Purpose::Record { 1 } else { 2 };
    // A writer's savepoints keep what they may have to undo in memory: in the default, a temporary
    // file, they were more than half of all that a group wrote. Readers sort, and what they sort may
    // be large.
    let temp_store = match purpose {
        Purpose::Write | Purpose::WriteAlone => 2,
        Purpose::Read | Purpose::Checkpoint | Purpose::Examine | Purpose::Record => 0,
    };
    vec![
        ("synchronous", synchronous.to_string()),
        ("foreign_keys", 1.to_string()),
        ("trusted_schema", 0.to_string()),
        ("cell_size_check", 1.to_string()),
        ("busy_timeout", PATIENCE.as_millis().to_string()),
        ("wal_autocheckpoint", autocheckpoint.to_string()),
        ("cache_size", cache.to_string()),
        ("temp_store", temp_store.to_string()),
        ("query_only", query_only.to_string()),
    ]
}

/// What SQLite says of a pragma, as text.
pub(super) fn read_back(sql: &Connection, name: &str) -> Result<String, StoreError> {
    use rusqlite::types::Value;
    let value = sql.pragma_query_value(None, name, |row| row.get::<_, Value>(0))?;
    Ok(match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        other => format!("{other:?}"),
    })
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
