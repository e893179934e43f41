//! `appliance`: parse, run, exit code.

use std::process::ExitCode;

/// A request asks for some hundred small pieces of memory and gives them back: with the allocator of the
/// C library that alone was a fifth of a PATCH.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    appliance::cli::run()
}
