//! What is counted while requests are answered: a handful of additions, no lock, and as many numbers as
//! there are connections, whatever anybody sends.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::histogram::{Durations, Histogram};
use crate::base::Refusal;

/// Methods that have numbers of their own; all others share the last.
const METHODS: [&str; 7] = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "other"];
/// Statuses that have numbers of their own; all others share the last, which is `0`.
const STATUSES: [u16; 21] = [
    200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 501, 503, 507,
    431, 0,
];
/// What can be wrong with a credential and has a number of its own; all else shares the last.
const FLAWS: [Option<Refusal>; 7] = [
    Some(Refusal::Missing),
    Some(Refusal::Foreign),
    Some(Refusal::Damaged),
    Some(Refusal::Unknown),
    Some(Refusal::Expired),
    Some(Refusal::Revoked),
    None,
];

/// Requests whose credential told nothing of a connection.
const NOBODY: i64 = 0;

/// The counters of a server, from its start.
#[derive(Debug, Default)]
pub(super) struct Meters {
    connections: ArcSwap<HashMap<i64, Arc<Answers>>>,
    durations: [Durations; METHODS.len()],
    refused: [AtomicU64; FLAWS.len()],
}

/// How often each method was answered with each status.
#[derive(Debug, Default)]
struct Answers([[AtomicU64; STATUSES.len()]; METHODS.len()]);

/// One count of requests.
#[derive(Debug)]
pub(super) struct Answered {
    /// `None`: no connection was known.
    pub(super) connection: Option<i64>,
    pub(super) method: &'static str,
    pub(super) status: u16,
    pub(super) times: u64,
}

impl Meters {
    /// Counts a request.
    pub(super) fn request(
        &self,
        connection: Option<i64>,
        method: &str,
        status: u16,
        took: Duration,
    ) {
        let connection = connection.unwrap_or(NOBODY);
        let method = position(&METHODS, |known| *known == method);
        let status = position(&STATUSES, |known| *known == status);
        let known = self.connections.load();
        match known.get(&connection) {
            Some(answers) => answers.count(method, status),
            None => self.begin(connection).count(method, status),
        }
        if let Some(durations) = self.durations.get(method) {
            durations.note(took);
        }
    }

    /// Counts a credential that was refused.
    pub(super) fn refusal(&self, why: Refusal) {
        if let Some(count) = self
            .refused
            .get(position(&FLAWS, |known| *known == Some(why)))
        {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A connection that is heard of for the first time.
    fn begin(&self, connection: i64) -> Arc<Answers> {
        let fresh = Arc::<Answers>::default();
        self.connections.rcu(|known| {
            let mut known = HashMap::clone(known);
            known
                .entry(connection)
                .or_insert_with(|| Arc::clone(&fresh));
            known
        });
        // Another request may have been first.
        let known = self.connections.load();
        known.get(&connection).map_or(fresh, Arc::clone)
    }

    /// What was answered so far; what never was is left out.
    pub(super) fn answered(&self) -> Vec<Answered> {
        let known = self.connections.load();
        let mut found = Vec::new();
        for (connection, answers) in known.iter() {
            for (method, row) in METHODS.iter().zip(&answers.0) {
                for (status, times) in STATUSES.iter().zip(row) {
                    let times = times.load(Ordering::Relaxed);
                    if times > 0 {
                        found.push(Answered {
                            connection: (*connection != NOBODY).then_some(*connection),
                            method,
                            status: *status,
                            times,
                        });
                    }
                }
            }
        }
        found
    }

    /// How long each method took.
    pub(super) fn durations(&self) -> impl Iterator<Item = (&'static str, Histogram)> {
        METHODS
            .iter()
            .zip(&self.durations)
            .map(|(method, durations)| (*method, durations.read()))
    }

    /// Credentials that were refused, by what was wrong.
    pub(super) fn refused(&self) -> impl Iterator<Item = (&'static str, u64)> {
        FLAWS.iter().zip(&self.refused).map(|(why, times)| {
            (
                why.map_or("other", Refusal::words),
                times.load(Ordering::Relaxed),
            )
        })
    }
}

impl Answers {
    fn count(&self, method: usize, status: usize) {
        if let Some(count) = self.0.get(method).and_then(|row| row.get(status)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Where something is among what is known; the last place is for the rest.
fn position<T>(known: &[T], is_it: impl Fn(&T) -> bool) -> usize {
    known
        .iter()
        .position(is_it)
        .unwrap_or(known.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_sent_the_numbers_stay_few() {
        let meters = Meters::default();
        for status in 0..600 {
            for method in ["GET", "PROPFIND", "get", "\u{1f980}"] {
                for connection in [None, Some(1), Some(2)] {
                    meters.request(connection, method, status, Duration::ZERO);
                }
            }
        }
        for why in [Refusal::Expired, Refusal::Stale] {
            meters.refusal(why);
        }
        let answered = meters.answered();
        assert!(answered.len() <= 3 * METHODS.len() * STATUSES.len());
        let total: u64 = answered.iter().map(|answered| answered.times).sum();
        assert_eq!(total, 600 * 4 * 3);
        let get_200 = answered.iter().find(|answered| {
            answered.connection == Some(2) && answered.method == "GET" && answered.status == 200
        });
        assert_eq!(get_200.unwrap().times, 1);
        assert_eq!(
            meters.durations().map(|(_, read)| read.count).sum::<u64>(),
            total
        );
        let refused: Vec<_> = meters.refused().filter(|(_, times)| *times > 0).collect();
        assert_eq!(refused, [("expired", 1), ("other", 1)]);
    }

    #[test]
    fn threads_that_come_at_once_lose_nothing() {
        let meters = Meters::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for number in 0..1_000 {
                        meters.request(Some(number % 7), "GET", 200, Duration::ZERO);
                    }
                });
            }
        });
        let total: u64 = meters
            .answered()
            .iter()
            .map(|answered| answered.times)
            .sum();
        assert_eq!(total, 4_000);
    }
}
