//! `appliance`: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    appliance::cli::run()
}
