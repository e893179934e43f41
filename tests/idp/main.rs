//! Replays what identity providers send, file by file, against the real binary over HTTPS.
//!
//! The shapes come from public documentation, issues and client code, which each file names; no live
//! tenant was recorded, and all people are invented.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;
mod replay;
mod rewrites;
mod sequence;
mod simulated;

use replay::replay;

/// Whose sequences are here, each with a test below.
const PROVIDERS: [&str; 9] = [
    "entra",
    "okta",
    "onelogin",
    "jumpcloud",
    "google",
    "ping",
    "authentik",
    "keycloak",
    "rauthy",
];

#[test]
fn entra() {
    replay("entra");
}

#[test]
fn okta() {
    replay("okta");
}

#[test]
fn onelogin() {
    replay("onelogin");
}

#[test]
fn jumpcloud() {
    replay("jumpcloud");
}

#[test]
fn google() {
    replay("google");
}

#[test]
fn ping() {
    replay("ping");
}

#[test]
fn authentik() {
    replay("authentik");
}

#[test]
fn keycloak() {
    replay("keycloak");
}

#[test]
fn rauthy() {
    replay("rauthy");
}
