//! What changed, in order and without gaps: for applications that follow the directory.

use std::collections::HashMap;
use std::io::Write;

use serde_json::{Map, Value, json};

use super::cell;
use super::column::{self, Column};
use super::error::ExportError;
use super::flaw::ExportFlaw;
use super::form::{Form, Plain};
use super::order::check_columns;
use super::rows::{self, Rows};
use crate::operate::connections;
use crate::scim::ResourceId;
use crate::store::{Recorded, StoreError, View};

/// What is said of a change, in this order.
const COLUMNS: [&str; 13] = [
    "sequence",
    "at",
    "connection",
    "resourceType",
    "id",
    "cause",
    "token",
    "request",
    "version",
    "before",
    "after",
    "joined",
    "parted",
];

/// Which changes, and in what form.
#[derive(Debug)]
pub struct Changes<'a> {
    /// The connection; `None` is all of them.
    pub connection: Option<&'a str>,
    /// Those after this sequence; 0 is all of them.
    pub since: u64,
    /// The form.
    pub form: Plain,
    /// The columns of a table, in this order; `None` is all of them.
    pub columns: Option<&'a [String]>,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// How many changes.
    pub count: u64,
    /// The sequence of the last change there is: what comes next comes after it.
    pub last: u64,
}

/// Writes the changes to `out`, oldest first.
///
/// Whoever follows must learn that some are missing: a gap between `since` and what is kept is refused,
/// and so is a `since` that has not happened.
pub fn changes(
    view: &View<'_>,
    wanted: &Changes<'_>,
    out: &mut dyn Write,
) -> Result<Written, ExportError> {
    let form = Form::Plain(wanted.form);
    check_columns(form, wanted.columns)?;
    let there = COLUMNS.map(|name| Column::new(name, name));
    let columns = column::chosen(there.to_vec(), wanted.columns)?;
    let only = match wanted.connection {
        Some(name) => Some(connections::named(view, name)?.number),
        None => None,
    };
    let names: HashMap<i64, String> = view.connection_names()?.into_iter().collect();
    let (first, last) = (view.first_change()?, view.last_change()?);
    let since = wanted.since;
    if since > last {
        return Err(ExportFlaw::NotYet { since, last }.into());
    }
    if since.saturating_add(1) < first {
        return Err(ExportFlaw::NotKept { first }.into());
    }
    let titles = columns.iter().map(|column| column.title.as_str());
    let mut rows = Rows::begin(form, titles, out)?;
    let mut count = 0;
    view.each_change(only, since, |recorded| {
        count += 1;
        let row = row(&recorded, names.get(&recorded.change.connection))?;
        match &mut rows {
            Rows::Table(table) => rows::line(
                table,
                columns.iter().map(|column| text(&row, column.source)),
            ),
            Rows::Objects(objects) => objects.write(&row),
        }
    })?;
    rows.finish()?;
    Ok(Written { count, last })
}

fn row(recorded: &Recorded, connection: Option<&String>) -> Result<Map<String, Value>, StoreError> {
    let change = &recorded.change;
    let [before, after] = change.sides()?;
    let ids = |ids: &[ResourceId]| -> Value { ids.iter().map(ToString::to_string).collect() };
    let values = [
        json!(recorded.sequence),
        json!(change.at.to_string()),
        json!(connection),
        json!(change.kind.name()),
        json!(change.resource.to_string()),
        json!(change.cause),
        json!(change.token),
        json!(change.request),
        json!(change.version),
        json!(before),
        json!(after),
        ids(&change.joined),
        ids(&change.parted),
    ];
    Ok(COLUMNS.map(str::to_owned).into_iter().zip(values).collect())
}

/// A cell; what an object says is JSON.
fn text(row: &Map<String, Value>, name: &str) -> String {
    match row.get(name) {
        Some(object @ Value::Object(_)) => object.to_string(),
        Some(value) => cell::text(value),
        None => String::new(),
    }
}
