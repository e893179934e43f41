//! What a connection is for, and the pragmas that follow from it.

use std::time::Duration;

use rusqlite::Connection;

use super::error::StoreError;

/// How long a connection waits for another process before it gives up.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

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

/// Every pragma of a connection with its value.
pub(super) fn pragmas(purpose: Purpose) -> Vec<(&'static str, String)> {
    // Negative: kibibytes. SQLite goes through every page that the writer holds at nearly each commit
    // (balancing a tree borrows the number of the lock page, and what is behind the last page is looked
    // for then), so that more of them cost more than they spare: with 24 MiB that was a fifth of the
    // writer's time. There are several readers.
    let cache = match purpose {
        Purpose::Write => -6 * 1024,
        Purpose::WriteAlone | Purpose::Read => -8 * 1024,
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
    let mut pragmas = vec![
        ("synchronous", synchronous.to_string()),
        ("foreign_keys", 1.to_string()),
        ("trusted_schema", 0.to_string()),
        ("cell_size_check", 1.to_string()),
        ("busy_timeout", PATIENCE.as_millis().to_string()),
        ("wal_autocheckpoint", autocheckpoint.to_string()),
        ("cache_size", cache.to_string()),
        ("temp_store", temp_store.to_string()),
        ("query_only", query_only.to_string()),
    ];
    if purpose == Purpose::Write {
        // Pages of one group that may wait in memory, whatever the cache: one that is written into the log
        // early is written twice.
        pragmas.push(("cache_spill", 6_000.to_string()));
    }
    pragmas
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
