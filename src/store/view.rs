//! Leave to read and leave to write. Every query is a method of one of them, in the file of its
//! noun.

use std::ops::Deref;

use rusqlite::Connection;

use super::session::Session;

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
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.0
    }
}
