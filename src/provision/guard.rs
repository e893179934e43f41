//! Too much taken away at once is held back until somebody has looked: an identity provider that lost
//! sight of its people asks for their removal as it would for anybody's.

use crate::base::Share;
use crate::base::{GuardRules, in_words};
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::outcome::Outcome;
use crate::scim::{Attributes, Kind, ScimError};
use crate::store::{Delta, Stored, Toll, Tx};

/// Carries out a verb that may take something from people. What the guard holds back leaves no trace but
/// a note that it was.
pub(super) fn watched(
    tx: &Tx<'_>,
    ask: &Ask,
    verb: impl FnOnce(&Tx<'_>) -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    let Some(share) = &ask.policy().guard.share else {
        return verb(tx);
    };
    match tx.attempt(verb) {
        Err(Failure::Withheld(error)) => {
            let forgotten = ask.now.plus(-share.window);
            tx.note_held(ask.connection(), ask.now, forgotten)?;
            tracing::warn!(
                connection = ask.caller.entrance.connection.name,
                request = &*ask.request,
                "the guard holds a write back: too much would be taken away at once"
            );
            Ok(Outcome::Forbidden(error))
        }
        other => other,
    }
}

/// Holds a change back that would deactivate one too many, or empty a group of one too many.
pub(super) fn check_change(
    tx: &Tx<'_>,
    ask: &Ask,
    stored: &Stored,
    before: &Attributes,
    after: &Attributes,
    delta: &Delta,
) -> Result<(), Failure> {
    let GuardRules {
        share: Some(share),
        least,
    } = &ask.policy().guard
    else {
        return Ok(());
    };
    let people = match stored.kind {
        Kind::User => u64::from(before.is_active() && !after.is_active()),
        Kind::Group => emptied(tx, stored, delta, share, *least)?,
    };
    let deleted = 0;
    check(tx, ask, share, *least, Toll { people, deleted })
}

/// Holds the removal of somebody, or of a group with its members, back when it is one too many.
pub(super) fn check_removal(tx: &Tx<'_>, ask: &Ask, stored: &Stored) -> Result<(), Failure> {
    let GuardRules {
        share: Some(share),
        least,
    } = &ask.policy().guard
    else {
        return Ok(());
    };
    let toll = match stored.kind {
        Kind::User => Toll {
            people: 1,
            deleted: 1,
        },
        Kind::Group => Toll {
            people: tx.member_count(stored.number)?,
            deleted: 0,
        },
    };
    check(tx, ask, share, *least, toll)
}

/// How many are taken out of a group, if that is more of its members than the share, and not only a few:
/// coming and going in a group is everyday.
fn emptied(
    tx: &Tx<'_>,
    group: &Stored,
    delta: &Delta,
    share: &Share,
    least: u64,
) -> Result<u64, Failure> {
    let gone = u64::try_from(delta.parted.len()).unwrap_or(u64::MAX);
    if gone < least {
        return Ok(0);
    }
    // No more than these need be counted, however large the group is.
    let bound = gone.saturating_mul(100) / share.percent;
    let left = tx.first_members(group.number, bound)?.len();
    let left = u64::try_from(left).unwrap_or(u64::MAX);
    let is_much =
        gone.saturating_mul(100) > left.saturating_add(gone).saturating_mul(share.percent);
    Ok(if is_much { gone } else { 0 })
}

fn check(tx: &Tx<'_>, ask: &Ask, share: &Share, least: u64, toll: Toll) -> Result<(), Failure> {
    if toll.people == 0 {
        return Ok(());
    }
    let connection = ask.connection();
    let watch = tx.watch(connection)?;
    if watch.released.is_some_and(|until| ask.now < until) {
        return Ok(());
    }
    let since = ask.now.plus(-share.window);
    let taken = tx.toll(connection, since)?;
    let everybody = tx
        .count(connection, Kind::User)?
        .saturating_add(taken.deleted);
    let allowed = (everybody.saturating_mul(share.percent) / 100).max(least);
    let wanted = taken.people.saturating_add(toll.people);
    // Once something was held back, nothing more goes until the operator releases it, or until it was not
    // asked for again for as long as the guard looks back: otherwise retries would pass bit by bit.
    let is_closed = watch.held.is_some_and(|(_, last)| last > since);
    if !is_closed && wanted <= allowed {
        return Ok(tx.note_taken(connection, toll, ask.now, since)?);
    }
    let retry = (share.window.as_secs() / 2).clamp(60, 1_800);
    Err(Failure::Withheld(ScimError::too_many_requests(
        format_args!(
            "the guard of this connection ({}) holds this back, and nothing was changed: with it, \
             {wanted} of {everybody} people would be deactivated, deleted or taken out of a group \
             within {}, and {allowed} is the most; if it is meant, the operator lets it pass with \
             `appliance connection release {}`, and the request can be sent again",
            ask.policy().guard.share(),
            in_words(share.window),
            ask.caller.entrance.connection.name,
        ),
        u32::try_from(retry).unwrap_or(1_800),
    )))
}
