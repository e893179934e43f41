//! What passes between whoever offers an exchange and the thread that records it.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;

use super::rows::Offered;
use crate::base::Timestamp;
use crate::store::error::StoreError;

/// What makes an exchange of what was handed over: it runs on the recording thread.
pub(super) type Make = Box<dyn FnOnce() -> Offered + Send>;

/// What the recording thread is told.
pub(super) enum Message {
    /// An exchange, and how many bytes it holds while it waits.
    Keep(Make, usize),
    /// Take away what is old; answer how much that was.
    Prune(Timestamp, SyncSender<Result<u64, StoreError>>),
    Stop,
}

/// What both sides of the queue see.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    pub(super) waiting: AtomicUsize,
    pub(super) bytes: AtomicUsize,
    pub(super) kept: AtomicU64,
    pub(super) lost: AtomicU64,
    /// When the first and the last were lost that are not in the file yet.
    pub(super) lost_first: AtomicI64,
    pub(super) lost_last: AtomicI64,
    pub(super) closing: AtomicBool,
}

impl Gauges {
    /// Counts exchanges that are not kept.
    pub(super) fn lose(&self, at: Timestamp, times: u64) {
        let at = at.as_millis();
        let _ = self
            .lost_first
            .compare_exchange(0, at, Ordering::Relaxed, Ordering::Relaxed);
        self.lost_last.fetch_max(at, Ordering::Relaxed);
        self.lost.fetch_add(times, Ordering::Relaxed);
    }
}
