//! How much of the processor recording may take: a fixed share of what the whole process takes, so that
//! a server under pressure answers requests instead of writing about them.

use std::time::Duration;

/// One part in so many of what the process used. What it takes is not all that it costs: pages written, and
/// what others had in the caches; with a share of one in 40 changes were a sixteenth slower.
const SHARE: u32 = 80;
/// One part in so many of the time that passed, where that is more: a quiet server can afford to record
/// everything.
const IDLE_SHARE: u32 = 50;
/// What can be saved up for a burst.
const MOST: Duration = Duration::from_millis(50);

/// Processor time that recording has left. May be negative, as the saved part is spent first.
#[derive(Debug)]
pub(super) struct Allowance {
    left: i64,
    last: Usage,
}

/// Time since some beginning: on the clock, on the processor by the process, and by this thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Usage {
    pub(super) passed: Duration,
    pub(super) process: Duration,
    pub(super) own: Duration,
}

impl Allowance {
    pub(super) fn new(now: Usage) -> Self {
        Self {
            left: nanos(MOST),
            last: now,
        }
    }

    /// Accounts for what was used since the last time. Answers how long to rest before going on.
    pub(super) fn settle(&mut self, now: Usage) -> Duration {
        let since = |now: Duration, then: Duration| now.saturating_sub(then);
        let earned = (since(now.process, self.last.process) / SHARE)
            .max(since(now.passed, self.last.passed) / IDLE_SHARE);
        let spent = since(now.own, self.last.own);
        self.last = now;
        self.left = self
            .left
            .saturating_add(nanos(earned))
            .saturating_sub(nanos(spent))
            .min(nanos(MOST));
        let owed = u64::try_from(self.left.saturating_neg()).unwrap_or(0);
        Duration::from_nanos(owed) * IDLE_SHARE
    }
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(passed: u64, process: u64, own: u64) -> Usage {
        Usage {
            passed: Duration::from_millis(passed),
            process: Duration::from_millis(process),
            own: Duration::from_millis(own),
        }
    }

    #[test]
    fn a_burst_is_free_and_what_lasts_is_held_to_its_share() {
        let mut allowance = Allowance::new(Usage::default());
        assert_eq!(allowance.settle(usage(50, 50, 50)), Duration::ZERO);
        // 1 ms was left; a second of two busy processors earns 25 of the 190 that it took.
        assert_eq!(
            allowance.settle(usage(1_050, 2_050, 240)),
            Duration::from_millis(8_200)
        );
        // A rest of a second on an idle machine pays back 20.
        assert_eq!(
            allowance.settle(usage(2_050, 2_050, 240)),
            Duration::from_millis(7_200)
        );
    }

    #[test]
    fn no_more_is_saved_than_a_burst_takes() {
        let mut allowance = Allowance::new(Usage::default());
        allowance.settle(usage(1_000_000, 1_000_000, 0));
        assert!(allowance.settle(usage(1_000_000, 1_000_000, 51)) > Duration::ZERO);
    }
}
