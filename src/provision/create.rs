//! A new resource (RFC 7644 §3.3).

use super::link;
use super::members;
use super::policy;
use super::seats;
use super::unique;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::incoming::Incoming;
use crate::provision::outcome::Outcome;
use crate::provision::shown::Shown;
use crate::scim::project::Projection;
use crate::scim::{Kind, Meta, Resource, ResourceId, patch::MemberChange, validate};
use crate::store::{Delta, Seated, Stored, Tx};

/// Creates a resource under an identifier of ours; whatever the client called it is ignored. By the
/// settings of the connection it may also bring somebody back who is known already.
pub fn create(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    incoming: &Incoming,
    projection: &Projection,
) -> Result<Outcome, Failure> {
    create_as(tx, ask, kind, ask.fresh_id()?, incoming, projection)
}

/// The same under an identifier that was promised before, as bulk requests need it.
pub(super) fn create_as(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    id: ResourceId,
    incoming: &Incoming,
    projection: &Projection,
) -> Result<Outcome, Failure> {
    ask.still_holds(tx)?;
    if kind == Kind::User
        && let Some(known) = link::meet(tx, ask, incoming, projection)?
    {
        return Ok(known);
    }
    let attributes = policy::apply(tx, ask, kind, None, incoming.attributes.clone())?;
    validate::finish(&attributes, kind, ask.schemas())?;
    unique::check(tx, ask, kind, &attributes, None)?;
    let Seated { attributes, waits } = seats::take(tx, ask, kind, None, attributes)?;
    let resource = Resource {
        id,
        kind,
        attributes,
        meta: Meta {
            created: ask.now,
            modified: ask.now,
            version: 1,
        },
    };
    let deed = ask.deed("create");
    let fill = |stored: &Stored| match &incoming.members {
        Some(list) if kind == Kind::Group => {
            members::apply(tx, ask, stored, &[MemberChange::Add(list.clone())])
        }
        _ => Ok(Delta::default()),
    };
    let stored = tx.bring_in(&deed, ask.connection(), resource, ask.schemas(), fill)?;
    let stored = tx.set_waiting(stored, waits)?;
    Ok(Outcome::Created(Shown::read(tx, stored, projection)?))
}
