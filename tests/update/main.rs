//! `appliance update` against a mirror on this machine (reliability R38–R40): the real binary, real
//! signatures, and releases that are wrong in one way each.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod archive;
mod installed;
mod mirror;
mod moments;
mod probes;
mod refused;
mod sources;
mod updated;
