//! Rows of `connection` and `setting`. Those that were removed are found nowhere here: see `removal`.

use rusqlite::{OptionalExtension, Row, params};

use super::error::StoreError;
use super::migrate;
use super::view::{Tx, View};
use crate::base::{Policy, PolicyFlaw, Profile, Timestamp};

/// One identity provider's entrance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// What other rows call it.
    pub number: i64,
    /// What the operator calls it; unique in any letter case.
    pub name: String,
    /// The profile that gives its settings their defaults.
    pub profile: String,
    /// Whether every request is answered 503 until it is resumed.
    pub paused: bool,
    /// When it was made.
    pub created: Timestamp,
}

const COLUMNS: &str = "number, name, profile, paused, created";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        number: row.get(0)?,
        name: row.get(1)?,
        profile: row.get(2)?,
        paused: row.get(3)?,
        created: Timestamp::from_millis(row.get(4)?),
    })
}

impl View<'_> {
    /// Every connection, in the order in which they were made.
    pub fn connections(&self) -> Result<Vec<Connection>, StoreError> {
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM connection
                 WHERE retired IS NULL
                 ORDER BY number"
            ))?
            .query_map([], from_row)?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// The connection with this number.
    pub fn connection(&self, number: i64) -> Result<Option<Connection>, StoreError> {
        let connection = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM connection
                 WHERE number = ? AND retired IS NULL"
            ))?
            .query_row([number], from_row)
            .optional()?;
        Ok(connection)
    }

    /// The connection with this name, in any letter case.
    pub fn connection_by_name(&self, name: &str) -> Result<Option<Connection>, StoreError> {
        let connection = self
            .sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM connection
                 WHERE name = ? AND retired IS NULL"
            ))?
            .query_row([name], from_row)
            .optional()?;
        Ok(connection)
    }

    /// What every connection is called, or was called before it was removed: the change record knows them
    /// by their numbers.
    pub fn connection_names(&self) -> Result<Vec<(i64, String)>, StoreError> {
        self.sql()
            .prepare_cached(
                "SELECT number, coalesce(retired, name)
                 FROM connection
                 ORDER BY number",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }

    /// The settings of a connection in force, and those among the stored ones that this version does not
    /// understand: they were written by a newer one, and have no effect.
    pub fn policy(&self, connection: &Connection) -> Result<(Policy, Vec<PolicyFlaw>), StoreError> {
        let profile = Profile::named(&connection.profile).map_err(|flaw| {
            StoreError::corrupt(format!("connection `{}`: {flaw}", connection.name))
        })?;
        Ok(profile.policy(&self.settings(connection.number)?))
    }

    /// What the operator set on a connection: keys and values, in the order of the keys.
    pub fn settings(&self, connection: i64) -> Result<Vec<(String, String)>, StoreError> {
        self.sql()
            .prepare_cached(
                "SELECT key, value
                 FROM setting
                 WHERE connection = ?
                 ORDER BY key",
            )?
            .query_map([connection], |row| Ok((row.get(0)?, row.get(1)?)))?
            .map(|row| row.map_err(StoreError::from))
            .collect()
    }
}

impl Tx<'_> {
    /// Makes a connection. Its name must be free: look first.
    pub fn insert_connection(
        &self,
        name: &str,
        profile: &str,
        now: Timestamp,
    ) -> Result<Connection, StoreError> {
        let number = migrate::insert_connection(self.sql(), name, profile, now)?;
        self.raise_generation()?;
        Ok(Connection {
            number,
            name: name.to_owned(),
            profile: profile.to_owned(),
            paused: false,
            created: now,
        })
    }

    /// Gives a connection another profile. What is stored stays as it is.
    pub fn set_profile(&self, connection: i64, profile: &str) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("UPDATE connection SET profile = ?2 WHERE number = ?1")?
            .execute(params![connection, profile])?;
        self.raise_rules_of(connection)
    }

    /// Pauses or resumes a connection; whether that changed anything.
    pub fn set_paused(&self, connection: i64, paused: bool) -> Result<bool, StoreError> {
        let changed = self
            .sql()
            .prepare_cached(
                "UPDATE connection
                 SET paused = ?2
                 WHERE number = ?1 AND paused <> ?2",
            )?
            .execute(params![connection, paused])?;
        if changed > 0 {
            self.raise_generation()?;
        }
        Ok(changed > 0)
    }

    /// Sets a setting of a connection, or with `None` puts it back to its default. A request that was
    /// read by the old one is not carried out any more.
    pub fn put_setting(
        &self,
        connection: i64,
        key: &str,
        value: Option<&str>,
    ) -> Result<(), StoreError> {
        match value {
            Some(value) => self
                .sql()
                .prepare_cached(
                    "INSERT INTO setting (connection, key, value)
                     VALUES (?, ?, ?)
                     ON CONFLICT DO UPDATE SET value = excluded.value",
                )?
                .execute(params![connection, key, value])?,
            None => self
                .sql()
                .prepare_cached("DELETE FROM setting WHERE connection = ? AND key = ?")?
                .execute(params![connection, key])?,
        };
        self.raise_rules_of(connection)
    }
}
