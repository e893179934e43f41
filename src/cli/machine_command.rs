//! What can be typed for the machine that the appliance runs on.

use clap::Subcommand;

use super::check::CheckArgs;
use super::completions::CompletionsArgs;
use super::man::ManArgs;

#[derive(Debug, Subcommand)]
pub(super) enum MachineCommand {
    Check(CheckArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}
