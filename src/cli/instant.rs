//! An instant as it is typed.

use super::problem::Problem;
use crate::base::{Timestamp, duration};

/// An instant, a day in UTC, or how long ago it was; `option` is what it was typed behind.
pub(super) fn instant(option: &str, text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    if let Ok(length) = duration(text) {
        return Ok(now.plus(-length));
    }
    if let Some(start) = Timestamp::of_day(text) {
        return Ok(start);
    }
    text.parse().map_err(|_| {
        Problem::usage(format!(
            "{option} {text}: expected a length of time, a date, or an instant"
        ))
        .hint("for example 1h, 2d, 2026-11-20 (its start in UTC) or 2026-11-20T09:30:00Z")
    })
}

/// The same where only what has been can be meant: from an instant to come on, nothing was done, and to
/// answer that would say that all is well.
pub(super) fn past(option: &str, text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let at = instant(option, text, now)?;
    if at > now {
        let problem = Problem::usage(format!("{option} {text}: {at} is still to come"));
        return Err(problem.hint(
            "name an instant that is past (`Z` at its end means UTC), or how long ago it was: 2h",
        ));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_length_or_an_instant() {
        let now: Timestamp = "2026-11-20T09:30:00Z".parse().unwrap();
        assert_eq!(
            instant("--since", "30m", now).unwrap(),
            "2026-11-20T09:00:00Z".parse().unwrap()
        );
        assert_eq!(
            instant("--since", "2026-11-19T00:00:00Z", now).unwrap(),
            "2026-11-19T00:00:00Z".parse().unwrap()
        );
        assert_eq!(
            instant("--since", "2026-11-19", now).unwrap(),
            "2026-11-19T00:00:00Z".parse().unwrap()
        );
        for wrong in ["yesterday", "2026-11-19T10:00", "2026-02-30"] {
            assert!(instant("--since", wrong, now).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_still_to_come_is_not_past() {
        let now: Timestamp = "2026-11-20T09:30:00Z".parse().unwrap();
        for sound in ["1h", "2026-11-20", "2026-11-20T09:30:00Z"] {
            assert!(past("--since", sound, now).is_ok(), "{sound}");
        }
        for wrong in ["2026-11-21", "2026-11-20T09:30:01Z", "yesterday"] {
            assert!(past("--since", wrong, now).is_err(), "{wrong}");
        }
    }
}
