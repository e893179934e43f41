//! Why a well-formed credential is not accepted.

use thiserror::Error;

use crate::base::Refusal;

/// Why a well-formed credential is not accepted. For the log: the client gets the same 401 for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Denied {
    /// No token has this digest.
    #[error("unknown token")]
    Unknown,
    /// No client of OAuth 2.0 has this id.
    #[error("unknown client")]
    UnknownClient,
    /// The secret is not that of the client.
    #[error("wrong secret for client {token}")]
    WrongSecret {
        /// The number of the client.
        token: i64,
        /// That of its connection.
        connection: i64,
    },
    /// The time of an access token is over; that of its client is not.
    #[error("an access token of client {token} whose time is over")]
    Stale {
        /// The number of the client.
        token: i64,
        /// That of its connection.
        connection: i64,
    },
    /// Its time is over.
    #[error("expired token {token}")]
    Expired {
        /// The number of the token.
        token: i64,
        /// That of its connection.
        connection: i64,
    },
    /// The operator took it back, or its successor has taken its place.
    #[error("revoked token {token}")]
    Revoked {
        /// The number of the token.
        token: i64,
        /// That of its connection.
        connection: i64,
    },
}

impl Denied {
    /// What it is counted by.
    pub const fn kind(self) -> Refusal {
        match self {
            Self::Unknown => Refusal::Unknown,
            Self::UnknownClient => Refusal::UnknownClient,
            Self::WrongSecret { .. } => Refusal::WrongSecret,
            Self::Stale { .. } => Refusal::Stale,
            Self::Expired { .. } => Refusal::Expired,
            Self::Revoked { .. } => Refusal::Revoked,
        }
    }

    /// The numbers of the token and of its connection, if it was ever one of ours.
    pub const fn whose(self) -> Option<(i64, i64)> {
        match self {
            Self::Unknown | Self::UnknownClient => None,
            Self::WrongSecret { token, connection }
            | Self::Stale { token, connection }
            | Self::Expired { token, connection }
            | Self::Revoked { token, connection } => Some((token, connection)),
        }
    }
}
