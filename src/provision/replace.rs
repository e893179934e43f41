//! A resource replaced by another of the same id (RFC 7644 §3.5.1).

use super::change;
use super::guard;
use super::seats;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::incoming::Incoming;
use crate::provision::outcome::Outcome;
use crate::scim::patch::MemberChange;
use crate::scim::project::Projection;
use crate::scim::{Kind, Precondition, ResourceId, validate};
use crate::store::Tx;

/// Puts `incoming` in the place of what was there: what it omits is cleared, what only the server
/// writes stays. The id is that of the address; one in the body means nothing.
pub fn replace(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    id: &ResourceId,
    incoming: &Incoming,
    given: &Precondition,
    projection: &Projection,
) -> Result<Outcome, Failure> {
    guard::watched(tx, ask, |tx| {
        let stored = change::find(tx, ask, kind, id, given)?;
        let before = stored.attributes()?;
        let wished = seats::wished(&stored, &before);
        let after = validate::replace(&wished, incoming.attributes.clone(), kind, ask.schemas())?;
        let members = match (kind, &incoming.members) {
            (Kind::Group, Some(list)) => vec![MemberChange::Replace(list.clone())],
            (Kind::Group, None) => vec![MemberChange::Clear],
            (Kind::User, _) => Vec::new(),
        };
        change::carry_out(
            tx, ask, "replace", stored, &before, after, &members, projection,
        )
    })
}
