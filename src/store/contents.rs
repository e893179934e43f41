//! What a database file holds, and whether it is whole: asked of a copy, never of one in use.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::format::format_of;
use super::numbers::unsigned;

/// What is in a database: enough to recognise it by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// The format of the file.
    pub format: u32,
    /// Connections.
    pub connections: u64,
    /// Users of all connections.
    pub users: u64,
    /// Groups of all connections.
    pub groups: u64,
    /// Who is in which group: rows.
    pub memberships: u64,
    /// The sequence of the last change; 0: none yet.
    pub last_change: u64,
}

/// Examines a database that nobody else uses: that it is ours and of a format that we know, that every
/// page and index is sound, that nothing refers to nothing, that members are in groups of their own
/// connection, and that nothing in it would act by itself. Answers what is in it.
pub fn judge(file: &Path) -> Result<Contents, StoreError> {
    let sql = open_sealed(file)?;
    let format = format_of(&sql)?;
    sound(&sql)?;
    inert(&sql)?;
    let contents = contents(&sql, format).map_err(damaged)?;
    related(&sql)?;
    Ok(contents)
}

/// Opens a file whose origin is unknown: nothing in it is trusted, and nothing is written.
fn open_sealed(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(file, flags)?;
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    sql.pragma_update(None, "trusted_schema", 0)?;
    sql.pragma_update(None, "cell_size_check", 1)?;
    Ok(sql)
}

fn sound(sql: &Connection) -> Result<(), StoreError> {
    // The first complaint is enough.
    let verdict: String = sql
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(error.into()))?;
    if verdict != "ok" {
        return Err(StoreError::corrupt(verdict));
    }
    Ok(())
}

/// We keep tables and indexes. A trigger or a view in a foreign hand's file would act on later writes.
fn inert(sql: &Connection) -> Result<(), StoreError> {
    let acting: i64 = sql
        .query_row(
            "SELECT count(*)
             FROM sqlite_schema
             WHERE type NOT IN ('table', 'index')
               OR sql LIKE 'CREATE VIRTUAL%'",
            [],
            |row| row.get(0),
        )
        .map_err(|error| damaged(error.into()))?;
    if acting > 0 {
        return Err(StoreError::corrupt(
            "it has triggers, views or virtual tables, which we never make",
        ));
    }
    Ok(())
}

fn contents(sql: &Connection, format: u32) -> Result<Contents, StoreError> {
    let count = |statement: &str| unsigned(sql.query_row(statement, [], |row| row.get(0))?);
    Ok(Contents {
        format,
        connections: match format {
            1 => count("SELECT count(*) FROM connection")?,
            _ => count("SELECT count(*) FROM connection WHERE retired IS NULL")?,
        },
        users: count("SELECT count(*) FROM resource WHERE kind = 1")?,
        groups: count("SELECT count(*) FROM resource WHERE kind = 2")?,
        memberships: count("SELECT count(*) FROM member")?,
        last_change: count("SELECT ifnull(max(sequence), 0) FROM change")?,
    })
}

/// Memberships point at people, or at groups, of the same connection.
fn related(sql: &Connection) -> Result<(), StoreError> {
    let count = |statement: &str| -> Result<i64, StoreError> {
        sql.query_row(statement, [], |row| row.get(0))
            .map_err(|error| damaged(error.into()))
    };
    let strays = count("SELECT count(*) FROM pragma_foreign_key_check")?;
    if strays > 0 {
        return Err(StoreError::corrupt(format!(
            "{strays} rows refer to rows that do not exist"
        )));
    }
    let misplaced = count(
        "SELECT count(*)
         FROM member
         JOIN resource AS holder ON holder.number = member.holder
         JOIN resource AS held ON held.number = member.member
         WHERE holder.kind <> 2
           OR holder.connection <> held.connection",
    )?;
    if misplaced > 0 {
        return Err(StoreError::corrupt(format!(
            "{misplaced} memberships are not in a group of the member's connection"
        )));
    }
    Ok(())
}

/// Whatever SQLite says about reading a file that was examined, the file is to blame.
fn damaged(error: StoreError) -> StoreError {
    match error {
        StoreError::Sqlite(cause) => StoreError::corrupt(cause.to_string()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::backup::copy;
    use crate::store::connect::private;
    use crate::store::handle::Store;
    use crate::store::session::Role;

    fn check(harm: &str, complaint: &str) {
        let dir = tempfile::tempdir().unwrap();
        Store::open(dir.path(), Role::Server).unwrap().close();
        let file = dir.path().join("copy");
        private(&file).unwrap();
        copy(dir.path(), &file, &mut |_| {}).unwrap();
        let sql = Connection::open(&file).unwrap();
        sql.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        sql.execute_batch(harm).unwrap();
        drop(sql);
        let found = match judge(&file) {
            Ok(contents) => format!("{contents:?}"),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(complaint), "{harm}: {found}");
    }

    #[test]
    fn what_is_not_whole_is_said() {
        check("SELECT 1", "connections: 1, users: 0");
        check(
            "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
             CREATE TABLE _litestream_lock (id INTEGER)",
            "connections: 1",
        );
        check("PRAGMA application_id = 7", "belongs to another program");
        check("PRAGMA user_version = 99", "has format 99");
        check("PRAGMA user_version = 0", "format 0");
        check("DROP TABLE member", "no such table: member");
        check(
            "CREATE TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM token; END",
            "triggers",
        );
        check("CREATE VIEW v AS SELECT 1", "views");
        check("INSERT INTO member VALUES (7, 8)", "2 rows refer");
        check(
            "INSERT INTO resource (number, connection, kind, id, version, created, modified, document)
             VALUES (1, 1, 1, 'a', 1, 0, 0, '{}');
             INSERT INTO member (holder, member) VALUES (1, 1)",
            "1 memberships are not in a group",
        );
    }
}
