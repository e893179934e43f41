//! Floor 4b: where the clock knocks.

mod integrity;
pub mod prune;
mod schedule;
mod steady;
mod watch;

pub use integrity::integrity;
pub use schedule::{Schedule, Task};
pub use watch::watch;
