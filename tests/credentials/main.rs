//! Credentials beyond the bearer token, over the wire against the real binary: OAuth 2.0 client
//! credentials, and tokens that Entra ID signs itself.
#![cfg(test)]

#[path = "../house/mod.rs"]
#[expect(dead_code, reason = "every suite uses another part of the house")]
mod house;

mod clients;
mod issuer;
mod key_server;
mod keys;
mod oauth;
mod oauth_errors;
mod schemes;
mod signed;
mod tenants;
