//! Commands for the machine that the appliance runs on.

use clap::Command;

use super::exit::Exit;
use super::machine_command::MachineCommand;
use super::problem::Problem;
use super::{completions, man};

/// Runs one of them; `tree` is everything that can be typed.
pub(super) fn run(command: &MachineCommand, tree: Command) -> Result<Exit, Problem> {
    match command {
        MachineCommand::Completions(wanted) => completions::run(wanted, tree)?,
        MachineCommand::Man(wanted) => man::run(wanted, tree)?,
    }
    Ok(Exit::Done)
}
