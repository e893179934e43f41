//! What replacing and patching have in common: the resource is found, and what became of it is
//! checked, written and recorded.

use super::guard;
use super::members;
use super::policy;
use super::protect;
use super::seats;
use super::tolerated;
use super::unique;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::outcome::Outcome;
use crate::provision::shown::Shown;
use crate::scim::dialect::{self, Rewrite};
use crate::scim::patch::MemberChange;
use crate::scim::project::Projection;
use crate::scim::{Attributes, Kind, Precondition, ResourceId, ScimError, validate};
use crate::store::{Seated, Stored, Tx};

/// The resource with this id, if its version is one that the client accepts.
pub(super) fn find(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    id: &ResourceId,
    given: &Precondition,
) -> Result<Stored, Failure> {
    ask.check_kind(kind)?;
    ask.still_holds(tx)?;
    let stored = tx
        .resource(ask.connection(), kind, id)?
        .ok_or_else(|| Ask::not_found(kind))?;
    given.check(stored.meta.etag())?;
    if kind == Kind::Group && ask.caller.entrance.rulebook.ties.shows_derived() {
        check_own(tx, id)?;
    }
    Ok(stored)
}

/// 409 for a group that follows from an attribute of people. Entra ID takes a 403 for a bad credential and
/// stops everything, while a 409 fails this one group.
fn check_own(tx: &Tx<'_>, id: &ResourceId) -> Result<(), Failure> {
    if !tx.is_derived(id)? {
        return Ok(());
    }
    Err(ScimError::conflict(
        "this group follows from an attribute of its members and cannot be changed itself; change the \
         attribute of the people, and it follows",
    )
    .into())
}

/// Brings a resource from `before` to `after` and its membership along. When nothing moved, nothing is
/// written: no version, no date, no record.
#[expect(
    clippy::too_many_arguments,
    reason = "a change is what it was, what it is, who and why"
)]
pub(super) fn carry_out(
    tx: &Tx<'_>,
    ask: &Ask,
    cause: &str,
    stored: Stored,
    before: &Attributes,
    after: Attributes,
    members: &[MemberChange],
    projection: &Projection,
) -> Result<Outcome, Failure> {
    let mut after = after;
    if stored.kind == Kind::User {
        let (kept, rewrite) = dialect::keep_name(ask.policy().dialect, before, after);
        after = kept;
        if let Some(Rewrite { name, subject }) = rewrite {
            tolerated::count(tx, ask, name, &subject)?;
        }
        if before.is_active()
            && !after.is_active()
            && let Some(error) = protect::objection(tx, ask, stored.id, before)?
        {
            return Ok(Outcome::Forbidden(error));
        }
    }
    let delta = members::apply(tx, ask, &stored, members)?;
    let after = if *before == after {
        after
    } else {
        let own = Some((stored.number, before));
        policy::apply(tx, ask, stored.kind, own, after)?
    };
    if *before != after {
        validate::finish(&after, stored.kind, ask.schemas())?;
        unique::check(tx, ask, stored.kind, &after, Some((stored.number, before)))?;
    }
    guard::check_change(tx, ask, &stored, before, &after, &delta)?;
    let Seated {
        attributes: after,
        waits,
    } = seats::take(tx, ask, stored.kind, Some(&stored), after)?;
    let stored = tx.set_waiting(stored, waits)?;
    let stored = tx.set_imported(stored, false)?;
    let leaves_a_seat = before.is_active() && !after.is_active();
    let deed = ask.deed(cause);
    let Some(now) = tx.amend(&deed, &stored, before, after, delta, ask.schemas())? else {
        return Ok(Outcome::Unchanged(Shown::read(tx, stored, projection)?));
    };
    if leaves_a_seat {
        seats::pass_on(tx, ask)?;
    }
    Ok(Outcome::Changed(Shown::read(tx, now, projection)?))
}
