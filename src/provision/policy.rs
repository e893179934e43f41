//! The settings of a connection applied to a resource that is about to be written.

use super::tolerated::{self, Tolerated};
use super::unlisted;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::rulebook::Rulebook;
use crate::scim::vocabulary::doubts;
use crate::scim::{Attributes, Kind, ScimError};
use crate::store::Tx;

/// What becomes of `after` by the settings: without what is not kept, and refused where something is
/// missing or taken. What is left out and what is doubtful is counted.
///
/// `before` is the resource itself, when it exists: what it lacked or had already is not held against
/// a change that leaves it so.
pub(super) fn apply(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    before: Option<(i64, &Attributes)>,
    after: Attributes,
) -> Result<Attributes, Failure> {
    let book = &ask.caller.entrance.rulebook;
    let was = before.map(|(_, attributes)| attributes);
    let after = leave_out(tx, ask, kind, was, after)?;
    if kind == Kind::User {
        check_required(book, was, &after)?;
        if book.checks_values {
            let known = was.map(doubts).unwrap_or_default();
            for doubt in doubts(&after) {
                if !known.contains(&doubt) {
                    tolerated::count(tx, ask, doubt.what, doubt.subject)?;
                }
            }
        }
    }
    check_unique(tx, ask, kind, before, &after)?;
    Ok(after)
}

/// Leaves out what the connection does not keep. What the resource had before and has unchanged stays:
/// another profile may have kept it.
fn leave_out(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    before: Option<&Attributes>,
    mut after: Attributes,
) -> Result<Attributes, Failure> {
    let book = &ask.caller.entrance.rulebook;
    let roles = after.value("roles");
    let same = roles == before.and_then(|before| before.value("roles"));
    if book.ignores_roles && roles.is_some() && !same {
        after = without(after, "roles");
        tolerated::count(tx, ask, Tolerated::IGNORED, "roles")?;
    }
    if let Some([users, groups]) = &book.listed {
        let listed = match kind {
            Kind::User => users,
            Kind::Group => groups,
        };
        let kept = unlisted::leave_out(listed, kind, ask.schemas(), before, after);
        after = kept.attributes;
        for place in kept.left_out {
            tolerated::count(tx, ask, Tolerated::UNLISTED, &place)?;
        }
    }
    Ok(after)
}

fn without(attributes: Attributes, name: &str) -> Attributes {
    let map = attributes.into_map().into_iter();
    Attributes::from_canonical(map.filter(|(known, _)| known != name).collect())
}

/// 422 when somebody would lack a value that this connection requires.
fn check_required(
    book: &Rulebook,
    before: Option<&Attributes>,
    after: &Attributes,
) -> Result<(), ScimError> {
    let missing = book.required.iter().find(|spot| {
        let had = before.is_none_or(|before| spot.is_filled(before));
        had && !spot.is_filled(after)
    });
    match missing {
        None => Ok(()),
        Some(spot) => Err(ScimError::unprocessable(format_args!(
            "{}: this connection requires a value; fill it in the directory and check that the \
             mapping of your identity provider sends it",
            spot.as_str()
        ))),
    }
}

/// 409 when a value that is unique by the settings belongs to another.
fn check_unique(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    before: Option<(i64, &Attributes)>,
    after: &Attributes,
) -> Result<(), Failure> {
    let unique = &ask.caller.entrance.rulebook.unique;
    match tx.taken_by_settings(ask.connection(), kind, unique, before, after)? {
        None => Ok(()),
        Some(taken) => Err(ScimError::uniqueness(format_args!(
            "{}: another {kind} of this connection has this value, and here it is unique; search for \
             it with a filter and update it instead",
            taken.place
        ))
        .into()),
    }
}
