//! What is old or too much goes, the oldest first.

use rusqlite::Connection;

use crate::base::{Retention, Timestamp};
use crate::store::error::StoreError;
use crate::store::numbers::signed;

/// Exchanges that go in one transaction.
const PART: i64 = 2_000;

/// Takes away what is older than is kept, and then what is more. Answers how many exchanges went.
pub(super) fn prune(sql: &Connection, keep: Retention, now: Timestamp) -> Result<u64, StoreError> {
    let oldest = now.plus(-keep.age()).as_millis();
    let first: Option<i64> = sql
        .prepare_cached("SELECT min(number) FROM (SELECT number FROM exchange WHERE at >= ? ORDER BY number LIMIT 1)")?
        .query_row([oldest], |row| row.get(0))?;
    let before = match first {
        Some(first) => first,
        None => ends(sql)?.1.saturating_add(1),
    };
    let mut gone = drop_before(sql, before)?;
    sql.prepare_cached("DELETE FROM loss WHERE last < ?")?
        .execute([oldest])?;
    gone += shrink(sql, keep)?;
    Ok(gone)
}

/// Takes the oldest away while the file is larger than it may be.
pub(super) fn shrink(sql: &Connection, keep: Retention) -> Result<u64, StoreError> {
    let most = signed(keep.bytes);
    let mut gone = 0;
    let page = pragma(sql, "page_size")?;
    if pragma(sql, "page_count")?.saturating_mul(page) <= most {
        return Ok(gone);
    }
    // Somewhat below the limit, so that it is not met again with the next exchange.
    let enough = most - most / 20;
    loop {
        let used =
            (pragma(sql, "page_count")? - pragma(sql, "freelist_count")?).saturating_mul(page);
        let (first, last) = ends(sql)?;
        let there = last - first + 1;
        if used <= enough || there <= 0 || last == 0 {
            break;
        }
        let part = (there.saturating_mul(used - enough) / used).clamp(1, PART);
        gone += drop_before(sql, first + part)?;
    }
    // What was freed is filled again by what comes; only a limit that was lowered leaves too much.
    if pragma(sql, "page_count")?.saturating_mul(page) > most {
        sql.execute_batch("PRAGMA incremental_vacuum")?;
    }
    Ok(gone)
}

/// The numbers of the oldest and the newest exchange; 0 when there is none.
fn ends(sql: &Connection) -> Result<(i64, i64), StoreError> {
    let ends = sql
        .prepare_cached("SELECT (SELECT coalesce(min(number), 0) FROM exchange), (SELECT coalesce(max(number), 0) FROM exchange)")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(ends)
}

fn pragma(sql: &Connection, name: &str) -> Result<i64, StoreError> {
    Ok(sql.pragma_query_value(None, name, |row| row.get(0))?)
}

/// Takes away every exchange before the one with this number, some at a time.
fn drop_before(sql: &Connection, number: i64) -> Result<u64, StoreError> {
    let mut gone = 0;
    loop {
        let (first, last) = ends(sql)?;
        if last == 0 || first >= number {
            return Ok(gone);
        }
        let part = number.min(first + PART);
        sql.execute_batch("BEGIN IMMEDIATE")?;
        let done = (|| -> Result<u64, StoreError> {
            sql.prepare_cached("DELETE FROM body WHERE exchange < ?")?
                .execute([part])?;
            let rows = sql
                .prepare_cached("DELETE FROM exchange WHERE number < ?")?
                .execute([part])?;
            sql.execute_batch("COMMIT")?;
            Ok(rows as u64)
        })();
        match done {
            Ok(rows) => gone += rows,
            Err(error) => {
                // A commit that fails may leave it open, and the next one could not begin.
                if !sql.is_autocommit() {
                    sql.execute_batch("ROLLBACK")?;
                }
                return Err(error);
            }
        }
    }
}
