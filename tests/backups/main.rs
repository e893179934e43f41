//! Backups and what they are for: taken under load, verified, thinned out and restored; and what
//! happens to the data when disk, power or a program fails.
#![cfg(test)]

mod damage;
mod faults;
mod formats;
mod header;
#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;
mod keys;
mod leftovers;
mod restoring;
mod shelves;
mod taking;
