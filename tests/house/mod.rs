//! A running appliance for tests, and clients for it by role.
//!
//! `server` starts the real binary in a directory of its own; `client` speaks to it over the wire that
//! `wire` holds; `reply` is what came back, with assertions that read as a sentence; `run` is one
//! command line; `shape` compares JSON with what a test cares about.

pub(crate) mod client;
pub(crate) mod reply;
pub(crate) mod run;
pub(crate) mod server;
pub(crate) mod shape;
pub(crate) mod wire;
