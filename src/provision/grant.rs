//! Gives a client of OAuth 2.0 an access token (RFC 6749 §4.4).

use super::caller::Caller;
use super::failure::Failure;
use crate::base::{Timestamp, TokenDigest, duration};
use crate::store::{Access, Scope, StoreError, Tx};

/// A client that has shown its secret.
#[derive(Debug, Clone)]
pub struct Client {
    /// Who it is, and what it may do.
    pub caller: Caller,
    /// When it ends; `None`: never.
    pub expires: Option<Timestamp>,
}

impl Client {
    /// The access token that this client would get now: for as long as its connection says, and never
    /// longer than the client itself is good.
    pub fn access(
        &self,
        digest: TokenDigest,
        scope: Scope,
        now: Timestamp,
    ) -> Result<Access, Failure> {
        let rules = &self.caller.entrance.policy.tokens;
        let length = duration(&rules.access_expiry).map_err(|flaw| StoreError::Corrupt {
            what: format!("`access_expiry={}`: {flaw}", rules.access_expiry),
        })?;
        let usual = now.plus(length);
        Ok(Access {
            digest,
            client: self.caller.token,
            scope,
            created: now,
            expires: self.expires.map_or(usual, |end| end.min(usual)),
        })
    }
}

/// Keeps an access token that is about to be given.
pub fn grant(tx: &Tx<'_>, access: &Access) -> Result<(), Failure> {
    Ok(tx.insert_access(access)?)
}
