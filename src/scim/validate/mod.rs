//! The body of a POST or PUT, and the resource that it makes.

mod finish;
mod incoming;
mod replace;

pub use finish::finish;
pub use incoming::{Incoming, incoming};
pub use replace::replace;
