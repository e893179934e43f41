//! The clock for what cannot be taken back: what is thrown away by a clock that jumped ahead is gone when
//! the clock is right again.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use crate::base::{Clock, Timestamp, in_words};

/// How far the machine's clock may be ahead of what the server has counted itself.
const SLACK: SignedDuration = SignedDuration::from_hours(1);
/// How long a jump must stand before it is believed: whoever watches the machine has seen it by then.
const DOUBT: Duration = Duration::from_hours(24);

/// The machine's clock, held against the time that has passed since the start.
#[derive(Debug)]
pub(super) struct Steady {
    clock: Clock,
    /// What the clock said, and when that was.
    anchor: (Timestamp, Instant),
    doubted: Option<Instant>,
}

impl Steady {
    /// Begins to count now.
    pub(super) fn new(clock: Clock) -> Self {
        let anchor = (clock.now(), Instant::now());
        Self {
            clock,
            anchor,
            doubted: None,
        }
    }

    /// What time it is; after a jump ahead, what time it would be without, until the jump is believed.
    pub(super) fn now(&mut self) -> Timestamp {
        self.judge(self.clock.now(), Instant::now())
    }

    fn judge(&mut self, now: Timestamp, at: Instant) -> Timestamp {
        let (then, since) = self.anchor;
        let passed = SignedDuration::try_from(at.saturating_duration_since(since));
        let counted = then.plus(passed.unwrap_or(SignedDuration::MAX));
        let ahead = now.since(counted);
        if ahead <= SLACK {
            self.doubted = None;
            return now;
        }
        let doubted = *self.doubted.get_or_insert_with(|| {
            let ahead = in_words(ahead);
            tracing::warn!(
                "the clock jumped ahead by {ahead}: nothing is thrown away by it for a day; \
                 `appliance check` says what time it is"
            );
            at
        });
        if at.saturating_duration_since(doubted) < DOUBT {
            return counted;
        }
        self.anchor = (now, at);
        self.doubted = None;
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_ahead_is_believed_only_when_it_has_stood_for_a_day() {
        let start = Timestamp::from_millis(1_795_000_000_000);
        let mut steady = Steady::new(Clock::fixed(start));
        let (_, since) = steady.anchor;
        let after = |hours: u64| since + Duration::from_hours(hours);
        let time = |hours: i64| start.plus(SignedDuration::from_hours(hours));
        let years = 2 * 365 * 24;
        // What the clock says so long after the start, and what is believed.
        for (passed, says, believed) in [
            (1, 1, 1),
            (2, 3, 3),
            (3, years, 3),
            (26, years + 23, 26),
            (27, years + 24, years + 24),
            (28, years + 25, years + 25),
            // A clock that went back takes nothing away, whatever it says.
            (29, 5, 5),
            (30, years + 27, years + 27),
        ] {
            let found = steady.judge(time(says), after(passed));
            assert_eq!(found, time(believed), "{passed} hours after the start");
        }
    }
}
