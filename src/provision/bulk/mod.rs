//! Many operations in one request (RFC 7644 §3.7): what came of each, those that stand or fall
//! together, and the run through them all.

mod ended;
mod run;
mod unit;

pub use run::BulkRun;
