//! Who is in which group: one row for each membership.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::cell;
use super::column::{self, Column};
use super::directory::Directory;
use super::entry::document;
use super::error::ExportError;
use super::order::Order;
use super::population::Population;
use super::rows::{self, Rows};
use crate::scim::Kind;
use crate::store::View;

/// What is said of a membership, in this order.
const COLUMNS: [&str; 7] = [
    "connection",
    "groupId",
    "group",
    "folder",
    "memberId",
    "member",
    "type",
];

/// Writes the members of all groups, or of those that the filter finds, to `out`, group by group, and
/// answers how many memberships they were.
pub fn members(
    view: &View<'_>,
    order: &Order<'_>,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let population = Population::choose(view, order, Kind::Group)?;
    let directory = Directory::open(view, order, population.connections())?;
    let there = COLUMNS.map(|name| Column::new(name, name));
    let columns = column::chosen(there.to_vec(), order.columns)?;
    let titles = columns.iter().map(|column| column.title.as_str());
    let mut rows = Rows::begin(order.form, titles, out)?;
    let mut count = 0;
    for (connection, condition) in population.each() {
        directory.each(connection.number, Kind::Group, condition, |stored| {
            let document = document(&stored)?;
            let says = |name: &str| document.get(name).cloned().unwrap_or_default();
            let group: [Value; 4] = [
                json!(connection.name),
                json!(stored.id.to_string()),
                says("displayName"),
                says("folder"),
            ];
            directory.each_member(&stored, |member| {
                count += 1;
                let called = match member.kind {
                    Kind::User => directory.user_name(&member)?,
                    Kind::Group => member.display,
                };
                let own = [
                    json!(member.id.to_string()),
                    json!(called),
                    json!(member.kind.name()),
                ];
                let values = group.iter().cloned().chain(own);
                let row: Map<String, Value> =
                    COLUMNS.map(str::to_owned).into_iter().zip(values).collect();
                match &mut rows {
                    Rows::Table(table) => {
                        let cells = columns.iter().map(|column| row.get(column.source));
                        rows::line(
                            table,
                            cells.map(|cell| cell.map(cell::text).unwrap_or_default()),
                        )
                    }
                    Rows::Objects(objects) => objects.write(&row),
                }
            })
        })?;
    }
    rows.finish()?;
    Ok(count)
}
