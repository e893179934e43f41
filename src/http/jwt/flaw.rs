//! What is wrong with a signed token.

use thiserror::Error;

/// What is wrong with a signed token. For the log and the operator: the client gets the same 401 for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(in crate::http) enum Flaw {
    #[error("damaged signed token")]
    Malformed,
    #[error("signed token by another algorithm than RS256")]
    Algorithm,
    #[error("signed token of another tenant")]
    Tenant,
    #[error("signed token of another issuer")]
    Issuer,
    #[error("signed token for another audience")]
    Audience,
    #[error("signed token of another application")]
    Application,
    #[error("signed token whose time is over")]
    Expired,
    #[error("signed token that is not good yet")]
    NotYet,
    #[error("signed token with an unknown key")]
    Key,
    #[error("signed token with a wrong signature")]
    Signature,
}

impl Flaw {
    /// The same as a word that refusals are counted by.
    pub(in crate::http) const fn kind(self) -> &'static str {
        match self {
            Self::Malformed => "damaged signed token",
            Self::Algorithm => "signed token by another algorithm",
            Self::Tenant => "signed token of another tenant",
            Self::Issuer => "signed token of another issuer",
            Self::Audience => "signed token for another audience",
            Self::Application => "signed token of another application",
            Self::Expired => "signed token whose time is over",
            Self::NotYet => "signed token that is not good yet",
            Self::Key => "signed token with an unknown key",
            Self::Signature => "signed token with a wrong signature",
        }
    }
}
