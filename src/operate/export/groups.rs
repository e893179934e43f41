//! Groups, all or those that a filter finds; complete with their members but for CSV.

use std::io::Write;

use super::column;
use super::columns;
use super::directory::Directory;
use super::entry::{Entry, document};
use super::error::ExportError;
use super::order::Order;
use super::population::Population;
use super::resource;
use super::rows::{self, Rows};
use crate::scim::Kind;
use crate::store::View;

/// Writes the groups to `out` in the order of their arrival, connection by connection, and answers how
/// many they were.
pub fn groups(view: &View<'_>, order: &Order<'_>, out: &mut dyn Write) -> Result<u64, ExportError> {
    let population = Population::choose(view, order, Kind::Group)?;
    let directory = Directory::open(view, order, population.connections())?;
    let columns = column::chosen(columns::of_groups(population.schemas()), order.columns)?;
    let titles = columns.iter().map(|column| column.title.as_str());
    let mut rows = Rows::begin(order.form, titles, out)?;
    let mut count = 0;
    for (connection, condition) in population.each() {
        directory.each(connection.number, Kind::Group, condition, |stored| {
            count += 1;
            let mut entry = Entry {
                connection: &connection.name,
                stored: &stored,
                document: document(&stored)?,
                groups: &[],
                members: 0,
            };
            match &mut rows {
                Rows::Table(table) => {
                    entry.members = directory.member_count(&stored)?;
                    let cells = columns.iter();
                    rows::line(table, cells.map(|column| column.source.text(&entry)))
                }
                Rows::Objects(objects) => {
                    let whole = resource::whole(entry, order.base);
                    objects.write_with_list(&whole, "members", |write| {
                        directory.each_member(&stored, |member| {
                            write(&resource::member(&member, order.base))
                        })
                    })
                }
            }
        })?;
    }
    rows.finish()?;
    Ok(count)
}
