//! `appliance completions`: what a shell needs to complete what is typed.

use clap::{Args, Command};
use clap_complete::Shell;

use super::print;
use super::problem::Problem;

/// Print what a shell needs to complete commands and options
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance completions bash > /etc/bash_completion.d/appliance
  appliance completions zsh > /usr/local/share/zsh/site-functions/_appliance
  appliance completions fish > ~/.config/fish/completions/appliance.fish")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints what completes `tree`.
pub(super) fn run(wanted: &CompletionsArgs, mut tree: Command) -> Result<(), Problem> {
    let mut script = Vec::new();
    clap_complete::generate(wanted.shell, &mut tree, "appliance", &mut script);
    print::text(&script)?;
    Ok(())
}
