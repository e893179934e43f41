//! Floor 4b: where the clock knocks.

mod schedule;

pub use schedule::{Schedule, Task};
