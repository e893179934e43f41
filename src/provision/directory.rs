//! Every connection and token as of one generation, so that a request needs one look at a number and
//! no reading of settings.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use thiserror::Error;

use super::caller::{Caller, Entrance};
use super::failure::Failure;
use crate::base::{Timestamp, TokenDigest};
use crate::store::{Token, TokenState, View};

/// What the operator controls, read once and kept until its generation is over.
#[derive(Debug, Default)]
pub struct Directory {
    generation: u64,
    entrances: HashMap<i64, Arc<Entrance>>,
    tokens: HashMap<TokenDigest, Token>,
    successors: HashSet<i64>,
}

/// Why a well-formed credential is not accepted. For the log: the client gets the same 401 for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Denied {
    /// No token has this digest.
    #[error("unknown token")]
    Unknown,
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
    /// What was wrong, in a word.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Expired { .. } => "expired",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// The numbers of the token and of its connection, if it was ever one of ours.
    pub const fn whose(self) -> Option<(i64, i64)> {
        match self {
            Self::Unknown => None,
            Self::Expired { token, connection } | Self::Revoked { token, connection } => {
                Some((token, connection))
            }
        }
    }
}

impl Directory {
    /// Reads the present generation.
    pub fn load(view: &View<'_>) -> Result<Self, Failure> {
        let mut library = view.library()?;
        let mut entrances = HashMap::new();
        for connection in view.connections()? {
            let number = connection.number;
            let entrance = Entrance::load(view, connection, &mut library)?;
            entrances.insert(number, Arc::new(entrance));
        }
        let tokens = view.tokens()?;
        let successors = tokens
            .iter()
            .filter(|token| token.revoked.is_none())
            .filter_map(|token| token.successor)
            .collect();
        let tokens = tokens
            .into_iter()
            .map(|token| (token.digest, token))
            .collect();
        Ok(Self {
            generation: view.generation()?,
            entrances,
            tokens,
            successors,
        })
    }

    /// The generation that was read; 0 before the first reading.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether this token is to take the place of others, which ends when it is first used.
    pub fn is_successor(&self, token: i64) -> bool {
        self.successors.contains(&token)
    }

    /// The connection with this number.
    pub fn entrance(&self, connection: i64) -> Option<&Arc<Entrance>> {
        self.entrances.get(&connection)
    }

    /// Who shows the token with this digest at this instant.
    pub fn caller(&self, digest: &TokenDigest, now: Timestamp) -> Result<Caller, Denied> {
        let token = self.tokens.get(digest).ok_or(Denied::Unknown)?;
        let number = token.number;
        let connection = token.connection;
        match token.state(now) {
            TokenState::Active => {}
            TokenState::Revoked => {
                return Err(Denied::Revoked {
                    token: number,
                    connection,
                });
            }
            TokenState::Expired => {
                return Err(Denied::Expired {
                    token: number,
                    connection,
                });
            }
        }
        let entrance = self
            .entrances
            .get(&token.connection)
            .ok_or(Denied::Unknown)?;
        Ok(Caller {
            entrance: Arc::clone(entrance),
            token: token.number,
            scope: token.scope,
        })
    }
}
