//! Rows of `exchange`, `body` and `loss`, on their way in.

use rusqlite::{Connection, params};

use super::exchange::Exchange;
use super::key::Keys;
use crate::base::{Timestamp, without_tokens};
use crate::scim::mask::Subject;
use crate::store::error::StoreError;
use crate::store::numbers::signed;

/// An exchange with those whom it is about.
pub(super) type Offered = (Exchange, Vec<Subject>);

/// Losses within this many milliseconds are one.
const ONE_LOSS: i64 = 60_000;

/// Keeps an exchange.
pub(super) fn insert(sql: &Connection, keys: &Keys, offered: &Offered) -> Result<(), StoreError> {
    let (exchange, subjects) = offered;
    let mut about = Vec::with_capacity(subjects.len() * 16);
    for subject in subjects {
        about.extend(keys.key(subject).0);
    }
    let number = sql
        .prepare_cached(
            "INSERT INTO exchange
               (at, connection, name, token, request, peer, method, target, query, resource, status,
                micros, failures, scim_type, detail, about)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            exchange.at.as_millis(),
            exchange.connection,
            exchange.name,
            exchange.token,
            exchange.request,
            exchange.peer,
            exchange.method,
            without_tokens(&exchange.target),
            without_tokens(&exchange.query),
            exchange.resource.map(|id| id.to_string()),
            exchange.status,
            signed(exchange.micros),
            exchange.failures,
            exchange.scim_type,
            exchange.detail.as_deref().map(without_tokens),
            about,
        ])?;
    if exchange.sent_bytes + exchange.answered_bytes > 0 {
        sql.prepare_cached(
            "INSERT INTO body (exchange, sent, sent_bytes, answered, answered_bytes)
             VALUES (?, ?, ?, ?, ?)",
        )?
        .execute(params![
            number,
            without_tokens(&exchange.sent),
            signed(exchange.sent_bytes),
            without_tokens(&exchange.answered),
            signed(exchange.answered_bytes),
        ])?;
    }
    Ok(())
}

/// Notes that `times` exchanges were lost.
pub(super) fn insert_loss(
    sql: &Connection,
    first: Timestamp,
    last: Timestamp,
    times: u64,
) -> Result<(), StoreError> {
    let (first, last) = (first.as_millis(), last.as_millis());
    let joined = sql
        .prepare_cached(
            "UPDATE loss
             SET last = max(last, ?2), times = times + ?3
             WHERE number = (SELECT max(number) FROM loss) AND last >= ?1 - ?4",
        )?
        .execute(params![first, last, signed(times), ONE_LOSS])?;
    if joined == 0 {
        sql.prepare_cached("INSERT INTO loss (first, last, times) VALUES (?, ?, ?)")?
            .execute(params![first, last, signed(times)])?;
    }
    Ok(())
}
