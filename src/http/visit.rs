//! What the door knows of a request.

use std::net::IpAddr;
use std::sync::Arc;

use crate::base::{Refusal, SignedFlaw, Timestamp, TokenFlaw};
use crate::provision::{Caller, Entrance};

/// What the door knows of a request, kept in its extensions for the extractors.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The request id.
    pub(super) request: Arc<str>,
    /// When it was received.
    pub(super) now: Timestamp,
    /// Where it came from.
    pub(super) peer: Option<IpAddr>,
    /// Who asks; `None` where no token is needed, and where none was good.
    pub(super) caller: Option<Caller>,
    /// What was wrong with the credential.
    pub(super) refused: Option<Arc<RefusedCredential>>,
}

/// A credential that was not accepted. The client is not told why.
#[derive(Debug)]
pub(super) struct RefusedCredential {
    /// What was wrong with it.
    pub(super) kind: Refusal,
    /// The same in words.
    pub(super) why: String,
    /// The token, if it was one of ours once.
    pub(super) token: Option<i64>,
    /// Its connection.
    pub(super) entrance: Option<Arc<Entrance>>,
}

impl RefusedCredential {
    /// A credential that is none of ours.
    pub(super) fn strange(kind: Refusal, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
            token: None,
            entrance: None,
        }
    }
}

impl From<TokenFlaw> for RefusedCredential {
    fn from(flaw: TokenFlaw) -> Self {
        let kind = match flaw {
            TokenFlaw::Foreign => Refusal::Foreign,
            TokenFlaw::Damaged => Refusal::Damaged,
        };
        Self::strange(kind, flaw.to_string())
    }
}

impl From<SignedFlaw> for RefusedCredential {
    fn from(flaw: SignedFlaw) -> Self {
        Self::strange(Refusal::Signed(flaw), flaw.to_string())
    }
}

impl Visit {
    /// The connection that asks, or whose token is good no more.
    pub(super) fn entrance(&self) -> Option<&Entrance> {
        match (&self.caller, &self.refused) {
            (Some(caller), _) => Some(&caller.entrance),
            (None, Some(refused)) => refused.entrance.as_deref(),
            (None, None) => None,
        }
    }

    /// The token that was shown, if it is one of ours.
    pub(super) fn token(&self) -> Option<i64> {
        match (&self.caller, &self.refused) {
            (Some(caller), _) => Some(caller.token),
            (None, Some(refused)) => refused.token,
            (None, None) => None,
        }
    }
}
