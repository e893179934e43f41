//! From what was typed behind `appliance user` to its answer.

use super::command::UserCommand;
use super::history;
use crate::cli::command::Place;
use crate::cli::exit::Exit;
use crate::cli::problem::Problem;

pub(in crate::cli) fn run(place: &Place, command: &UserCommand) -> Result<Exit, Problem> {
    match command {
        UserCommand::History(wanted) => history::run(place, wanted),
    }
}
