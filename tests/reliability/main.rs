//! What must hold whatever happens: black-box tests of durability, secrecy and bad input. The numbers
//! behind R are those of the requirements; each catalogue says how many cases it must have at least.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod catalogue;
mod certificates;
mod credentials;
mod durability;
mod errors;
mod expiry;
mod files;
mod filters;
mod framing;
mod identity;
mod json;
mod literals;
mod members;
mod membership_cost;
mod paging;
mod passwords;
mod patch_paths;
mod paths;
mod patience;
mod races;
mod rotation;
mod silence;
mod sizes;
mod spoofing;
mod status;
mod throttling;
mod tokens;
