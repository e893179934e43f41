//! The disk that the data are on.

use std::path::Path;

use super::warning::{Concern, Warning};
use crate::operate::health::{little_room, no_room};

/// What somebody should know of the disk of `dir` before nothing can be written to it, or because nothing
/// can.
pub fn disk(dir: &Path) -> Option<Warning> {
    let what = no_room(dir).or_else(|| little_room(dir))?;
    Some(Warning {
        connection: None,
        concern: Concern::Disk { what },
    })
}
