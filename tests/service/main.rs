//! The appliance as a service: what systemd, a monitoring system and whoever looks after the machine see.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod alerts;
mod check;
mod descriptors;
mod documents;
mod integrity;
mod journal;
mod local;
mod played;
mod readiness;
mod systemd;
mod units;
