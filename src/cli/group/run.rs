//! From what was typed behind `appliance group` to its answer.

use super::{list, restore, show};
use crate::cli::deleted;
use crate::cli::exit::Exit;
use crate::cli::group_command::GroupCommand;
use crate::cli::options::Place;
use crate::cli::problem::Problem;
use crate::scim::Kind;

/// Groups that were deleted and are listed: the last ones.
const MOST_DELETED: u64 = 1_000;

pub(in crate::cli) fn run(place: &Place, command: &GroupCommand) -> Result<Exit, Problem> {
    match command {
        GroupCommand::List {
            deleted: true,
            which,
            shown,
        } => {
            let connection = which.connection.as_deref();
            deleted::list(place, Kind::Group, connection, MOST_DELETED, shown.json)
        }
        GroupCommand::List { which, shown, .. } => {
            list::run(place, which.connection.as_deref(), shown.json)
        }
        GroupCommand::Show(wanted) => show::run(place, wanted),
        GroupCommand::Restore(wanted) => restore::run(place, wanted),
    }
}
