//! Lengths of time as operators type them: `90d`, `12h`, `2w`.

use jiff::{SignedDuration, Span, SpanRelativeTo};
use thiserror::Error;

/// The text was no length of time that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("expected a length of time such as 90d, 12h or 2w")]
pub struct DurationFlaw;

/// Reads a length of time that is longer than nothing. A day has 24 hours and a week seven days;
/// months and years are refused, because their length depends on when they begin.
pub fn duration(text: &str) -> Result<SignedDuration, DurationFlaw> {
    let span: Span = text.trim().parse().map_err(|_| DurationFlaw)?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err(DurationFlaw);
    }
    let length = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| DurationFlaw)?;
    if length.is_positive() {
        Ok(length)
    } else {
        Err(DurationFlaw)
    }
}

/// Says how long `length` is, in the largest unit that fits, rounded down: `90 days`, `1 hour`.
pub fn in_words(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_hours_and_weeks_have_a_fixed_length() {
        assert_eq!(duration("90d"), Ok(SignedDuration::from_hours(90 * 24)));
        assert_eq!(duration(" 12h "), Ok(SignedDuration::from_hours(12)));
        assert_eq!(duration("2w"), Ok(SignedDuration::from_hours(14 * 24)));
        assert_eq!(duration("1h 30m"), Ok(SignedDuration::from_mins(90)));
    }

    #[test]
    fn what_has_no_fixed_length_is_refused() {
        for text in ["", "90", "1mo", "1y", "0d", "-1d", "ninety days", "never"] {
            assert_eq!(duration(text), Err(DurationFlaw), "{text}");
        }
    }

    #[test]
    fn a_length_is_said_in_its_largest_unit() {
        assert_eq!(in_words(SignedDuration::from_hours(90 * 24)), "90 days");
        assert_eq!(in_words(SignedDuration::from_mins(119)), "1 hour");
        assert_eq!(in_words(SignedDuration::from_secs(-5)), "0 seconds");
    }
}
