//! The command line as its user meets it: the real binary, its stdout, its stderr, its exit code.

mod connections;
mod exports;
mod run;
mod settings;
mod tokens;
