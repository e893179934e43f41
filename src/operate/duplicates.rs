//! People of a connection who may be one: several have the same address.

use super::connections;
use super::failure::Failure;
use crate::scim::schema::Schemas;
use crate::scim::{Folded, Kind, Spot};
use crate::store::{Connection, Page, Search, StoreError, Stored, View};

/// People with one value that are shown.
const SHOWN: u64 = 100;

/// A value that several people of one connection have.
#[derive(Debug, Clone)]
pub struct Duplicate {
    /// Their connection.
    pub connection: Connection,
    /// Where the value is.
    pub place: &'static str,
    /// The value, as values are compared.
    pub value: String,
    /// The first of them, in the order in which they came.
    pub people: Vec<Stored>,
    /// How many they are.
    pub total: u64,
}

/// Everybody with an address or externalId that somebody else has too, in the connection of this name or
/// in all of them.
pub fn duplicates(view: &View<'_>, name: Option<&str>) -> Result<Vec<Duplicate>, Failure> {
    let mut library = view.library()?;
    let mut found = Vec::new();
    for connection in connections::chosen(view, name)? {
        let schemas = connection.schemas(&mut library)?;
        let (policy, _) = view.policy(&connection)?;
        for place in [policy.known.address.place(), "externalId"] {
            found.extend(of(view, &connection, place, &schemas)?);
        }
    }
    Ok(found)
}

fn of(
    view: &View<'_>,
    connection: &Connection,
    place: &'static str,
    schemas: &Schemas,
) -> Result<Vec<Duplicate>, StoreError> {
    let Some(spot) = Spot::parse(place, Kind::User, schemas) else {
        return Ok(Vec::new());
    };
    let key = spot.resolved().key();
    let mut found = Vec::new();
    for value in view.repeated(connection.number, Kind::User, &key)? {
        let people = view.search(&Search {
            connection: connection.number,
            among: &[(Kind::User, Some(spot.equals(Folded::Text(value.clone()))))],
            sort: None,
            page: Page::Index {
                start: 1,
                count: SHOWN,
            },
        })?;
        // The value may be that of another address than the one that counts.
        if people.total > 1 {
            found.push(Duplicate {
                connection: connection.clone(),
                place,
                value,
                people: people.resources,
                total: people.total,
            });
        }
    }
    Ok(found)
}
