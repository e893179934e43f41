//! `appliance man`: a manual page for every command, from what `--help` says.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};

use super::owner;
use super::print;
use super::problem::Problem;

/// Write a manual page of every command into a directory
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  appliance man /usr/local/share/man/man1 && man appliance-token-new
  appliance man . && man ./appliance.1")]
pub(super) struct ManArgs {
    /// Where to; made if it is not there
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// Writes the pages of `tree` and everything below it.
pub(super) fn run(wanted: &ManArgs, tree: Command) -> Result<(), Problem> {
    let ManArgs { directory } = wanted;
    let failed = |error| Problem::failed(format!("{}: {error}", directory.display()));
    // Nothing in a manual is anybody's secret, and who may not read it finds no manual.
    owner::let_files_be_read();
    fs::create_dir_all(directory).map_err(failed)?;
    clap_mangen::generate_to(tree, directory).map_err(failed)?;
    print::note(&format!(
        "the manual pages are in {}; begin with appliance.1",
        directory.display()
    ));
    Ok(())
}
