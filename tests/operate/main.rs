//! What the operator is told of what happened: the log, one person's history, and what was tolerated.
#![cfg(test)]

mod as_of;
mod canary;
mod clock;
mod failures;
mod groups;
mod history;
#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;
mod log;
mod pausing;
mod people;
mod removal;
mod retention;
mod tolerated;
mod tombstones;
mod undo;
