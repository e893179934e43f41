//! What each source product promises to identity providers, asked of a connection with its profile:
//! the real binary over HTTPS, with the product's own published mapping.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod cofense;
mod cybsafe;
mod derived;
mod entra;
mod entrance;
mod guard;
mod leaving;
mod linking;
mod managers;
mod moving;
mod returning;
mod rules;
mod safe;
mod seats;
mod sosafe;
