//! How much is let in at once: of each connection, after it has shown who it is; and of each address,
//! only where credentials were refused, so that whoever has a good one never waits for others.
//!
//! Whoever is over the limit is told when to come back, and never that the credential is wrong: an
//! identity provider stops when it believes that (reliability R16).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What an address may get wrong: enough for an identity provider whose token has just expired, too
/// little to guess or to keep the server busy.
const REFUSALS: Rate = Rate {
    per_second: 100,
    burst: 1_000,
};

/// Addresses that are remembered. Beyond it, new ones share one bucket until others are forgotten.
const ADDRESSES: usize = 16_384;

/// How often full buckets are looked for when there are too many.
const SWEEP: Duration = Duration::from_secs(1);

/// So much at once, and then so much each second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    /// At least 1.
    pub(super) per_second: u32,
    pub(super) burst: u32,
}

/// Every bucket of this server.
#[derive(Debug)]
pub(super) struct Throttle {
    connections: Mutex<HashMap<i64, Bucket>>,
    addresses: Mutex<Addresses>,
}

/// Come back in so many seconds, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Later(pub(super) u32);

/// A bucket, as the instant at which it will be full again: no number in it has to be brought up to
/// date, and one that lies in the past need not be remembered.
#[derive(Debug, Clone, Copy)]
struct Bucket(Instant);

#[derive(Debug)]
struct Addresses {
    buckets: HashMap<IpAddr, Bucket>,
    /// For those who came when there was no room.
    others: Bucket,
    swept: Instant,
}

impl Throttle {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            connections: Mutex::default(),
            addresses: Mutex::new(Addresses {
                buckets: HashMap::new(),
                others: Bucket(now),
                swept: now,
            }),
        }
    }

    /// Lets in one request of a connection.
    pub(super) fn request(&self, connection: i64, rate: Rate, now: Instant) -> Result<(), Later> {
        let mut connections = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        connections
            .entry(connection)
            .or_insert(Bucket(now))
            .take(rate, now)
    }

    /// Counts a refused credential from this address.
    pub(super) fn refusal(&self, from: Option<IpAddr>, now: Instant) -> Result<(), Later> {
        let from = neighbourhood(from.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)));
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        addresses.bucket(from, now).take(REFUSALS, now)
    }
}

impl Addresses {
    fn bucket(&mut self, from: IpAddr, now: Instant) -> &mut Bucket {
        let crowded = self.buckets.len() >= ADDRESSES && !self.buckets.contains_key(&from);
        if crowded && now.saturating_duration_since(self.swept) >= SWEEP {
            self.swept = now;
            self.buckets.retain(|_, bucket| bucket.0 > now);
        }
        if crowded && self.buckets.len() >= ADDRESSES {
            return &mut self.others;
        }
        self.buckets.entry(from).or_insert(Bucket(now))
    }
}

impl Bucket {
    /// Takes one out, or says when there will be one.
    fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Later> {
        let each = Duration::from_secs(1) / rate.per_second.max(1);
        let missing = self.0.saturating_duration_since(now) + each;
        let short = missing.saturating_sub(each * rate.burst);
        if short.is_zero() {
            self.0 = now + missing;
            return Ok(());
        }
        let seconds = short.as_secs() + u64::from(short.subsec_nanos() > 0);
        Err(Later(u32::try_from(seconds).unwrap_or(u32::MAX)))
    }
}

/// Whoever has one IPv6 address usually has the 64 bits behind it too.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_second: 10,
        burst: 3,
    };

    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    #[test]
    fn a_burst_is_let_in_and_then_so_much_each_second() {
        let start = Instant::now();
        let throttle = Throttle::new(start);
        let ask = |millis| throttle.request(1, RATE, at(start, millis));
        for _ in 0..3 {
            assert_eq!(ask(0), Ok(()));
        }
        assert_eq!(ask(0), Err(Later(1)));
        assert_eq!(ask(99), Err(Later(1)));
        assert_eq!(ask(100), Ok(()));
        assert_eq!(ask(150), Err(Later(1)));
        // A refusal costs nothing: the next one is there on time.
        assert_eq!(ask(200), Ok(()));
        // However long it was quiet, a burst is all there is.
        for _ in 0..3 {
            assert_eq!(ask(60_000), Ok(()));
        }
        assert_eq!(ask(60_000), Err(Later(1)));
        assert_eq!(throttle.request(2, RATE, start), Ok(()));
    }

    #[test]
    fn a_slow_rate_says_how_long_to_wait() {
        let start = Instant::now();
        let throttle = Throttle::new(start);
        let slow = Rate {
            per_second: 1,
            burst: 5,
        };
        for _ in 0..5 {
            assert_eq!(throttle.request(1, slow, start), Ok(()));
        }
        assert_eq!(throttle.request(1, slow, start), Err(Later(1)));
        // The operator has lowered the burst meanwhile.
        let lower = Rate { burst: 1, ..slow };
        assert_eq!(throttle.request(1, lower, start), Err(Later(5)));
    }

    #[test]
    fn refusals_are_counted_by_address_and_by_the_network_of_a_v6_address() {
        let start = Instant::now();
        let throttle = Throttle::new(start);
        let from = |text: &str| Some(text.parse().unwrap());
        for _ in 0..1_000 {
            assert_eq!(throttle.refusal(from("192.0.2.7"), start), Ok(()));
        }
        assert_eq!(throttle.refusal(from("192.0.2.7"), start), Err(Later(1)));
        assert_eq!(
            throttle.refusal(from("::ffff:192.0.2.7"), start),
            Err(Later(1))
        );
        assert_eq!(throttle.refusal(from("192.0.2.8"), start), Ok(()));
        assert_eq!(throttle.refusal(from("192.0.2.7"), at(start, 10)), Ok(()));
        for last in 0..1_000 {
            let address = format!("2001:db8::{last:x}");
            assert_eq!(throttle.refusal(from(&address), start), Ok(()));
        }
        assert!(throttle.refusal(from("2001:db8::ffff"), start).is_err());
        assert!(throttle.refusal(from("2001:db8:0:1::1"), start).is_ok());
    }

    #[test]
    fn memory_does_not_grow_with_the_number_of_addresses() {
        let start = Instant::now();
        let throttle = Throttle::new(start);
        let address = |number: u32| Some(IpAddr::from(number.to_be_bytes()));
        let held = || throttle.addresses.lock().unwrap().buckets.len();
        let crowd = u32::try_from(ADDRESSES).unwrap();
        for number in 0..crowd + 1_000 {
            assert_eq!(throttle.refusal(address(number), start), Ok(()));
        }
        assert_eq!(held(), ADDRESSES);
        // The thousand that came late have emptied the bucket they share.
        assert!(throttle.refusal(address(crowd + 2_000), start).is_err());
        assert_eq!(throttle.refusal(address(7), start), Ok(()));
        // All is forgiven, and forgotten, a moment later.
        let later = at(start, 20_000);
        assert_eq!(throttle.refusal(address(crowd + 2_000), later), Ok(()));
        assert_eq!(held(), 1);
    }
}
