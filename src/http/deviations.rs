//! What requests asked of our patience, counted in memory until it is written down.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::base::Timestamp;
use crate::provision::{Failure, Tolerated};
use crate::scim::mask;
use crate::store::{self, Sighting, Tx};

/// How many kinds of deviation are held at a time: names come from outside, and there is no end to
/// them.
const MOST: usize = 1_000;
/// For how many new ones of a request an example is looked for, in the whole body.
const EXAMPLES: usize = 16;

/// The counts since they were last written down.
#[derive(Debug, Default)]
pub(super) struct Deviations(Mutex<Counts>);

/// What is to be written down: by connection and deviation.
#[derive(Debug, Default)]
pub(super) struct Counts(HashMap<(i64, Tolerated), Count>);

/// How often something was tolerated since it was last written down.
#[derive(Debug, Clone)]
struct Count {
    times: u64,
    last: Timestamp,
    /// The place in the first such request, masked.
    example: String,
}

impl Deviations {
    /// Counts what a request with this body had.
    pub(super) fn note(
        &self,
        connection: i64,
        now: Timestamp,
        tolerated: &[Tolerated],
        body: &[u8],
    ) {
        if tolerated.is_empty() {
            return;
        }
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = &mut held.0;
        let mut examples = EXAMPLES;
        for deviation in tolerated {
            let mut key = (
                connection,
                Tolerated {
                    what: deviation.what,
                    subject: store::Tolerated::shortened(&deviation.subject).into_owned(),
                },
            );
            if counts.len() >= MOST && !counts.contains_key(&key) {
                store::Tolerated::OTHERS.clone_into(&mut key.1.subject);
            }
            let count = counts.entry(key).or_insert_with(|| {
                let example = if examples == 0 {
                    String::new()
                } else {
                    examples -= 1;
                    mask::example(body, &deviation.subject)
                };
                Count {
                    times: 0,
                    last: now,
                    example,
                }
            });
            count.times += 1;
            count.last = now;
        }
    }

    /// Takes what was counted, to be written down.
    pub(super) fn take(&self) -> Counts {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Counts {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes them down.
    pub(super) fn write(&self, tx: &Tx<'_>) -> Result<(), Failure> {
        for ((connection, deviation), count) in &self.0 {
            tx.count_tolerated(&Sighting {
                connection: *connection,
                what: deviation.what,
                subject: &deviation.subject,
                at: count.last,
                times: count.times,
                example: &count.example,
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_end_are_held_in_bounded_memory() {
        let deviations = Deviations::default();
        let at = Timestamp::from_millis(5);
        let names = |from: usize| -> Vec<Tolerated> {
            let unknown = |number| Tolerated {
                what: Tolerated::UNKNOWN_ATTRIBUTE,
                subject: format!("name{number}{}", "x".repeat(9_000)),
            };
            (from..from + 700).map(unknown).collect()
        };
        for from in [0, 700, 0] {
            deviations.note(1, at, &names(from), b"{}");
        }
        let counts = deviations.take().0;
        assert_eq!(counts.len(), MOST + 1);
        assert!(counts.keys().all(|(_, one)| one.subject.len() < 300));
        assert_eq!(counts.values().map(|count| count.times).sum::<u64>(), 2_100);
        let others = (
            1,
            Tolerated {
                what: Tolerated::UNKNOWN_ATTRIBUTE,
                subject: store::Tolerated::OTHERS.to_owned(),
            },
        );
        assert_eq!(counts[&others].times, 400);
        assert!(deviations.take().is_empty());
    }
}
