//! The server, until it is told to stop.

use super::problem::Problem;
use crate::base::Settings;

/// Runs the server with these settings.
pub(super) fn run(_settings: Settings) -> Result<(), Problem> {
    Err(Problem::failed("this build has no server"))
}
