//! Foreign programs against the real binary over HTTPS, in the strict and in the tolerant dialect.
//!
//! They are installed by `.ci/run`, the Python ones as `requirements.txt` pins them; `PEERS` names the
//! virtual environment they are in. Without the feature `peers` nothing of this is built.
#![cfg(test)]

mod age;

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod acme;
mod life;
mod litestream;
mod program;
mod sanity;
mod tester;
