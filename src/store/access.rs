//! Rows of `access`: what clients of OAuth 2.0 were given in exchange for their secret.

use jiff::SignedDuration;
use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::tokens::{Digest, Scope};
use super::view::{Tx, View};
use crate::base::{Timestamp, TokenDigest};

/// Access tokens that one client can have at a time; a further one takes the place of the oldest.
const MOST: i64 = 1_000;

/// How long one that is over is remembered: whoever still shows it is told from somebody unknown.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// An access token (RFC 6749 §1.4), as far as we know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The SHA-256 of it.
    pub digest: TokenDigest,
    /// The number of the client that it was given to.
    pub client: i64,
    /// What it allows.
    pub scope: Scope,
    /// When it was given.
    pub created: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

impl View<'_> {
    /// The access token with this digest, whether it is over or not. What became of its client is for
    /// the caller to find out.
    pub fn access(&self, digest: &TokenDigest) -> Result<Option<Access>, StoreError> {
        let access = self
            .sql()
            .prepare_cached(
                "SELECT client, scope, created, expires
                 FROM access
                 WHERE digest = ?",
            )?
            .query_row([Digest(*digest)], |row| {
                Ok(Access {
                    digest: *digest,
                    client: row.get(0)?,
                    scope: row.get(1)?,
                    created: Timestamp::from_millis(row.get(2)?),
                    expires: Timestamp::from_millis(row.get(3)?),
                })
            })
            .optional()?;
        Ok(access)
    }
}

impl Tx<'_> {
    /// Keeps an access token, and takes away what has been over for a day and what its client has too
    /// many of. The generation stays: nobody remembers access tokens.
    pub fn insert_access(&self, access: &Access) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "INSERT INTO access (digest, client, scope, created, expires)
                 VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![
                Digest(access.digest),
                access.client,
                access.scope,
                access.created.as_millis(),
                access.expires.as_millis(),
            ])?;
        self.sql()
            .prepare_cached("DELETE FROM access WHERE expires < ?")?
            .execute([access.created.plus(-REMEMBERED).as_millis()])?;
        self.sql()
            .prepare_cached(
                "DELETE FROM access
                 WHERE digest IN (
                   SELECT digest
                   FROM access
                   WHERE client = ?1
                   ORDER BY created DESC
                   LIMIT -1 OFFSET ?2
                 )",
            )?
            .execute([access.client, MOST])?;
        Ok(())
    }
}
