//! Tokens that an identity provider signs itself (RFC 7519): read, checked against what is expected of
//! them, and against the keys that the identity provider publishes.

mod claims;
mod keys;
mod ring;
mod token;

pub use ring::published_keys;
pub(super) use ring::{Found, Ring};
pub(super) use token::{Signed, looks_signed};
