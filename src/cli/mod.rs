//! The command line: where the operator types.

pub mod simulate;
