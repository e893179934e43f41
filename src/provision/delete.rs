//! A resource removed (RFC 7644 §3.6).

use super::change;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::outcome::Outcome;
use crate::scim::{Kind, Precondition, ResourceId};
use crate::store::Tx;

/// Removes a resource. It leaves the groups that it was in, which are recorded as changed too; the
/// record keeps all that would be needed to bring it back.
pub fn delete(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    id: &ResourceId,
    given: &Precondition,
) -> Result<Outcome, Failure> {
    let stored = change::find(tx, ask, kind, id, given)?;
    tx.take_away(&ask.deed("delete"), &stored, ask.schemas())?;
    Ok(Outcome::Gone)
}
