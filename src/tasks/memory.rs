//! Memory that a burst of requests took and nobody needs any more.

use std::hint::black_box;
use std::time::Duration;

use super::schedule::Task;

/// The allocator keeps what was freed for a second, in case it is asked for again.
const EVERY: Duration = Duration::from_secs(2);
/// So much that the allocator makes a page of its own for it.
const PIECE: usize = 1 << 20;

/// Has the allocator give back to the system what has been free for a while.
///
/// It looks for that only when somebody frees a page. After a flood of large bodies nobody does, and a
/// hundred megabytes stayed with a server that had nothing to do. The piece freed here is never written
/// to, so that it costs the system nothing.
pub fn memory() -> Task {
    Task {
        name: "give back memory",
        every: EVERY,
        run: Box::new(|| {
            drop(black_box(Vec::<u8>::with_capacity(PIECE)));
            Ok(())
        }),
    }
}
