//! Leave to read and leave to write. Every query is a method of one of them, in the file of its
//! noun.

use std::ops::Deref;

use rusqlite::Connection;

use super::error::StoreError;
use super::session::{Session, Way};

/// Leave to read one snapshot of the database.
#[derive(Debug, Clone, Copy)]
pub struct View<'a>(&'a Session);

/// Leave to write, and to read what this job has written so far.
#[derive(Debug)]
pub struct Tx<'a>(View<'a>);

impl<'a> View<'a> {
    pub(super) const fn new(session: &'a Session) -> Self {
        Self(session)
    }

    pub(super) const fn sql(&self) -> &'a Connection {
        self.0.sql()
    }

    pub(super) const fn session(&self) -> &'a Session {
        self.0
    }
}

impl<'a> Tx<'a> {
    pub(super) const fn new(session: &'a Session) -> Self {
        Self(View::new(session))
    }

    /// Carries out a part of the job that may fail by itself: what it wrote is undone then, and the
    /// rest of the job stands. Where the job can be carried out again, it may be for that.
    pub fn attempt<T, E: From<StoreError>>(
        &self,
        part: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let session = self.session();
        if session.way() != Way::Apart {
            let before = session.sql().total_changes();
            let outcome = part(self);
            if outcome.is_err() && session.sql().total_changes() != before {
                session.set_way(Way::Spoilt);
            }
            return outcome;
        }
        session.run("SAVEPOINT part")?;
        let outcome = part(self);
        if outcome.is_err() {
            session.run("ROLLBACK TO part")?;
            session.forget();
        }
        session.run("RELEASE part")?;
        outcome
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.0
    }
}
