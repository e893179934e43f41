//! The body of a POST or PUT, and the resource that it makes; and what becomes of a resource when its
//! schemas change.

mod adapt;
mod finish;
mod incoming;
mod readmit;
mod replace;

pub use adapt::{Adapted, adapt};
pub use finish::finish;
pub use incoming::{Incoming, incoming};
pub use readmit::readmit;
pub use replace::{changed, replace};
