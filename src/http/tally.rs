//! What is counted of requests for the operator's eyes, in memory until it is written down.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::base::{Refusal, Timestamp};
use crate::provision::Failure;
use crate::store::{Activity, Heard, Refused, Tx};

/// The counts since they were last written down.
#[derive(Debug)]
pub(super) struct Tally {
    counts: Mutex<Counts>,
    /// The sequence of the last change that is in `heard`.
    changes: AtomicU64,
}

/// What is to be written down.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// By connection and hour.
    asked: HashMap<(i64, Timestamp), Asked>,
    /// By what was wrong, and the token.
    refused: HashMap<(Refusal, Option<i64>), Refused>,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    requests: u64,
    failed: u64,
    last: Timestamp,
}

impl Tally {
    /// Counts from now on; `changes` is the sequence of the last change.
    pub(super) fn new(changes: u64) -> Self {
        Self {
            counts: Mutex::default(),
            changes: AtomicU64::new(changes),
        }
    }

    /// Counts a request that was let in, and answered with this status.
    pub(super) fn request(&self, connection: i64, at: Timestamp, status: u16) {
        let mut counts = self.counts();
        let asked = counts
            .asked
            .entry((connection, Activity::hour_of(at)))
            .or_insert(Asked {
                requests: 0,
                failed: 0,
                last: at,
            });
        asked.requests += 1;
        asked.failed += u64::from(is_failure(status));
        asked.last = asked.last.max(at);
    }

    /// Counts a credential that was refused.
    pub(super) fn refusal(
        &self,
        why: Refusal,
        token: Option<i64>,
        at: Timestamp,
        from: Option<IpAddr>,
    ) {
        let mut counts = self.counts();
        let refused = counts
            .refused
            .entry((why, token))
            .or_insert_with(|| Refused {
                why: why.words().to_owned(),
                token,
                first_seen: at,
                last_seen: at,
                times: 0,
                address: String::new(),
            });
        refused.times += 1;
        refused.last_seen = refused.last_seen.max(at);
        refused.address = from.map_or_else(String::new, |from| from.to_string());
    }

    /// Takes what was counted, to be written down.
    pub(super) fn take(&self) -> Counts {
        std::mem::take(&mut *self.counts())
    }

    /// The sequence of the last change that was looked at.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Remembers that the changes up to this sequence were looked at.
    pub(super) fn saw_changes(&self, sequence: u64) {
        self.changes.fetch_max(sequence, Ordering::Relaxed);
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    pub(super) fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.refused.is_empty()
    }

    /// Writes them down. `since` is the sequence of the last change that was looked at; answers up to
    /// which it is now.
    pub(super) fn write(&self, tx: &Tx<'_>, since: u64) -> Result<u64, Failure> {
        for (&(connection, hour), asked) in &self.asked {
            let &Asked {
                requests,
                failed,
                last,
            } = asked;
            tx.add_activity(
                connection,
                &Activity {
                    hour,
                    requests,
                    failed,
                },
            )?;
            let heard = Heard {
                last_request: last,
                last_change: tx.last_change_of(connection, since)?,
            };
            tx.note_heard(connection, heard)?;
        }
        for refused in self.refused.values() {
            tx.count_refused(refused)?;
        }
        Ok(tx.last_change()?)
    }
}

/// Whether an identity provider counts an answer with this status as a failure of the object that it
/// was about. It looks for what may be gone (404), knows that versions move (412) and is asked to come
/// later (429): none of that speaks against it.
const fn is_failure(status: u16) -> bool {
    status >= 400 && !matches!(status, 404 | 412 | 429)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_the_hour_and_failures_among_them() {
        let tally = Tally::new(7);
        let at = |minute: i64| Timestamp::from_millis(minute * 60_000);
        for (minute, status) in [(1, 200), (59, 409), (61, 404), (62, 500), (63, 429)] {
            tally.request(1, at(minute), status);
        }
        let counts = tally.take();
        let first = counts.asked[&(1, at(0))];
        assert_eq!((first.requests, first.failed, first.last), (2, 1, at(59)));
        let second = counts.asked[&(1, at(60))];
        assert_eq!((second.requests, second.failed), (3, 1));
        assert!(tally.take().is_empty());
    }

    #[test]
    fn refusals_are_counted_by_what_was_wrong() {
        let tally = Tally::new(0);
        let at = Timestamp::from_millis;
        let from = Some([192, 0, 2, 7].into());
        tally.refusal(Refusal::Expired, Some(3), at(5), None);
        tally.refusal(Refusal::Expired, Some(3), at(9), from);
        tally.refusal(Refusal::Unknown, None, at(1), None);
        let counts = tally.take();
        assert_eq!(counts.refused.len(), 2);
        let expired = &counts.refused[&(Refusal::Expired, Some(3))];
        assert_eq!((expired.times, expired.last_seen), (2, at(9)));
        assert_eq!(expired.address, "192.0.2.7");
    }
}
