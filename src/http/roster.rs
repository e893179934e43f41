//! Connections and credentials as of a moment ago.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use arc_swap::{ArcSwap, Guard};

use crate::provision::{Directory, Failure};
use crate::store::{NOTICED, Store};

/// The last directory that was read, and when it was last found to be the present one. A look at the
/// database at every request cost a match query a sixth of its time, most of it in waiting for the other
/// request that looked; so one look is good for [`NOTICED`], and a command that changes anything here ends
/// no earlier than that.
#[derive(Debug)]
pub(super) struct Roster {
    begun: Instant,
    /// Nanoseconds since then.
    looked: AtomicU64,
    directory: ArcSwap<Directory>,
}

impl Roster {
    /// Nothing is known yet.
    pub(super) fn new() -> Self {
        Self {
            begun: Instant::now(),
            looked: AtomicU64::new(0),
            directory: ArcSwap::default(),
        }
    }

    /// The directory as it was a moment ago or is now.
    pub(super) fn present(&self, store: &Store) -> Result<Arc<Directory>, Failure> {
        let now = u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let known = self.directory.load();
        let since = u128::from(now.saturating_sub(self.looked.load(Ordering::Acquire)));
        if known.generation() > 0 && since < NOTICED.as_nanos() {
            return Ok(Arc::clone(&known));
        }
        let generation = store.read::<_, Failure>(|view| Ok(view.generation()?))?;
        if known.generation() != generation {
            let fresh = Arc::new(store.read(|view| Directory::load(view))?);
            // Somebody else may have read a later one meanwhile.
            self.directory.rcu(|known| {
                let newer = if known.generation() > fresh.generation() {
                    known
                } else {
                    &fresh
                };
                Arc::clone(newer)
            });
        }
        // It was so when we began to look; behind what was read, so that who sees this sees that.
        self.looked.store(now, Ordering::Release);
        Ok(self.directory.load_full())
    }

    /// The directory of the last request.
    pub(super) fn last(&self) -> Guard<Arc<Directory>> {
        self.directory.load()
    }
}
