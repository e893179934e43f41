//! People whose manager is not there.

use crate::store::{Connection, StoreError, Ties, Unmanaged, View};

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
