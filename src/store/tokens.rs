//! Rows of `token`.

use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, ToSql, params};

use super::error::StoreError;
use super::token_kind::TokenKind;
use super::view::{Tx, View};
use crate::base::{Timestamp, TokenDigest};

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything an identity provider does.
    Provision,
    /// Reading.
    Read,
}

impl Scope {
    /// The word for it, in the database and at the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Read => "read",
        }
    }
}

impl ToSql for Scope {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.as_str()))
    }
}

impl FromSql for Scope {
    /// The columns admit these two words only.
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(|word| {
            if word == Self::Provision.as_str() {
                Self::Provision
            } else {
                Self::Read
            }
        })
    }
}

/// A token, as far as we know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What other rows, and the operator, call it.
    pub number: i64,
    /// The connection that it opens.
    pub connection: i64,
    /// What the operator called it.
    pub name: String,
    /// What is shown in its name.
    pub kind: TokenKind,
    /// The SHA-256 of the token, or of the secret of a client.
    pub digest: TokenDigest,
    /// What it allows.
    pub scope: Scope,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends; `None`: never.
    pub expires: Option<Timestamp>,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// About when it was last used.
    pub last_used: Option<Timestamp>,
    /// From where.
    pub last_address: Option<String>,
    /// The number of the token that takes its place.
    pub successor: Option<i64>,
    /// Until when it is good beside its successor, unless that one is used before.
    pub overlap_ends: Option<Timestamp>,
}

/// A token to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// The connection that it opens.
    pub connection: i64,
    /// What the operator calls it.
    pub name: String,
    /// What is shown in its name.
    pub kind: TokenKind,
    /// The SHA-256 of the token, or of the secret of a client.
    pub digest: TokenDigest,
    /// What it allows.
    pub scope: Scope,
    /// When it is made.
    pub created: Timestamp,
    /// When it ends; `None`: never.
    pub expires: Option<Timestamp>,
}

/// The one form in which a token reaches the database.
pub(super) struct Digest(pub(super) TokenDigest);

impl ToSql for Digest {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_bytes().as_slice()))
    }
}

impl FromSql for Digest {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(|bytes| Self(TokenDigest::from_bytes(bytes)))
    }
}

const COLUMNS: &str = "number, connection, name, digest, scope, created, expires, revoked, \
                       last_used, last_address, successor, overlap_ends, kind, client";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Token> {
    let instant = |millis: Option<i64>| millis.map(Timestamp::from_millis);
    let kind: String = row.get(12)?;
    Ok(Token {
        number: row.get(0)?,
        connection: row.get(1)?,
        name: row.get(2)?,
        kind: TokenKind::from_columns(&kind, row.get(13)?),
        digest: row.get::<_, Digest>(3)?.0,
        scope: row.get(4)?,
        created: Timestamp::from_millis(row.get(5)?),
        expires: instant(row.get(6)?),
        revoked: instant(row.get(7)?),
        last_used: instant(row.get(8)?),
        last_address: row.get(9)?,
        successor: row.get(10)?,
        overlap_ends: instant(row.get(11)?),
    })
}

impl View<'_> {
    /// Every token, revoked and expired ones too, in the order in which they were made.
    pub fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        self.sql()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM token ORDER BY number"))?
            .query_map([], from_row)?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// The tokens of one connection.
    pub fn tokens_of(&self, connection: i64) -> Result<Vec<Token>, StoreError> {
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM token WHERE connection = ? ORDER BY number"
            ))?
            .query_map([connection], from_row)?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// The tokens whose place this one takes.
    pub fn tokens_replaced_by(&self, successor: i64) -> Result<Vec<Token>, StoreError> {
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM token WHERE successor = ? ORDER BY number"
            ))?
            .query_map([successor], from_row)?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// The token with this number.
    pub fn token(&self, number: i64) -> Result<Option<Token>, StoreError> {
        let token = self
            .sql()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM token WHERE number = ?"))?
            .query_row([number], from_row)
            .optional()?;
        Ok(token)
    }

    /// The token with this digest, whatever its state: whether it still opens is for the caller to
    /// say.
    pub fn token_by_digest(&self, digest: &TokenDigest) -> Result<Option<Token>, StoreError> {
        let token = self
            .sql()
            .prepare_cached(&format!("SELECT {COLUMNS} FROM token WHERE digest = ?"))?
            .query_row([Digest(*digest)], from_row)
            .optional()?;
        Ok(token)
    }
}

impl Tx<'_> {
    /// Keeps a token.
    pub fn insert_token(&self, token: &NewToken) -> Result<Token, StoreError> {
        let number = self
            .sql()
            .prepare_cached(
                "INSERT INTO token (connection, name, digest, scope, created, expires, kind, client)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .insert(params![
                token.connection,
                token.name,
                Digest(token.digest),
                token.scope,
                token.created.as_millis(),
                token.expires.map(Timestamp::as_millis),
                token.kind.name(),
                token.kind.client(),
            ])?;
        self.raise_generation()?;
        Ok(Token {
            number,
            connection: token.connection,
            name: token.name.clone(),
            kind: token.kind.clone(),
            digest: token.digest,
            scope: token.scope,
            created: token.created,
            expires: token.expires,
            revoked: None,
            last_used: None,
            last_address: None,
            successor: None,
            overlap_ends: None,
        })
    }

    /// Puts `successor` in the place of a token, which stays good beside it until `until`.
    pub fn replace_token(
        &self,
        number: i64,
        successor: i64,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "UPDATE token
                 SET successor = ?2, overlap_ends = ?3
                 WHERE number = ?1",
            )?
            .execute(params![number, successor, until.as_millis()])?;
        self.raise_generation()
    }

    /// Lets the tokens that are still good beside `successor` be good for themselves again; how many
    /// there were.
    pub fn reinstate_tokens(&self, successor: i64, now: Timestamp) -> Result<usize, StoreError> {
        let reinstated = self
            .sql()
            .prepare_cached(
                "UPDATE token
                 SET successor = NULL, overlap_ends = NULL
                 WHERE successor = ?1 AND revoked IS NULL AND overlap_ends > ?2",
            )?
            .execute(params![successor, now.as_millis()])?;
        if reinstated > 0 {
            self.raise_generation()?;
        }
        Ok(reinstated)
    }

    /// Revokes a token; `false` when there is none with this number, or it was revoked before.
    pub fn revoke_token(&self, number: i64, now: Timestamp) -> Result<bool, StoreError> {
        let changed = self
            .sql()
            .prepare_cached(
                "UPDATE token
                 SET revoked = ?2
                 WHERE number = ?1 AND revoked IS NULL",
            )?
            .execute(params![number, now.as_millis()])?;
        if changed > 0 {
            self.raise_generation()?;
        }
        Ok(changed > 0)
    }

    /// Notes when and from where a token was last used. The generation stays: nothing that anybody
    /// remembers of a token changes by its being used.
    pub fn touch_token(&self, number: i64, at: Timestamp, address: &str) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "UPDATE token
                 SET last_used = ?2, last_address = ?3
                 WHERE number = ?1
                   AND connection IN (SELECT number FROM connection WHERE retired IS NULL)",
            )?
            .execute(params![number, at.as_millis(), address])?;
        Ok(())
    }
}
