//! How busy the writer is.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// Bounds by which the sizes of groups are counted.
const SIZES: [u64; 8] = [1, 2, 4, 8, 16, 32, 64, 128];

/// What the writer has done and has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Jobs that wait for their turn.
    pub waiting: usize,
    /// Groups that were committed since the start.
    pub groups: u64,
    /// Jobs that were carried out or refused in them.
    pub jobs: u64,
    /// Jobs in the last of them.
    pub last_group: usize,
    /// Groups that could not be committed.
    pub failures: u64,
    /// Whether the last group could not be.
    pub failing: bool,
    sizes: [u64; SIZES.len() + 1],
}

impl Load {
    /// How many groups had how many jobs at most; the last has no bound.
    pub fn sizes(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let bounds = SIZES.into_iter().map(Some).chain([None]);
        bounds.zip(self.sizes)
    }
}

/// The same as it is counted.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    waiting: AtomicUsize,
    groups: AtomicU64,
    jobs: AtomicU64,
    last_group: AtomicUsize,
    failures: AtomicU64,
    failing: AtomicBool,
    sizes: [AtomicU64; SIZES.len() + 1],
}

impl Gauges {
    /// One more job waits.
    pub(super) fn queued(&self) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
    }

    /// So many wait no more.
    pub(super) fn taken(&self, jobs: usize) {
        self.waiting.fetch_sub(jobs, Ordering::Relaxed);
    }

    /// A group of so many jobs was committed.
    pub(super) fn committed(&self, size: usize) {
        let jobs = u64::try_from(size).unwrap_or(u64::MAX);
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs, Ordering::Relaxed);
        let index = SIZES.partition_point(|most| *most < jobs);
        if let Some(groups) = self.sizes.get(index) {
            groups.fetch_add(1, Ordering::Relaxed);
        }
        self.last_group.store(size, Ordering::Relaxed);
    }

    /// Something was written.
    pub(super) fn works(&self) {
        self.failing.store(false, Ordering::Relaxed);
    }

    /// A group could not be committed.
    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.failing.store(true, Ordering::Relaxed);
    }

    pub(super) fn load(&self) -> Load {
        Load {
            waiting: self.waiting.load(Ordering::Relaxed),
            groups: self.groups.load(Ordering::Relaxed),
            jobs: self.jobs.load(Ordering::Relaxed),
            last_group: self.last_group.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            failing: self.failing.load(Ordering::Relaxed),
            sizes: self
                .sizes
                .each_ref()
                .map(|groups| groups.load(Ordering::Relaxed)),
        }
    }
}
