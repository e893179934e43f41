//! The generations of what the operator controls.

use rusqlite::OptionalExtension;

use super::error::StoreError;
use super::numbers::unsigned;
use super::view::{Tx, View};

impl View<'_> {
    /// Grows with every change to a connection, a setting, a token or a schema: while it stands
    /// still, what was remembered of them holds.
    pub fn generation(&self) -> Result<u64, StoreError> {
        let generation = self
            .sql()
            .prepare_cached("SELECT generation FROM control WHERE one = 1")?
            .query_row([], |row| row.get(0))?;
        unsigned(generation)
    }

    /// Grows with every change to what resources of this connection may hold: to a schema, or to one of
    /// its settings; 0 when there is no such connection any more. A request that was read by other rules
    /// than those in force when it is carried out must be read again.
    pub fn rules(&self, connection: i64) -> Result<u64, StoreError> {
        let rules = self
            .sql()
            .prepare_cached(
                "SELECT control.rules + connection.rules
                 FROM control, connection
                 WHERE control.one = 1 AND connection.number = ?",
            )?
            .query_row([connection], |row| row.get(0))
            .optional()?;
        rules.map_or(Ok(0), unsigned)
    }

    /// A secret of this file's own: whatever is sealed with it was sealed here.
    pub fn secret(&self) -> Result<[u8; 32], StoreError> {
        let secret = self
            .sql()
            .prepare_cached("SELECT secret FROM control WHERE one = 1")?
            .query_row([], |row| row.get(0))?;
        Ok(secret)
    }
}

impl Tx<'_> {
    /// Writes, so that nothing is changed by it: whether anything can be written at all. There and back,
    /// because SQLite leaves alone what an update finds as it would be.
    pub fn prove_writable(&self) -> Result<(), StoreError> {
        for step in [1, -1] {
            self.sql()
                .prepare_cached("UPDATE control SET generation = generation + ? WHERE one = 1")?
                .execute([step])?;
        }
        Ok(())
    }

    /// Called by every change of what the operator controls.
    pub(super) fn raise_generation(&self) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("UPDATE control SET generation = generation + 1 WHERE one = 1")?
            .execute([])?;
        Ok(())
    }

    /// Called by every change of what the resources of one connection may hold; requests of others go
    /// on undisturbed.
    pub(super) fn raise_rules_of(&self, connection: i64) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("UPDATE connection SET rules = rules + 1 WHERE number = ?")?
            .execute([connection])?;
        self.raise_generation()
    }

    /// Called by every change of what resources may hold, which is a change of what the operator
    /// controls too.
    pub(super) fn raise_rules(&self) -> Result<(), StoreError> {
        self.sql()
            .prepare_cached("UPDATE control SET rules = rules + 1 WHERE one = 1")?
            .execute([])?;
        self.raise_generation()
    }
}
