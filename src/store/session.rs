//! One connection to the database and what it remembers between two transactions.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rusqlite::Connection;

use super::anchors::Anchors;
use super::error::StoreError;
use super::paths::Paths;
use crate::scim::Kind;

/// What the process is to the data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The one server: migrates the file, writes from the start, keeps the log short.
    Server,
    /// The command line, perhaps beside a server: makes a file where there is none, but never
    /// migrates one that exists, and starts a writer only when it writes.
    Guest,
}

/// A connection with its caches. It belongs to one thread at a time.
#[derive(Debug)]
pub(super) struct Session {
    sql: Connection,
    paths: RefCell<Paths>,
    /// Places in long lists; only for readers, whose snapshots are never rolled back.
    anchors: Option<Arc<Anchors>>,
    way: Cell<Way>,
}

/// How what was written by a part that failed is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By a savepoint of its own.
    Apart,
    /// With everything else in the transaction, which is carried out anew then.
    Together,
    /// The same, and it has come to that.
    Spoilt,
}

impl Session {
    pub(super) fn new(sql: Connection, anchors: Option<Arc<Anchors>>) -> Self {
        Self {
            sql,
            paths: RefCell::default(),
            anchors,
            way: Cell::new(Way::Apart),
        }
    }

    pub(super) const fn way(&self) -> Way {
        self.way.get()
    }

    pub(super) fn set_way(&self, way: Way) {
        self.way.set(way);
    }

    pub(super) const fn sql(&self) -> &Connection {
        &self.sql
    }

    pub(super) const fn sql_mut(&mut self) -> &mut Connection {
        &mut self.sql
    }

    pub(super) fn anchors(&self) -> Option<&Anchors> {
        self.anchors.as_deref()
    }

    /// The number of a path; `None` when no resource ever had it.
    pub(super) fn path(&self, kind: Kind, name: &str) -> Result<Option<i64>, StoreError> {
        self.paths.borrow_mut().find(&self.sql, kind, name)
    }

    /// The number of a path, which is given one now if it has none.
    pub(super) fn intern(&self, kind: Kind, name: &str) -> Result<i64, StoreError> {
        self.paths.borrow_mut().intern(&self.sql, kind, name)
    }

    /// Runs a statement without parameters and results: the frame of a transaction.
    pub(super) fn run(&self, statement: &'static str) -> Result<(), StoreError> {
        self.sql.prepare_cached(statement)?.execute([])?;
        Ok(())
    }

    /// Ends the transaction and forgets what it had added. Nothing to do when SQLite has ended it.
    pub(super) fn roll_back(&self) {
        if !self.sql.is_autocommit()
            && let Err(error) = self.run("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
        self.forget();
    }

    /// Something was rolled back.
    pub(super) fn forget(&self) {
        self.paths.borrow_mut().rolled_back();
    }

    /// The transaction is on disk.
    pub(super) fn committed(&self) {
        self.paths.borrow_mut().committed();
    }
}
