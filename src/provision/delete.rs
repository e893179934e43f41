//! A resource removed (RFC 7644 §3.6).

use super::change;
use super::record::{self, Delta};
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::outcome::Outcome;
use crate::scim::{Kind, Precondition, ResourceId};
use crate::store::{Stored, Tx};

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
    let before = stored.attributes()?;
    leave_groups(tx, ask, &stored)?;
    let parted = match kind {
        Kind::Group => tx.members(stored.number)?,
        Kind::User => Vec::new(),
    };
    let delta = Delta {
        joined: Vec::new(),
        parted: parted.into_iter().map(|member| member.id).collect(),
    };
    tx.delete_resource(&stored, ask.schemas())?;
    record::append(tx, ask, "delete", &stored, Some(&before), None, delta)?;
    Ok(Outcome::Gone)
}

fn leave_groups(tx: &Tx<'_>, ask: &Ask, leaver: &Stored) -> Result<(), Failure> {
    let groups = tx.groups_of(&[leaver.number])?;
    let direct = groups.into_values().flatten().filter(|group| group.direct);
    for group in direct {
        let Some(stored) = tx.resource(ask.connection(), Kind::Group, &group.id)? else {
            continue;
        };
        tx.remove_members(stored.number, &[leaver.number])?;
        let now = tx.touch_resource(&stored, ask.now.max(stored.meta.modified))?;
        let attributes = now.attributes()?;
        let delta = Delta {
            joined: Vec::new(),
            parted: vec![leaver.id],
        };
        record::append(
            tx,
            ask,
            "delete",
            &now,
            Some(&attributes),
            Some(&attributes),
            delta,
        )?;
    }
    Ok(())
}
