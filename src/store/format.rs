//! Whose a database file is, and of which format.

use rusqlite::Connection;

use super::error::StoreError;
use super::pragmas::read_back;

/// The present format, `user_version` in the file.
pub(super) const KNOWN: u32 = 2;
/// Says whose file it is: "APPL".
pub(super) const APPLICATION: i32 = 0x4150_504c;

/// The format of a file that has something in it, is ours and not newer than this program.
pub(super) fn format_of(sql: &Connection) -> Result<u32, StoreError> {
    recognise(sql)?.ok_or_else(|| StoreError::corrupt("there is nothing in it"))
}

/// The format of a file that is ours, and not newer than this program; `None` while it is empty.
pub(super) fn recognise(sql: &Connection) -> Result<Option<u32>, StoreError> {
    // The schema is read before anything is believed.
    let tables: i64 = sql.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application = read_back(sql, "application_id")?;
    if tables == 0 && application == "0" {
        return Ok(None);
    }
    if application != APPLICATION.to_string() {
        return Err(StoreError::Foreign);
    }
    let found = read_back(sql, "user_version")?;
    match found.parse() {
        Ok(0) | Err(_) => Err(StoreError::corrupt(format!("format {found}"))),
        Ok(found) if found > KNOWN => Err(StoreError::Newer {
            found,
            known: KNOWN,
        }),
        Ok(found) => Ok(Some(found)),
    }
}
