//! An instant as the appliance keeps it: UTC, to the millisecond.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use thiserror::Error;

/// Milliseconds since 1970-01-01T00:00:00Z. Prints as RFC 3339 with three decimals, which is what
/// RFC 7643 §2.3.5 asks of a `dateTime`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text was not an instant with an offset.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("expected a date and time such as 2026-11-20T09:30:00Z")]
pub struct TimestampFlaw;

impl Timestamp {
    /// How [`Self::compact`] writes, as `strtime` knows it.
    pub(crate) const COMPACT: &str = "%Y%m%dT%H%M%SZ";

    /// The instant this many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This instant moved by `duration`; stays at the end of time instead of wrapping around.
    #[must_use]
    pub fn plus(self, duration: SignedDuration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// As it stands in names of files: `20261126T093000Z`.
    pub fn compact(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .and_then(|instant| {
                jiff::fmt::strtime::format(Self::COMPACT, &instant.to_zoned(TimeZone::UTC))
            })
            .unwrap_or_else(|_| self.0.to_string())
    }

    /// The start of a day in UTC, written `2026-11-20`; `None` for any other text.
    pub fn of_day(text: &str) -> Option<Self> {
        // Dates are read out of longer texts too, and a time that was typed must not be left out.
        let date: Date = (text.len() == "2026-11-20".len())
            .then(|| text.parse().ok())
            .flatten()?;
        let start = date.to_zoned(TimeZone::UTC).ok()?;
        Some(start.timestamp().into())
    }

    /// How long after `earlier` this instant is; negative when it is before.
    pub fn since(self, earlier: Self) -> SignedDuration {
        SignedDuration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.as_millisecond())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only a damaged file has instants beyond the calendar; an error here would be a panic of whoever
        // prints one.
        let end = if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or(end);
        write!(f, "{instant:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampFlaw;

    fn from_str(text: &str) -> Result<Self, TimestampFlaw> {
        text.parse::<jiff::Timestamp>()
            .map(Self::from)
            .map_err(|_| TimestampFlaw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_what_it_parses() {
        for text in ["2026-11-20T09:30:00.000Z", "1969-12-31T23:59:59.999Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        assert_eq!(
            "2026-11-20T10:30:00+01:00".parse::<Timestamp>(),
            "2026-11-20T09:30:00Z".parse::<Timestamp>()
        );
        assert_eq!("yesterday".parse::<Timestamp>(), Err(TimestampFlaw));
    }

    #[test]
    fn what_is_beyond_the_calendar_is_printed_as_its_end() {
        for (millis, shown) in [
            (i64::MAX, "9999-12-30T22:00:00.999Z"),
            (i64::MIN, "-009999-01-02T01:59:59.000Z"),
        ] {
            assert_eq!(Timestamp::from_millis(millis).to_string(), shown);
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let start = "2026-11-20T00:00:00Z".parse().ok();
        assert_eq!(Timestamp::of_day("2026-11-20"), start);
        for text in [
            "2026-02-30",
            "2026-11-20T09:30",
            "20261120",
            "2026-11-1",
            "",
        ] {
            assert_eq!(Timestamp::of_day(text), None, "{text}");
        }
    }
}
