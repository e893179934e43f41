//! Seats, as an identity provider meets them: above the limit people are stored inactive and wait.

use std::borrow::Cow;

use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::scim::{Attributes, Kind};
use crate::store::{Seated, Stored, Tx};

/// Somebody's attributes as the identity provider last wished them: whoever waits for a seat was meant
/// to be active. Changes apply to these, so that one that says nothing about `active` leaves somebody
/// waiting, and one that says `false` ends it.
pub(super) fn wished<'a>(stored: &Stored, before: &'a Attributes) -> Cow<'a, Attributes> {
    if stored.waiting {
        Cow::Owned(before.clone().with_active(true))
    } else {
        Cow::Borrowed(before)
    }
}

/// What becomes of `after` by the seats of the connection.
pub(super) fn take(
    tx: &Tx<'_>,
    ask: &Ask,
    kind: Kind,
    before: Option<&Stored>,
    after: Attributes,
) -> Result<Seated, Failure> {
    let rules = &ask.policy().seats;
    Ok(tx.seat(ask.connection(), kind, rules, before, after)?)
}

/// Gives the seats that became free to those who wait, if that is not for the operator to do.
pub(super) fn pass_on(tx: &Tx<'_>, ask: &Ask) -> Result<(), Failure> {
    let rules = &ask.policy().seats;
    if rules.automatic && rules.limit.is_some() {
        let free = rules.free(tx.active_users(ask.connection())?);
        tx.fill_seats(ask.connection(), free, ask.schemas(), &ask.deed("seat"))?;
    }
    Ok(())
}
