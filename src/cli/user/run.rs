//! From what was typed behind `appliance user` to its answer.

use super::{active, duplicates, history, list, restore, show, unbound};
use crate::cli::exit::Exit;
use crate::cli::options::Place;
use crate::cli::problem::Problem;
use crate::cli::user_command::UserCommand;

pub(in crate::cli) fn run(place: &Place, command: &UserCommand) -> Result<Exit, Problem> {
    match command {
        UserCommand::Show(wanted) => show::run(place, wanted),
        UserCommand::History(wanted) => history::run(place, wanted),
        UserCommand::List(wanted) if wanted.apart.duplicates => {
            duplicates::list(place, &wanted.which, &wanted.shown)
        }
        UserCommand::List(wanted) if wanted.apart.unbound_managers => {
            unbound::list(place, &wanted.which, &wanted.shown)
        }
        UserCommand::List(wanted) => list::run(place, wanted),
        UserCommand::Activate(wanted) => active::activate(place, wanted),
        UserCommand::Restore(wanted) => restore::run(place, wanted),
        UserCommand::Deactivate(wanted) => active::deactivate(place, wanted),
    }
}
