//! Meeting somebody already known: a create that means a person who is here, or was.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change;
use super::guard;
use super::policy;
use super::seats;
use super::unique;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::incoming::Incoming;
use crate::provision::outcome::Outcome;
use crate::provision::shown::Shown;
use crate::scim::project::Projection;
use crate::scim::{Attributes, Folded, Kind, Spot, validate};
use crate::store::{Delta, Page, Search, Seated, StoreError, Stored, Tombstone, Tx, View};

/// People with the same value who are looked at: where there are more, the value means nobody.
const MOST: u64 = 100;

/// The person whom a create means, as the create leaves them; `None` when by the settings of the
/// connection it means somebody new.
///
/// Only whom the operator imported into this very connection is linked, and only until an identity
/// provider has met them: nobody takes over a person of somebody else's by naming their address
/// (reliability R21).
pub(super) fn meet(
    tx: &Tx<'_>,
    ask: &Ask,
    incoming: &Incoming,
    projection: &Projection,
) -> Result<Option<Outcome>, Failure> {
    let meant = &incoming.attributes;
    if let Some(imported) = imported(tx, ask, meant)? {
        // Whoever was imported active may be sent inactive.
        let link = |tx: &Tx<'_>| bring_back(tx, ask, "link", imported, meant, projection);
        return guard::watched(tx, ask, link).map(Some);
    }
    match departed(tx, ask, meant)? {
        Some(Departed::Inactive(stored)) => {
            bring_back(tx, ask, "revive", stored, meant, projection).map(Some)
        }
        Some(Departed::Gone(tombstone)) => {
            restore(tx, ask, &tombstone, meant, projection).map(Some)
        }
        None => Ok(None),
    }
}

/// Puts what was sent in the place of what was there, as a PUT would (RFC 7644 §3.5.1), under the id
/// that is known already; the answer is that of a create.
fn bring_back(
    tx: &Tx<'_>,
    ask: &Ask,
    cause: &str,
    stored: Stored,
    meant: &Attributes,
    projection: &Projection,
) -> Result<Outcome, Failure> {
    let before = stored.attributes()?;
    let after = validate::replace(&before, meant.clone(), Kind::User, ask.schemas())?;
    let known = stored.clone();
    let outcome = change::carry_out(tx, ask, cause, stored, &before, after, &[], projection)?;
    Ok(match outcome {
        Outcome::Unchanged(shown) => {
            // That they were met is worth a line, though nothing of them moved.
            let same = Some(&before);
            tx.record(&ask.deed(cause), &known, same, same, Delta::default())?;
            Outcome::Created(shown)
        }
        Outcome::Changed(shown) => Outcome::Created(shown),
        other => other,
    })
}

/// The same for somebody who is gone: they come back with the memberships that they had.
fn restore(
    tx: &Tx<'_>,
    ask: &Ask,
    tombstone: &Tombstone,
    meant: &Attributes,
    projection: &Projection,
) -> Result<Outcome, Failure> {
    let before = tombstone.attributes()?;
    let after = validate::replace(&before, meant.clone(), Kind::User, ask.schemas())?;
    let after = policy::apply(tx, ask, Kind::User, None, after)?;
    validate::finish(&after, Kind::User, ask.schemas())?;
    unique::check(tx, ask, Kind::User, &after, None)?;
    let Seated { attributes, waits } = seats::take(tx, ask, Kind::User, None, after)?;
    let deed = ask.deed("revive");
    let stored = tx.bring_back(&deed, tombstone, attributes, ask.schemas())?;
    let stored = tx.set_waiting(stored, waits)?;
    Ok(Outcome::Created(Shown::read(tx, stored, projection)?))
}

/// Whom the operator imported, if exactly one of them has the value that links.
fn imported(view: &View<'_>, ask: &Ask, meant: &Attributes) -> Result<Option<Stored>, StoreError> {
    match &ask.caller.entrance.rulebook.linked_by {
        Some(spot) => only(view, ask, spot, meant, |known| Ok(known.imported)),
        None => Ok(None),
    }
}

/// Somebody who left.
enum Departed {
    /// They were deactivated.
    Inactive(Stored),
    /// They were deleted.
    Gone(Tombstone),
}

/// Who left and has the same userName, else the same externalId. Whoever has the userName and did not
/// leave is not passed over: to create them again is a mistake.
fn departed(
    view: &View<'_>,
    ask: &Ask,
    meant: &Attributes,
) -> Result<Option<Departed>, StoreError> {
    let Some([by_name, by_external_id]) = &ask.caller.entrance.rulebook.revived_by else {
        return Ok(None);
    };
    let may_return = |known: &Stored| {
        let is_theirs = !known.imported && !known.waiting;
        Ok(is_theirs && !known.attributes()?.is_active())
    };
    let namesakes = with_same(view, ask, by_name, meant)?;
    if let Some(known) = namesakes.into_values().next() {
        return Ok(may_return(&known)?.then_some(Departed::Inactive(known)));
    }
    if let Some(gone) = gone(view, ask, by_name, meant)? {
        return Ok(Some(Departed::Gone(gone)));
    }
    if let Some(known) = only(view, ask, by_external_id, meant, may_return)? {
        return Ok(Some(Departed::Inactive(known)));
    }
    Ok(gone(view, ask, by_external_id, meant)?.map(Departed::Gone))
}

/// Who was deleted last, of those who had the value that `meant` has at this place.
fn gone(
    view: &View<'_>,
    ask: &Ask,
    spot: &Spot,
    meant: &Attributes,
) -> Result<Option<Tombstone>, StoreError> {
    let wanted = spot.folded(meant);
    for name in spot.values(meant).into_iter().filter_map(Value::as_str) {
        for tombstone in view.tombstones_named(ask.connection(), Kind::User, name)? {
            // They are found by every name that they had.
            let had = spot.folded(&tombstone.attributes()?);
            if had
                .iter()
                .any(|value| !is_blank(value) && wanted.contains(value))
            {
                return Ok(Some(tombstone));
            }
        }
    }
    Ok(None)
}

/// The one person with a value that `meant` has at this place, among those who are wanted; `None` when
/// there are several.
fn only(
    view: &View<'_>,
    ask: &Ask,
    spot: &Spot,
    meant: &Attributes,
    wanted: impl Fn(&Stored) -> Result<bool, StoreError>,
) -> Result<Option<Stored>, StoreError> {
    let mut only = None;
    for known in with_same(view, ask, spot, meant)?.into_values() {
        if wanted(&known)? && only.replace(known).is_some() {
            return Ok(None);
        }
    }
    Ok(only)
}

/// The people of the connection with a value that `meant` has at this place, by their numbers.
fn with_same(
    view: &View<'_>,
    ask: &Ask,
    spot: &Spot,
    meant: &Attributes,
) -> Result<BTreeMap<i64, Stored>, StoreError> {
    let mut found = BTreeMap::new();
    let values = spot.folded(meant).into_iter();
    for value in values.filter(|value| !is_blank(value)) {
        let people = view.search(&Search {
            connection: ask.connection(),
            among: &[(Kind::User, Some(spot.equals(value)))],
            sort: None,
            page: Page::Index {
                start: 1,
                count: MOST,
            },
        })?;
        if people.total <= MOST {
            let people = people.resources.into_iter();
            found.extend(people.map(|known| (known.number, known)));
        }
    }
    Ok(found)
}

fn is_blank(value: &Folded) -> bool {
    matches!(value, Folded::Text(text) if text.trim().is_empty())
}
