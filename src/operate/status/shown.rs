//! Words about a credential that was shown and refused.

use std::fmt;

use crate::base::{Refusal, SignedFlaw};
use crate::operate::remedy;
use crate::store::Refused;

/// Somebody's credential that is none of ours, by what is wrong with it.
pub(super) fn stranger(refused: &Refused) -> &'static str {
    match refused.kind() {
        Some(Refusal::Damaged) => "a damaged token",
        Some(Refusal::UnknownClient) => "an unknown client",
        Some(Refusal::Signed(SignedFlaw::Tenant)) => "a signed token of another tenant",
        _ => "an unknown token",
    }
}

/// `once`, `3 times`.
pub(super) fn often(times: u64) -> String {
    match times {
        1 => "once".to_owned(),
        times => format!("{times} times"),
    }
}

/// `last on 2026-11-20T09:30:00.000Z from 192.0.2.7`; without the place where that is not known.
pub(super) struct Last<'a>(pub(super) &'a Refused);

impl fmt::Display for Last<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "last on {}", self.0.last_seen)?;
        match &*self.0.address {
            "" => Ok(()),
            address => write!(f, " from {address}"),
        }
    }
}

/// `; paste it anew`, where there is something to do.
pub(super) struct Remedy<'a>(pub(super) &'a Refused);

impl fmt::Display for Remedy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind().and_then(remedy::of_refusal) {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;

    #[test]
    fn what_was_shown_is_told_with_how_often_from_where_and_what_to_do() {
        assert_eq!([1, 2].map(often), ["once", "2 times"]);
        let at = Timestamp::from_millis(0);
        let refused = |why: Refusal, address: &str| Refused {
            why: why.words().to_owned(),
            token: None,
            first_seen: at,
            last_seen: at,
            times: 1,
            address: address.to_owned(),
        };
        let last = |address| Last(&refused(Refusal::Damaged, address)).to_string();
        let unknown = "last on 1970-01-01T00:00:00.000Z";
        assert_eq!(last("192.0.2.7"), format!("{unknown} from 192.0.2.7"));
        assert_eq!(last(""), unknown);
        let remedy = |why| Remedy(&refused(why, "")).to_string();
        assert!(remedy(Refusal::Damaged).starts_with("; paste it anew"));
        assert_eq!(remedy(Refusal::Stale), "");
    }
}
