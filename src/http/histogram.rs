//! How long things took, or how many they were: counted in buckets.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends of the buckets of durations, in microseconds; what is above falls into one more.
const MICROS: [u64; 12] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];

/// Durations, counted without a lock.
#[derive(Debug, Default)]
pub(super) struct Durations {
    buckets: [AtomicU64; MICROS.len() + 1],
    micros: AtomicU64,
}

/// What was counted, as Prometheus wants it.
#[derive(Debug, Clone)]
pub(super) struct Histogram {
    pub(super) sum: f64,
    pub(super) count: u64,
    /// Upper ends, and how many fell into each bucket; the last has no end.
    pub(super) buckets: Vec<(f64, u64)>,
}

impl Durations {
    pub(super) fn note(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let index = MICROS.partition_point(|end| *end < micros);
        if let Some(bucket) = self.buckets.get(index) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Histogram {
        let counts = self
            .buckets
            .each_ref()
            .map(|bucket| bucket.load(Ordering::Relaxed));
        Histogram {
            sum: Duration::from_micros(self.micros.load(Ordering::Relaxed)).as_secs_f64(),
            count: counts.iter().sum(),
            buckets: MICROS
                .iter()
                .map(|micros| Duration::from_micros(*micros).as_secs_f64())
                .chain([f64::INFINITY])
                .zip(counts)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_falls_into_the_first_bucket_that_reaches_so_far() {
        let durations = Durations::default();
        for micros in [0, 1_000, 1_001, 10_000_000, 99_000_000] {
            durations.note(Duration::from_micros(micros));
        }
        let read = durations.read();
        let counts: Vec<u64> = read.buckets.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(read.count, 5);
        assert!((read.sum - 109.002_001).abs() < 1e-9, "{}", read.sum);
        assert!((read.buckets[0].0 - 0.001).abs() < f64::EPSILON);
    }
}
