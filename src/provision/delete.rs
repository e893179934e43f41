//! A resource removed (RFC 7644 §3.6).

use super::change;
use super::guard;
use super::protect;
use super::seats;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::outcome::Outcome;
use crate::scim::project::Projection;
use crate::scim::{Kind, Precondition, ResourceId};
use crate::store::Tx;

/// The cause of everything that is done here, in the change record.
const CAUSE: &str = "delete";

/// Removes a resource. It leaves the groups that it was in, which are recorded as changed too; its
/// tombstone keeps all that is needed to bring it back. By the setting `delete=deactivate` a user is not
/// removed but made inactive, and is found as before.
pub fn delete(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    id: &ResourceId,
    given: &Precondition,
) -> Result<Outcome, Failure> {
    guard::watched(tx, ask, |tx| {
        let stored = change::find(tx, ask, kind, id, given)?;
        if kind == Kind::User {
            let before = stored.attributes()?;
            if ask.caller.entrance.rulebook.keeps_deleted {
                let after = before.clone().with_active(false);
                let nothing = Projection::nothing();
                let done =
                    change::carry_out(tx, ask, CAUSE, stored, &before, after, &[], &nothing)?;
                return Ok(match done {
                    Outcome::Forbidden(error) => Outcome::Forbidden(error),
                    _ => Outcome::Gone,
                });
            }
            if let Some(error) = protect::objection(tx, ask, stored.id, &before)? {
                return Ok(Outcome::Forbidden(error));
            }
        }
        guard::check_removal(tx, ask, &stored)?;
        tx.take_away(&ask.deed(CAUSE), &stored, ask.schemas())?;
        if kind == Kind::User {
            seats::pass_on(tx, ask)?;
        }
        Ok(Outcome::Gone)
    })
}
