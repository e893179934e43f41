//! The longer sentences of warnings, each with what can be done.

use std::fmt;

use jiff::SignedDuration;

use super::shown::often;
use crate::base::{Timestamp, in_words};

pub(super) fn write_expiring(
    f: &mut fmt::Formatter<'_>,
    (token, name): (i64, &str),
    left: SignedDuration,
    successor: Option<i64>,
) -> fmt::Result {
    let left = in_words(left);
    write!(f, "token {token} (`{name}`) expires in {left}; ")?;
    match successor {
        Some(successor) => write!(
            f,
            "its successor, token {successor}, has not been used yet: paste it into the identity \
             provider"
        ),
        None => write!(f, "`appliance token rotate {token}` makes its successor"),
    }
}

pub(super) fn write_expiry(f: &mut fmt::Formatter<'_>, left: SignedDuration) -> fmt::Result {
    if left.is_positive() {
        return write!(
            f,
            "the certificate expires in {}; renew it: the server takes the new one by itself",
            in_words(left)
        );
    }
    write!(
        f,
        "the certificate expired {} ago; identity providers refuse to connect",
        in_words(left.abs())
    )
}

pub(super) fn write_unsaved(
    f: &mut fmt::Formatter<'_>,
    any: bool,
    age: SignedDuration,
) -> fmt::Result {
    if any {
        return write!(
            f,
            "the last backup that was found sound is {} old; `appliance backup new` makes another",
            in_words(age)
        );
    }
    f.write_str(
        "there is no backup; `appliance backup new` makes one, and appliance-backup.timer one every \
         night",
    )
}

pub(super) fn write_waiting(
    f: &mut fmt::Formatter<'_>,
    connection: &str,
    waiting: u64,
    fitting: u64,
) -> fmt::Result {
    let one = waiting == 1;
    if fitting == 0 {
        let are = if one { "person is" } else { "people are" };
        return write!(
            f,
            "{waiting} {are} inactive because no seat is free; \
             `appliance connection set {connection} seats=N` raises the limit"
        );
    }
    let wait = if one { "person waits" } else { "people wait" };
    write!(
        f,
        "{waiting} {wait} for a seat and there is one for {fitting}; \
         `appliance user activate --waiting --connection {connection}` gives it to them"
    )
}

/// How many requests fail, and whether an identity provider may stop because of it.
pub(super) fn failing(
    f: &mut fmt::Formatter<'_>,
    failed: u64,
    requests: u64,
    near_quarantine: bool,
) -> fmt::Result {
    let share = failed * 100 / requests.max(1);
    write!(
        f,
        "{failed} of {requests} requests failed in the last 24 hours ({share} %); \
         `appliance log --failed` shows them"
    )?;
    if near_quarantine {
        f.write_str(
            "; Entra ID stops (quarantine) from 5000 failures on when they are more than \
             40 %, and at 40000 in any case",
        )?;
    }
    Ok(())
}

pub(super) fn held(
    f: &mut fmt::Formatter<'_>,
    share: &str,
    times: u64,
    since: Timestamp,
    last: Timestamp,
) -> fmt::Result {
    write!(
        f,
        "its guard ({share}) holds back what would take too much away: {} since {since}, \
         last on {last}; look into the identity provider what it is about to do, and if it is \
         meant",
        often(times)
    )
}
