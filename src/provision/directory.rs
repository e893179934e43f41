//! Every connection and credential as of one generation, so that a request needs one look at a number and
//! no reading of settings.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::caller::{Caller, Entrance};
use super::denied::Denied;
use super::failure::Failure;
use super::grant::Client;
use crate::base::{Timestamp, TokenDigest};
use crate::store::{Access, Token, TokenKind, TokenState, View};

/// What the operator controls, read once and kept until its generation is over.
#[derive(Debug, Default)]
pub struct Directory {
    generation: u64,
    entrances: HashMap<i64, Arc<Entrance>>,
    /// Bearer tokens.
    tokens: HashMap<TokenDigest, Token>,
    /// Clients of OAuth 2.0 by their number, and the number by their public id.
    clients: HashMap<i64, Token>,
    client_ids: HashMap<String, i64>,
    /// What stands for the signed tokens of a tenant.
    signed: HashMap<Uuid, Token>,
    successors: HashSet<i64>,
}

impl Directory {
    /// Reads the present generation.
    pub fn load(view: &View<'_>) -> Result<Self, Failure> {
        let mut library = view.library()?;
        let mut directory = Self {
            generation: view.generation()?,
            ..Self::default()
        };
        for connection in view.connections()? {
            let number = connection.number;
            let entrance = Entrance::load(view, connection, &mut library)?;
            directory.entrances.insert(number, Arc::new(entrance));
        }
        for token in view.tokens()? {
            directory.add(token);
        }
        Ok(directory)
    }

    fn add(&mut self, token: Token) {
        if token.revoked.is_none() {
            self.successors.extend(token.successor);
        }
        match &token.kind {
            TokenKind::Bearer => {
                self.tokens.insert(token.digest, token);
            }
            TokenKind::Client(id) => {
                self.client_ids.insert(id.clone(), token.number);
                self.clients.insert(token.number, token);
            }
            TokenKind::Signed => {
                let entrance = self.entrances.get(&token.connection);
                let tenant = entrance.and_then(|entrance| entrance.policy.tenant.signed_for());
                // A later one takes the place of one that was revoked.
                if let Some(tenant) = tenant {
                    self.signed.insert(tenant, token);
                }
            }
        }
    }

    /// The generation that was read; 0 before the first reading.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether this token is to take the place of others, which ends when it is first used.
    pub fn is_successor(&self, token: i64) -> bool {
        self.successors.contains(&token)
    }

    /// Whether there can be access tokens.
    pub fn has_clients(&self) -> bool {
        !self.clients.is_empty()
    }

    /// Whether a client of OAuth 2.0 could come in now: one of this connection, or of any.
    pub fn admits_clients(&self, connection: Option<i64>, now: Timestamp) -> bool {
        self.clients.values().any(|client| {
            connection.is_none_or(|connection| connection == client.connection)
                && client.state(now) == TokenState::Active
        })
    }

    /// Whether tokens that an identity provider signs itself open any connection.
    pub fn takes_signed(&self) -> bool {
        !self.signed.is_empty()
    }

    /// The connection with this number.
    pub fn entrance(&self, connection: i64) -> Option<&Arc<Entrance>> {
        self.entrances.get(&connection)
    }

    /// Who shows the bearer token with this digest at this instant.
    pub fn caller(&self, digest: &TokenDigest, now: Timestamp) -> Result<Caller, Denied> {
        let token = self.tokens.get(digest).ok_or(Denied::Unknown)?;
        self.opened(token, now)
    }

    /// Who shows this access token at this instant: its client, as long as that is good itself.
    pub fn holder(&self, access: &Access, now: Timestamp) -> Result<Caller, Denied> {
        let client = self.clients.get(&access.client).ok_or(Denied::Unknown)?;
        let caller = self.opened(client, now)?;
        if access.expires <= now {
            return Err(Denied::Stale {
                token: client.number,
                connection: client.connection,
            });
        }
        Ok(Caller {
            scope: access.scope,
            ..caller
        })
    }

    /// The client of OAuth 2.0 with this id and a secret with this digest. Somebody unknown takes as long
    /// as somebody with a wrong secret.
    pub fn client(&self, id: &str, secret: &TokenDigest, now: Timestamp) -> Result<Client, Denied> {
        let number = self.client_ids.get(id);
        let known = number.and_then(|number| self.clients.get(number));
        let nobody = TokenDigest::from_bytes([0; 32]);
        let is_right = *secret == known.map_or(nobody, |client| client.digest);
        let client = known.ok_or(Denied::UnknownClient)?;
        if !is_right {
            return Err(Denied::WrongSecret {
                token: client.number,
                connection: client.connection,
            });
        }
        Ok(Client {
            caller: self.opened(client, now)?,
            expires: client.expires,
        })
    }

    /// Who comes with a token that the identity provider of this tenant signed.
    pub fn signed(&self, tenant: Uuid, now: Timestamp) -> Result<Caller, Denied> {
        let token = self.signed.get(&tenant).ok_or(Denied::Unknown)?;
        self.opened(token, now)
    }

    fn opened(&self, token: &Token, now: Timestamp) -> Result<Caller, Denied> {
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
        let entrance = self.entrances.get(&connection).ok_or(Denied::Unknown)?;
        Ok(Caller {
            entrance: Arc::clone(entrance),
            token: number,
            scope: token.scope,
        })
    }
}
