//! Every connection and token as of one generation, so that a request needs one look at a number and
//! no reading of settings.

use std::collections::HashMap;
use std::sync::Arc;

use thiserror::Error;

use super::caller::{Caller, Entrance};
use super::failure::Failure;
use super::rulebook::Rulebook;
use crate::base::{Profile, Timestamp, TokenDigest};
use crate::scim::schema::Schemas;
use crate::store::{StoreError, Token, View};

/// What the operator controls, read once and kept until its generation is over.
#[derive(Debug, Default)]
pub struct Directory {
    generation: u64,
    entrances: HashMap<i64, Arc<Entrance>>,
    tokens: HashMap<TokenDigest, Token>,
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
    },
    /// The operator took it back.
    #[error("revoked token {token}")]
    Revoked {
        /// The number of the token.
        token: i64,
    },
}

impl Directory {
    /// Reads the present generation.
    pub fn load(view: &View<'_>) -> Result<Self, Failure> {
        let schemas = Arc::new(Schemas::builtin().map_err(|flaw| StoreError::Corrupt {
            what: format!("the built-in schemas: {flaw}"),
        })?);
        let mut entrances = HashMap::new();
        for connection in view.connections()? {
            let corrupt = |flaw: String| StoreError::Corrupt {
                what: format!("a setting of connection `{}`: {flaw}", connection.name),
            };
            let profile =
                Profile::named(&connection.profile).map_err(|flaw| corrupt(flaw.to_string()))?;
            let (policy, flaws) = profile.policy(&view.settings(connection.number)?);
            if let Some(flaw) = flaws.first() {
                return Err(corrupt(flaw.to_string()).into());
            }
            let number = connection.number;
            let entrance = Entrance {
                rulebook: Rulebook::new(&policy, profile, &schemas),
                connection,
                policy,
                schemas: Arc::clone(&schemas),
            };
            entrances.insert(number, Arc::new(entrance));
        }
        let tokens = view
            .tokens()?
            .into_iter()
            .map(|token| (token.digest, token))
            .collect();
        Ok(Self {
            generation: view.generation()?,
            entrances,
            tokens,
        })
    }

    /// The generation that was read; 0 before the first reading.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Who shows the token with this digest at this instant.
    pub fn caller(&self, digest: &TokenDigest, now: Timestamp) -> Result<Caller, Denied> {
        let token = self.tokens.get(digest).ok_or(Denied::Unknown)?;
        if token.revoked.is_some() {
            return Err(Denied::Revoked {
                token: token.number,
            });
        }
        if token.expires.is_some_and(|expires| expires <= now) {
            return Err(Denied::Expired {
                token: token.number,
            });
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
