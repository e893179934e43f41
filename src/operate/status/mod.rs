//! How things stand: figures for each connection, and what somebody should look at before it breaks.

mod disk;
mod figures;
mod phrases;
mod report;
mod rhythm;
mod shown;
mod warning;

pub use disk::disk;
pub use figures::Figures;
pub use report::{Report, report};
pub use warning::{Concern, Warning};
