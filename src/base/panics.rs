//! How often this process has panicked. One number for all threads, since a panic hook is one for all.

use std::sync::atomic::{AtomicU64, Ordering};

static PANICS: AtomicU64 = AtomicU64::new(0);

/// Called by the panic hook.
pub fn count_panic() {
    PANICS.fetch_add(1, Ordering::Relaxed);
}

/// Panics since the start.
pub fn panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}
