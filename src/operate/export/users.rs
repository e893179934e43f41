//! People, all or those whom a filter finds.

use std::io::Write;

use super::column::{self, Column};
use super::columns::{self, Source};
use super::directory::Directory;
use super::entry::{Entry, document};
use super::error::ExportError;
use super::order::Order;
use super::population::Population;
use super::resource;
use super::rows::{self, Rows};
use crate::scim::Kind;
use crate::store::{Stored, View};

/// How many people are held at a time: their groups are looked up together.
const AT_A_TIME: usize = 250;

/// Writes the people to `out` in the order of their arrival, connection by connection, and answers
/// how many they were.
pub fn users(view: &View<'_>, order: &Order<'_>, out: &mut dyn Write) -> Result<u64, ExportError> {
    let population = Population::choose(view, order, Kind::User)?;
    let directory = Directory::open(view, order, population.connections())?;
    let columns = column::chosen(columns::of_users(population.schemas()), order.columns)?;
    let titles = columns.iter().map(|column| column.title.as_str());
    let mut page = Page {
        directory: &directory,
        columns: &columns,
        base: order.base,
        rows: Rows::begin(order.form, titles, out)?,
    };
    let mut count = 0;
    for (connection, condition) in population.each() {
        let mut held = Vec::with_capacity(AT_A_TIME);
        directory.each(connection.number, Kind::User, condition, |stored| {
            count += 1;
            held.push(stored);
            if held.len() == AT_A_TIME {
                page.write(&connection.name, &held)?;
                held.clear();
            }
            Ok(())
        })?;
        page.write(&connection.name, &held)?;
    }
    page.rows.finish()?;
    Ok(count)
}

/// People on their way out, some at a time.
struct Page<'a, W: Write> {
    directory: &'a Directory<'a>,
    columns: &'a [Column<Source>],
    base: Option<&'a str>,
    rows: Rows<W>,
}

impl<W: Write> Page<'_, W> {
    fn write(&mut self, connection: &str, held: &[Stored]) -> Result<(), ExportError> {
        let groups = self.directory.groups_of(held)?;
        for (stored, groups) in held.iter().zip(&groups) {
            let entry = Entry {
                connection,
                stored,
                document: document(stored)?,
                groups,
                members: 0,
            };
            match &mut self.rows {
                Rows::Table(table) => {
                    let cells = self.columns.iter();
                    rows::line(table, cells.map(|column| column.source.text(&entry)))?;
                }
                Rows::Objects(objects) => objects.write(&resource::whole(entry, self.base))?,
            }
        }
        Ok(())
    }
}
