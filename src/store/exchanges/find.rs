//! Exchanges, found again.

use std::path::Path;

use rusqlite::types::ToSql;
use rusqlite::{Connection, Row, params_from_iter};

use super::exchange::{Exchange, Kept, Loss};
use super::file;
use super::key::Key;
use crate::base::Timestamp;
use crate::store::error::StoreError;
use crate::store::numbers::{signed, unsigned};

/// Leave to read the exchanges of a data directory, beside a server that may be writing them.
#[derive(Debug)]
pub struct Exchanges(Connection);

/// Which exchanges.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Only those of this connection.
    pub connection: Option<i64>,
    /// Only those about one of these.
    pub about: Option<&'a [Key]>,
    /// Only those with one of these request ids.
    pub requests: Option<&'a [String]>,
    /// Only those that failed, or in part.
    pub failed: bool,
    /// Only those received then or later.
    pub since: Option<Timestamp>,
    /// Only those behind this number.
    pub after: Option<u64>,
    /// The latest so many; `None`: all.
    pub limit: Option<u64>,
}

impl Exchanges {
    /// Opens the exchanges of the data directory `dir`; `None` when nothing was ever recorded there.
    pub fn open(dir: &Path) -> Result<Option<Self>, StoreError> {
        Ok(file::to_read(dir)?.map(Self))
    }

    /// Exchanges in the order in which they ended, and the latest of them if there are more than were
    /// asked for.
    pub fn find(&self, wanted: &Wanted<'_>) -> Result<Vec<Kept>, StoreError> {
        let mut conditions = vec!["TRUE".to_owned()];
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        if let Some(connection) = wanted.connection {
            conditions.push("connection = ?".to_owned());
            values.push(Box::new(connection));
        }
        if let Some(keys) = wanted.about {
            // Hashes are looked for at any place: that two of them make a third is not to be feared.
            conditions.push(any("instr(about, ?) > 0", keys.len()));
            values.extend(
                keys.iter()
                    .map(|key| Box::new(key.0.to_vec()) as Box<dyn ToSql>),
            );
        }
        if let Some(requests) = wanted.requests {
            conditions.push(any("request = ?", requests.len()));
            values.extend(
                requests
                    .iter()
                    .map(|request| Box::new(request.clone()) as Box<dyn ToSql>),
            );
        }
        if wanted.failed {
            conditions.push("(status >= 400 OR failures > 0)".to_owned());
        }
        if let Some(since) = wanted.since {
            // Rows lie about in the order of time: what is before the last older one needs no look.
            conditions.push(
                "at >= ? AND number > (SELECT coalesce(max(number), 0) - 10000 FROM (
                   SELECT number FROM exchange WHERE at < ? ORDER BY number DESC LIMIT 1))"
                    .to_owned(),
            );
            values.push(Box::new(since.as_millis()));
            values.push(Box::new(since.as_millis()));
        }
        if let Some(after) = wanted.after {
            conditions.push("number > ?".to_owned());
            values.push(Box::new(signed(after)));
        }
        values.push(Box::new(wanted.limit.map_or(-1, signed)));
        let mut statement = self.0.prepare(&format!(
            "SELECT number, at, connection, name, token, request, peer, method, target, query, resource,
                    status, micros, failures, scim_type, detail, sent, sent_bytes, answered,
                    answered_bytes
             FROM exchange
             LEFT JOIN body ON body.exchange = exchange.number
             WHERE {}
             ORDER BY number DESC
             LIMIT ?",
            conditions.join(" AND ")
        ))?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(from_row(row)?);
        }
        found.reverse();
        Ok(found)
    }

    /// The losses behind the one with this number that happened then or later.
    pub fn losses(&self, after: u64, since: Option<Timestamp>) -> Result<Vec<Loss>, StoreError> {
        let since = since.map_or(i64::MIN, Timestamp::as_millis);
        self.0
            .prepare_cached(
                "SELECT number, first, last, times
                 FROM loss
                 WHERE number > ? AND last >= ?
                 ORDER BY number",
            )?
            .query_map([signed(after), since], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .map(|row| {
                let (number, first, last, times): (i64, i64, i64, i64) = row?;
                Ok(Loss {
                    number: unsigned(number)?,
                    first: Timestamp::from_millis(first),
                    last: Timestamp::from_millis(last),
                    times: unsigned(times)?,
                })
            })
            .collect()
    }

    /// The number of the latest exchange; 0 when there is none.
    pub fn latest(&self) -> Result<u64, StoreError> {
        let number = self
            .0
            .prepare_cached("SELECT coalesce(max(number), 0) FROM exchange")?
            .query_row([], |row| row.get(0))?;
        unsigned(number)
    }
}

/// One of so many conditions; none of them is never met.
fn any(condition: &str, count: usize) -> String {
    if count == 0 {
        return "FALSE".to_owned();
    }
    format!("({})", vec![condition; count].join(" OR "))
}

fn from_row(row: &Row<'_>) -> Result<Kept, StoreError> {
    let resource: Option<String> = row.get(10)?;
    let length = |column| -> Result<u64, StoreError> {
        unsigned(row.get::<_, Option<i64>>(column)?.unwrap_or(0))
    };
    let text = |column| -> Result<String, StoreError> {
        Ok(row.get::<_, Option<String>>(column)?.unwrap_or_default())
    };
    Ok(Kept {
        number: unsigned(row.get(0)?)?,
        exchange: Exchange {
            at: Timestamp::from_millis(row.get(1)?),
            connection: row.get(2)?,
            name: row.get(3)?,
            token: row.get(4)?,
            request: row.get(5)?,
            peer: row.get(6)?,
            method: row.get(7)?,
            target: row.get(8)?,
            query: row.get(9)?,
            resource: resource.and_then(|id| id.parse().ok()),
            status: row.get(11)?,
            micros: unsigned(row.get(12)?)?,
            failures: row.get(13)?,
            scim_type: row.get(14)?,
            detail: row.get(15)?,
            sent: text(16)?,
            sent_bytes: length(17)?,
            answered: text(18)?,
            answered_bytes: length(19)?,
        },
    })
}
