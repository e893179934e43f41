//! How much is recorded of requests without a valid token.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::Timestamp;

/// Requests of strangers that are recorded in a minute: some, because one of them may be an identity
/// provider with a wrong token; not all, because nobody may push out what others need.
const STRANGERS: u64 = 30;

/// How many strangers were recorded in the present minute.
#[derive(Debug, Default)]
pub(super) struct Strangers(AtomicU64);

impl Strangers {
    /// Whether one more is recorded.
    pub(super) fn admit(&self, now: Timestamp) -> bool {
        let minute = u64::try_from(now.as_millis() / 60_000).unwrap_or(0) << 16;
        let mut present = self.0.load(Ordering::Relaxed);
        if present & !0xffff != minute {
            present = minute;
        }
        // Counted no further: behind the count comes the minute.
        if present & 0xffff >= STRANGERS {
            return false;
        }
        // Two at once may count as one.
        self.0.store(present + 1, Ordering::Relaxed);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_recorded_in_a_minute_however_many_come() {
        let strangers = Strangers::default();
        for minute in [29_000_000, 29_000_001] {
            let now = Timestamp::from_millis(minute * 60_000);
            // More than the count has room for.
            let admitted = (0..140_000).filter(|_| strangers.admit(now)).count();
            assert_eq!(admitted, 30);
        }
    }
}
