//! Floor 4b: where the clock knocks.

mod integrity;
mod memory;
pub mod prune;
mod schedule;
mod steady;
mod watch;

pub use integrity::integrity;
pub use memory::memory;
pub use schedule::{Schedule, Task};
pub use watch::watch;
