//! Commands for the machine that the appliance runs on.

use clap::Command;

use super::exit::Exit;
use super::machine_command::MachineCommand;
use super::options::Place;
use super::problem::Problem;
use super::{check, completions, man};

/// Runs one of them; `tree` is everything that can be typed.
pub(super) fn run(place: &Place, command: &MachineCommand, tree: Command) -> Result<Exit, Problem> {
    match command {
        MachineCommand::Check(wanted) => return check::run(place, wanted),
        MachineCommand::Completions(wanted) => completions::run(wanted, tree)?,
        MachineCommand::Man(wanted) => man::run(wanted, tree)?,
    }
    Ok(Exit::Done)
}
