//! People whose manager is not there.

use super::connections;
use super::failure::Failure;
use crate::scim::Kind;
use crate::store::{Connection, StoreError, Stored, Ties, Unmanaged, View};

/// How many are looked for at most.
const MOST: u64 = 1_000;

/// Those of a connection whose reference to a manager leads to nobody; `None` where references are kept as
/// they are sent.
pub fn unmanaged(
    view: &View<'_>,
    connection: &Connection,
) -> Result<Option<Vec<Unmanaged>>, StoreError> {
    let (policy, _) = view.policy(connection)?;
    if !policy.ties.links_managers() {
        return Ok(None);
    }
    let schemas = connection.schemas(&mut view.library()?)?;
    match Ties::new(&policy.ties, &schemas).managers() {
        Some(managers) => view.unmanaged(connection.number, managers, MOST).map(Some),
        None => Ok(None),
    }
}

/// Somebody whose manager is not there.
#[derive(Debug, Clone)]
pub struct Unbound {
    /// Where they are.
    pub connection: Connection,
    /// Who they are.
    pub person: Stored,
    /// What was sent of the manager.
    pub reference: String,
}

/// Those of one connection, or of all, whose reference to a manager leads to nobody. Connections that keep
/// references as they are sent look for no managers, and have none to list.
pub fn unbound(view: &View<'_>, connection: Option<&str>) -> Result<Vec<Unbound>, Failure> {
    let mut found = Vec::new();
    for connection in connections::chosen(view, connection)? {
        for one in unmanaged(view, &connection)?.into_iter().flatten() {
            let person = view.resource(connection.number, Kind::User, &one.id)?;
            found.extend(person.map(|person| Unbound {
                connection: connection.clone(),
                person,
                reference: one.reference,
            }));
        }
    }
    Ok(found)
}
