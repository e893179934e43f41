//! Looking through the pages of the database, on a connection of its own that cannot write.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::connect::{file_of, open};
use super::error::StoreError;
use super::pragmas::{Purpose, pragmas, read_back};
use crate::base::Timestamp;

/// Steps of SQLite between two looks at whether to stop.
const STEPS: i32 = 10_000;

/// What a look through the pages has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    /// When it began.
    pub at: Timestamp,
    /// What is wrong, in the words of SQLite; none: the database is sound.
    pub complaints: Vec<String>,
}

impl Examination {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.complaints.is_empty()
    }

    /// The first of what is wrong.
    pub fn complaint(&self) -> Option<String> {
        self.complaints.first().cloned()
    }
}

/// Looks through every page of the database in `dir`, table by table, so that no snapshot is held for
/// long and the log can be copied meanwhile. `None`: `stop` was set before the end.
pub fn examine(
    dir: &Path,
    at: Timestamp,
    stop: &Arc<AtomicBool>,
) -> Result<Option<Examination>, StoreError> {
    let mut sql = open(&file_of(dir), Purpose::Examine)?;
    let asked = Arc::clone(stop);
    sql.progress_handler(STEPS, Some(move || asked.load(Ordering::Relaxed)))?;
    match complaints(&sql) {
        _ if stop.load(Ordering::Relaxed) => Ok(None),
        Ok(complaints) => Ok(Some(Examination { at, complaints })),
        // A page so damaged that the look itself breaks off.
        Err(StoreError::Corrupt { what }) => Ok(Some(Examination {
            at,
            complaints: vec![what],
        })),
        Err(error) => Err(error),
    }
}

fn complaints(sql: &Connection) -> Result<Vec<String>, StoreError> {
    let tables: Vec<String> = sql
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut found = Vec::new();
    for table in tables {
        let mut check = sql.prepare("SELECT quick_check FROM pragma_quick_check(?)")?;
        let lines = check.query_map([table], |row| row.get::<_, String>(0))?;
        for line in lines {
            let line = line?;
            if line != "ok" {
                found.push(line);
            }
        }
    }
    Ok(found)
}

/// The pragmas of one kind of connection, as SQLite says that they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pragmas {
    /// What such connections are for.
    pub purpose: &'static str,
    /// Names and values.
    pub values: Vec<(&'static str, String)>,
}

/// Opens a connection of every kind to the database in `dir`, and reads its pragmas back.
pub fn every_pragma(dir: &Path) -> Result<Vec<Pragmas>, StoreError> {
    let kinds = [
        (Purpose::Write, "writer of the server"),
        (Purpose::WriteAlone, "writer of a command"),
        (Purpose::Read, "readers"),
        (Purpose::Checkpoint, "upkeep of the log"),
        (Purpose::Examine, "examination"),
    ];
    kinds
        .into_iter()
        .map(|(purpose, name)| {
            let sql = open(&file_of(dir), purpose)?;
            let values = ["journal_mode"]
                .into_iter()
                .chain(pragmas(purpose).into_iter().map(|(name, _)| name))
                .map(|name| Ok((name, read_back(&sql, name)?)))
                .collect::<Result<_, StoreError>>()?;
            Ok(Pragmas {
                purpose: name,
                values,
            })
        })
        .collect()
}

/// The version of SQLite inside.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::connect::prepare;
    use crate::store::{Role, Store};

    const AT: Timestamp = Timestamp::from_millis(1_795_000_000_000);

    #[test]
    fn a_sound_database_is_found_sound_and_stopping_is_heard() {
        let dir = tempfile::tempdir().unwrap();
        Store::open(dir.path(), Role::Guest).unwrap();
        let stop = Arc::default();
        let found = examine(dir.path(), AT, &stop).unwrap().unwrap();
        assert!(found.is_sound(), "{found:?}");
        stop.store(true, Ordering::Relaxed);
        assert_eq!(examine(dir.path(), AT, &stop).unwrap(), None);
    }

    #[test]
    fn a_page_that_was_overwritten_is_complained_about() {
        let dir = tempfile::tempdir().unwrap();
        Store::open(dir.path(), Role::Guest).unwrap().close();
        let file = file_of(dir.path());
        let mut bytes = std::fs::read(&file).unwrap();
        let (page, end) = (4_096, bytes.len());
        bytes[end - page..].fill(0xa5);
        std::fs::write(&file, bytes).unwrap();
        let found = examine(dir.path(), AT, &Arc::default()).unwrap().unwrap();
        assert!(!found.is_sound());
    }

    #[test]
    fn every_kind_of_connection_shows_its_pragmas() {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path()).unwrap();
        let kinds = every_pragma(dir.path()).unwrap();
        assert_eq!(kinds.len(), 5);
        for kind in kinds {
            for wanted in [
                ("journal_mode", "wal"),
                ("synchronous", "2"),
                ("foreign_keys", "1"),
            ] {
                assert!(
                    kind.values.contains(&(wanted.0, wanted.1.to_owned())),
                    "{kind:?}"
                );
            }
        }
    }
}
