//! The load run: the real binary beside a bare server on the same stack, under the same work, round by
//! round in turn. `cargo bench --bench load`; `-- --help` says what can be chosen.
//!
//! `floor` is the bare server; `people` what is sent; `work` one turn of each kind of work; `crowd` has
//! many clients at it and measures; `server` starts and watches a process, `settle` fills it; `run` is the
//! order of it all, `mixed` its last part, `table` what is printed.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints, and stops at the first surprise"
)]

mod crowd;
mod floor;
#[path = "../../tests/house/mod.rs"]
#[expect(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    unused_imports,
    reason = "the house of the tests, without its own tests; every user needs another part of it"
)]
mod house;
mod mixed;
mod people;
mod random;
mod run;
mod server;
mod settle;
mod table;
mod work;

use clap::Parser;

/// Measures the appliance beside a bare server on the same stack.
#[derive(Debug, Parser)]
struct Options {
    /// How many users there are; each number is a run of its own
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,100000")]
    users: Vec<usize>,
    /// How often each kind of work is measured, the two servers in turn
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long one measurement takes at most
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Only the rows whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Be the bare server, with its data in this file
    #[arg(long, hide = true)]
    floor: Option<std::path::PathBuf>,
    /// What `cargo bench` adds
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    match &options.floor {
        Some(file) => floor::serve(file),
        None => run::run(&options),
    }
}
