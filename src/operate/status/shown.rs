//! Words about a credential that was shown and refused.

use std::fmt;

use crate::operate::remedy;

/// Somebody's credential that is none of ours, by what is wrong with it.
pub(super) fn stranger(why: &str) -> &'static str {
    match why {
        "damaged" => "a damaged token",
        "unknown client" => "an unknown client",
        "signed token of another tenant" => "a signed token of another tenant",
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

/// ` from 192.0.2.7`, where that is known.
pub(super) struct From<'a>(pub(super) &'a str);

impl fmt::Display for From<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        write!(f, " from {}", self.0)
    }
}

/// `; paste it anew`, where there is something to do.
pub(super) struct Remedy<'a>(pub(super) &'a str);

impl fmt::Display for Remedy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match remedy::of_refusal(self.0) {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_is_told_with_how_often_from_where_and_what_to_do() {
        assert_eq!([1, 2].map(often), ["once", "2 times"]);
        assert_eq!(From("192.0.2.7").to_string(), " from 192.0.2.7");
        assert_eq!(From("").to_string(), "");
        assert!(Remedy("damaged").to_string().starts_with("; paste it anew"));
        assert_eq!(Remedy("stale").to_string(), "");
    }
}
