//! The token endpoint of OAuth 2.0 (RFC 6749 §3.2): a client shows its id and secret and gets an access
//! token for an hour (§4.4, client credentials). Nothing else of OAuth is here.

mod error;
mod form;
mod token;

pub(super) use token::{not_allowed, token};
