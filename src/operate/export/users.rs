//! People, all or those whom a filter finds.

use std::io::Write;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::columns;
use super::error::ExportError;
use super::form::{Form, Rows};
use super::person::Person;
use crate::base::Limits;
use crate::operate::connections;
use crate::operate::refusal::Refusal;
use crate::scim::Kind;
use crate::scim::filter::{self, Condition};
use crate::scim::schema::Schemas;
use crate::store::{Connection, StoreError, Stored, View};

/// How many people are held at a time: their groups are looked up together.
const AT_A_TIME: usize = 250;

/// Which people, and in what form.
#[derive(Debug)]
pub struct Users<'a> {
    /// The connection; `None` is all of them.
    pub connection: Option<&'a str>,
    /// A SCIM filter; `None` is everybody.
    pub filter: Option<&'a str>,
    /// The form.
    pub form: Form,
    /// Where references point to, e.g. `https://scim.example.org/scim/v2`, if that is known.
    pub base: Option<&'a str>,
    /// Bounds on the filter.
    pub limits: &'a Limits,
}

/// Writes the people to `out` in the order of their arrival, connection by connection, and answers
/// how many they were.
pub fn users<W: Write>(view: &View<'_>, wanted: &Users<'_>, out: W) -> Result<u64, ExportError> {
    let connections = connections::chosen(view, wanted.connection)?;
    let mut library = view.library()?;
    let schemas: Vec<Arc<Schemas>> = connections
        .iter()
        .map(|connection| connection.schemas(&mut library))
        .collect::<Result<_, StoreError>>()?;
    let conditions: Vec<Option<Condition>> = schemas
        .iter()
        .map(|schemas| wanted.condition(schemas))
        .collect::<Result<_, Refusal>>()?;
    let mut rows = match wanted.form {
        Form::Csv => Rows::csv(out, columns::of(schemas.iter().map(AsRef::as_ref)))?,
        Form::Ndjson => Rows::Ndjson(out, wanted.base.map(str::to_owned)),
    };
    let mut count = 0;
    for (connection, condition) in connections.iter().zip(&conditions) {
        let mut held = Vec::with_capacity(AT_A_TIME);
        view.each(
            connection.number,
            Kind::User,
            condition.as_ref(),
            |stored| {
                count += 1;
                held.push(stored);
                if held.len() == AT_A_TIME {
                    write(view, connection, &held, &mut rows)?;
                    held.clear();
                }
                Ok::<(), ExportError>(())
            },
        )?;
        write(view, connection, &held, &mut rows)?;
    }
    rows.finish()?;
    Ok(count)
}

impl Users<'_> {
    /// The filter by the schemas of a connection.
    fn condition(&self, schemas: &Schemas) -> Result<Option<Condition>, Refusal> {
        let Some(text) = self.filter else {
            return Ok(None);
        };
        filter::parse(text, self.limits)
            .and_then(|filter| filter::resolve(&filter, schemas, Kind::User))
            .map(Some)
            .map_err(Refusal::BadFilter)
    }
}

fn write<W: Write>(
    view: &View<'_>,
    connection: &Connection,
    held: &[Stored],
    rows: &mut Rows<W>,
) -> Result<(), ExportError> {
    let numbers: Vec<i64> = held.iter().map(|stored| stored.number).collect();
    let groups = view.groups_of(&numbers)?;
    for stored in held {
        rows.write(Person {
            connection: &connection.name,
            stored,
            document: document(stored)?,
            groups: groups.get(&stored.number).map_or(&[], Vec::as_slice),
        })?;
    }
    Ok(())
}

/// The document as it is, `schemas` included.
fn document(stored: &Stored) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(&stored.document).map_err(|error| StoreError::Corrupt {
        what: format!("the document of resource {}: {error}", stored.id),
    })
}
