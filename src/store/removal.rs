//! The end of a connection, in steps that each take little time. First nothing finds it any more, then what
//! it holds goes. Its row stays, and says nothing about anybody.

use rusqlite::{OptionalExtension, params};

use super::changes::Change;
use super::error::StoreError;
use super::numbers::{kind_number, kind_of, signed, unsigned};
use super::record::Deed;
use super::resources::id_of;
use super::view::{Tx, View};
use crate::base::Timestamp;
use crate::scim::{Kind, ResourceId};

/// What a change says of somebody who went, and nothing about them.
const NOTHING: &str = "{}";

/// What else a connection has. Its tokens stay, revoked: changes refer to them. As long as there are rows of
/// `population` there is something to do, so they go last.
const REST: [&str; 11] = [
    "DELETE FROM tolerated WHERE connection = ?",
    "DELETE FROM activity WHERE connection = ?",
    "DELETE FROM taken WHERE connection = ?",
    "DELETE FROM guard WHERE connection = ?",
    "DELETE FROM heard WHERE connection = ?",
    "DELETE FROM acceptance WHERE connection = ?",
    "DELETE FROM setting WHERE connection = ?",
    "UPDATE token SET last_address = NULL WHERE connection = ?",
    "DELETE FROM refused WHERE token IN (SELECT number FROM token WHERE connection = ?)",
    // The audit names the people whom a setting protected.
    "UPDATE audit
     SET subject = retired || ': protect=…'
     FROM connection
     WHERE connection.number = ? AND action = 'connection set'
       AND instr(subject, retired || ': protect=') = 1",
    "DELETE FROM population WHERE connection = ?",
];

impl View<'_> {
    /// The number of a connection that was called `name`, in any letter case, whose removal has begun and is
    /// not finished.
    pub fn half_removed(&self, name: &str) -> Result<Option<i64>, StoreError> {
        let number = self
            .sql()
            .prepare_cached(
                "SELECT number
                 FROM connection
                 WHERE retired = ?
                   AND number IN (SELECT connection FROM population)",
            )?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(number)
    }

    /// What the connections were called whose removal has begun and is not finished.
    pub fn names_half_removed(&self) -> Result<Vec<String>, StoreError> {
        self.sql()
            .prepare_cached(
                "SELECT retired
                 FROM connection
                 WHERE retired IS NOT NULL
                   AND number IN (SELECT connection FROM population)
                 ORDER BY number",
            )?
            .query_map([], |row| row.get(0))?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// How many resources of one kind a connection has, counted: half removed, it does not know any more.
    pub fn counted(&self, connection: i64, kind: Kind) -> Result<u64, StoreError> {
        let count = self
            .sql()
            .prepare_cached("SELECT count(*) FROM resource WHERE connection = ? AND kind = ?")?
            .query_row([connection, kind_number(kind)], |row| row.get(0))?;
        unsigned(count)
    }
}

impl Tx<'_> {
    /// Has everything that goes from now on overwritten with zeros in the file.
    pub fn overwrite_what_goes(&self) -> Result<(), StoreError> {
        Ok(self.sql().pragma_update(None, "secure_delete", 1)?)
    }

    /// Retires a connection: nothing finds it any more, and from the next request on its tokens open
    /// nothing.
    pub fn retire_connection(&self, connection: i64, now: Timestamp) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached(
                "DELETE FROM access
                 WHERE client IN (SELECT number FROM token WHERE connection = ?)",
            )?
            .execute([connection])?;
        self.sql()
            .prepare_cached(
                "UPDATE token
                 SET revoked = ?2
                 WHERE connection = ?1 AND revoked IS NULL",
            )?
            .execute(params![connection, now.as_millis()])?;
        self.sql()
            .prepare_cached(
                "UPDATE connection
                 SET retired = name, name = '(' || number || ')', paused = 0
                 WHERE number = ?",
            )?
            .execute([connection])?;
        // Requests that were read before are not carried out any more.
        self.raise_rules_of(connection)
    }

    /// Removes up to `limit` searchable values of a retired connection; how many there were. They go before
    /// those whom they belong to.
    pub fn remove_values(&self, connection: i64, limit: u64) -> Result<u64, StoreError> {
        let removed = self
            .sql()
            .prepare_cached(
                "DELETE FROM attribute
                 WHERE (connection, path, folded, resource, element) IN (
                   SELECT connection, path, folded, resource, element
                   FROM attribute
                   WHERE connection = ?
                   LIMIT ?
                 )",
            )?
            .execute(params![connection, signed(limit)])?;
        Ok(removed as u64)
    }

    /// Removes up to `limit` resources of a retired connection, people before groups so that these are
    /// empty when they go, and records that each is gone; how many there were.
    pub fn remove_resources(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT number, kind, id, version
             FROM resource
             WHERE connection = ?
             ORDER BY kind, number
             LIMIT ?",
        )?;
        let mut rows = statement.query(params![connection, signed(limit)])?;
        let mut doomed = Vec::new();
        while let Some(row) = rows.next()? {
            let version = unsigned(row.get(3)?)?;
            let kind = kind_of(row.get(1)?)?;
            doomed.push((row.get::<_, i64>(0)?, kind, id_of(row, 2)?, version));
        }
        for (number, kind, id, version) in &doomed {
            self.drop_resource(*number)?;
            // Of a derived group this is only what the identity provider saw.
            if *kind == Kind::User || !self.is_derived(id)? {
                self.record_removed(deed, connection, (*kind, *id, *version))?;
            }
        }
        Ok(doomed.len() as u64)
    }

    /// Removes up to `limit` derived groups of a retired connection, which have nobody in them any more, and
    /// records that each is gone; how many there were.
    pub fn remove_derived(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT number, id, version
             FROM derived
             WHERE connection = ?
             LIMIT ?",
        )?;
        let mut rows = statement.query(params![connection, signed(limit)])?;
        let mut groups = Vec::new();
        while let Some(row) = rows.next()? {
            groups.push((row.get(0)?, id_of(row, 1)?, unsigned(row.get(2)?)?));
        }
        for (number, id, version) in &groups {
            self.delete_derived(*number)?;
            self.record_removed(deed, connection, (Kind::Group, *id, *version))?;
        }
        Ok(groups.len() as u64)
    }

    /// Removes everything else that a retired connection has: settings, figures, what was accepted.
    pub fn remove_rest(&self, connection: i64) -> Result<(), StoreError> {
        for statement in REST {
            self.sql()
                .prepare_cached(statement)?
                .execute([connection])?;
        }
        self.note_traces()
    }

    fn record_removed(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        (kind, resource, version): (Kind, ResourceId, u64),
    ) -> Result<(), StoreError> {
        self.append_change(&Change {
            connection,
            kind,
            resource,
            cause: deed.cause.to_owned(),
            at: deed.at,
            token: deed.token,
            request: deed.request.to_owned(),
            version,
            before: Some(NOTHING.to_owned()),
            after: None,
            joined: Vec::new(),
            parted: Vec::new(),
        })?;
        Ok(())
    }
}
