//! How our types stand in columns.

use rusqlite::types::{ToSqlOutput, Value};

use super::error::StoreError;
use crate::scim::{Folded, Kind};

/// The number of a kind in columns `kind`.
pub(super) const fn kind_number(kind: Kind) -> i64 {
    match kind {
        Kind::User => 1,
        Kind::Group => 2,
    }
}

/// The kind with this number.
pub(super) fn kind_of(number: i64) -> Result<Kind, StoreError> {
    match number {
        1 => Ok(Kind::User),
        2 => Ok(Kind::Group),
        other => Err(StoreError::corrupt(format!("kind {other}"))),
    }
}

/// A count or version that SQLite keeps as a signed number.
pub(super) fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::corrupt(format!("negative count {number}")))
}

/// An unsigned number as SQLite keeps it; beyond its range it stays at the end.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A comparable value as a column holds it.
pub(super) fn sql_value(folded: &Folded) -> Value {
    match folded {
        Folded::Integer(whole) => Value::Integer(*whole),
        Folded::Real(real) => Value::Real(*real),
        Folded::Text(text) => Value::Text(text.clone()),
    }
}

/// The same without a copy of the text.
pub(super) fn sql_borrowed(folded: &Folded) -> ToSqlOutput<'_> {
    match folded {
        Folded::Integer(whole) => ToSqlOutput::from(*whole),
        Folded::Real(real) => ToSqlOutput::from(*real),
        Folded::Text(text) => ToSqlOutput::from(text.as_str()),
    }
}

/// A column as a comparable value.
pub(super) fn folded_of(value: Value) -> Result<Folded, StoreError> {
    match value {
        Value::Integer(whole) => Ok(Folded::Integer(whole)),
        Value::Real(real) => Ok(Folded::Real(real)),
        Value::Text(text) => Ok(Folded::Text(text)),
        Value::Null | Value::Blob(_) => Err(StoreError::corrupt("a value without comparable type")),
    }
}
