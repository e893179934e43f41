//! The command line as its user meets it: the real binary, its stdout, its stderr, its exit code.
#![cfg(test)]

mod connections;
mod export_forms;
mod exports;
mod imports;
mod owner;
mod run;
mod schemas;
mod server;
mod settings;
mod setup;
mod tokens;
