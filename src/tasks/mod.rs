//! Floor 4b: where the clock knocks.

pub mod prune;
mod schedule;

pub use schedule::{Schedule, Task};
