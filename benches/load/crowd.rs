//! Many clients at the same work, for a while.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::house::reply::Reply;
use super::house::wire::Wire;
use super::random::Random;
use super::server::Server;
use super::work::Work;

/// What came of it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Measured {
    /// How many operations a second: people, where a request creates many.
    pub(crate) rate: f64,
    /// Microseconds of the server's processors for each.
    pub(crate) processor: f64,
    /// Microseconds that half of the requests took at most.
    pub(crate) middle: f64,
    /// Microseconds that all but a hundredth took at most.
    pub(crate) tail: f64,
    /// Milliseconds of requests in the first and in the last tenth of a list.
    pub(crate) tenths: Option<(f64, f64)>,
}

/// One client: a connection that stays open, and what it has measured.
pub(crate) struct Hand<'a> {
    pub(crate) server: &'a Server,
    pub(crate) random: Random,
    /// Which of how many it is.
    pub(crate) place: usize,
    pub(crate) clients: usize,
    /// How many turns it has had.
    pub(crate) turns: usize,
    wire: Wire,
    took: Vec<f64>,
    /// Where in a list a request was, from 0 to 1, and how long it took.
    pub(crate) places: Vec<(f64, f64)>,
}

impl<'a> Hand<'a> {
    pub(crate) fn new(server: &'a Server, place: usize, clients: usize, seed: u64) -> Self {
        Self {
            server,
            random: Random::new(seed * 1_000 + place as u64),
            place,
            clients,
            turns: 0,
            wire: server.wire(),
            took: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Sends one request and takes the time until its answer is there, which must have this status.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&str>,
        expected: &[u16],
    ) -> Reply {
        let Server { base, token, .. } = self.server;
        let body = body.unwrap_or_default();
        let request = format!(
            "{method} {base}{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let begun = Instant::now();
        self.wire.send(request.as_bytes()).unwrap();
        let reply = self.wire.reply().unwrap();
        self.took.push(begun.elapsed().as_secs_f64() * 1e6);
        assert!(
            expected.contains(&reply.status),
            "{method} {path}: {} {}",
            reply.status,
            reply.text()
        );
        reply
    }

    /// How long the last request took, in milliseconds.
    pub(crate) fn last(&self) -> f64 {
        self.took.last().copied().unwrap_or_default() / 1e3
    }
}

/// How long and how much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) clients: usize,
    pub(crate) time: Duration,
    /// Turns in total.
    pub(crate) turns: usize,
    pub(crate) seed: u64,
}

/// Has `bounds.clients` clients at `work` until the time or the turns are used up.
pub(crate) fn measure(server: &Server, work: Work, bounds: Bounds) -> Measured {
    let barrier = Barrier::new(bounds.clients + 1);
    let left = AtomicUsize::new(bounds.turns);
    let take = || {
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            left.checked_sub(1)
        })
        .is_ok()
    };
    thread::scope(|scope| {
        let hands: Vec<_> = (0..bounds.clients)
            .map(|place| {
                let (barrier, take) = (&barrier, &take);
                scope.spawn(move || {
                    let mut hand = Hand::new(server, place, bounds.clients, bounds.seed);
                    barrier.wait();
                    let deadline = Instant::now() + bounds.time;
                    let mut done = 0;
                    while Instant::now() < deadline && take() {
                        done += work.turn(&mut hand);
                        hand.turns += 1;
                    }
                    (done, hand.took, hand.places)
                })
            })
            .collect();
        barrier.wait();
        let (before, begun) = (server.processor(), Instant::now());
        let (mut done, mut took, mut places) = (0, Vec::new(), Vec::new());
        for hand in hands {
            let (more, times, spots) = hand.join().unwrap();
            done += more;
            took.extend(times);
            places.extend(spots);
        }
        let (seconds, spent) = (begun.elapsed().as_secs_f64(), server.processor() - before);
        took.sort_unstable_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "some thousands of operations")]
        let operations = done.max(1) as f64;
        Measured {
            rate: operations / seconds,
            processor: spent * 1e6 / operations,
            middle: share(&took, 50),
            tail: share(&took, 99),
            tenths: tenths(&places),
        }
    })
}

/// The value below which this many per cent of the sorted `values` are.
pub(crate) fn share(values: &[f64], percent: usize) -> f64 {
    values
        .get((values.len() * percent / 100).min(values.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}

fn tenths(places: &[(f64, f64)]) -> Option<(f64, f64)> {
    let middle = |wanted: &dyn Fn(f64) -> bool| {
        let mut times: Vec<f64> = places
            .iter()
            .filter(|(place, _)| wanted(*place))
            .map(|(_, took)| *took)
            .collect();
        times.sort_unstable_by(f64::total_cmp);
        (!times.is_empty()).then(|| share(&times, 50))
    };
    Some((
        middle(&|place| place < 0.1)?,
        middle(&|place| place >= 0.9)?,
    ))
}
