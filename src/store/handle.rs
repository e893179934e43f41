//! The store: one writer, many readers.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::connect::{file_of, open, prepare};
use super::error::StoreError;
use super::load::Load;
use super::migrate::{Before, migrate};
use super::pending::Pending;
use super::pragmas::Purpose;
use super::presence::Presence;
use super::readers::{Length, Readers};
use super::replacement::take_back;
use super::session::Role;
use super::view::{Tx, View};
use super::work::{Once, Repeatable};
use super::writer::Writer;
use crate::base::Clock;

/// Longer than a pause of SQLite's waiting after a transaction of a tenth of a second (`sqliteDefaultBusyCallback`).
const GIVEN_WAY: Duration = Duration::from_millis(30);

/// How long a server may go on with what it knew of connections and tokens before it looks again. A command
/// that wrote ends no earlier, so that whoever waited for its end finds every server informed.
pub const NOTICED: Duration = Duration::from_millis(20);

/// The database of one data directory. Cheap to clone: the clones share everything.
#[derive(Debug, Clone)]
pub struct Store(Arc<House>);

#[derive(Debug)]
struct House {
    readers: Readers,
    writer: Writer,
    role: Role,
    _presence: Presence,
}

impl Store {
    /// Opens the database of the data directory `dir`, which is made if it is not there, together
    /// with a file that holds the connection `default`.
    pub fn open(dir: &Path, role: Role) -> Result<Self, StoreError> {
        prepare(dir)?;
        let presence = Presence::shared(dir)?;
        if role == Role::Server {
            take_back(dir)?;
        }
        let file = file_of(dir);
        migrate(
            &mut open(&file, Purpose::WriteAlone)?,
            role,
            Before::Copy(&file),
            Clock::system().now(),
        )?;
        let house = House {
            readers: Readers::open(file.clone())?,
            writer: Writer::new(file, role),
            role,
            _presence: presence,
        };
        if role == Role::Server {
            house.writer.start()?;
        }
        Ok(Self(Arc::new(house)))
    }

    /// Runs `look`, which is short, on one snapshot: whatever is committed meanwhile, it does not see.
    /// Blocks while every reader is busy; [`StoreError::Busy`] when that lasts.
    pub fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.0.readers.read(Length::Short, look)
    }

    /// The same for a look that may take long, with readers that only such looks wait for.
    pub fn read_long<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.0.readers.read(Length::Long, look)
    }

    /// Has `job` carried out by the writer, in a savepoint of its own: an error or a panic undoes
    /// what it wrote, and nothing else. Blocks while the queue is full.
    pub fn write<T, E>(
        &self,
        job: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Pending<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.write(Once::new(job))
    }

    /// The same, but a full queue is [`StoreError::Busy`] at once.
    pub fn try_write<T, E>(
        &self,
        job: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Pending<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.try_write(Once::new(job))
    }

    /// The same for a job that can be carried out again: a group of such jobs needs no savepoints as long
    /// as nobody in it is refused after having written, and is carried out anew when somebody is.
    pub fn try_repeatable<T, E>(
        &self,
        job: impl Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Pending<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.try_write(Repeatable(job))
    }

    /// Carries out what is queued, copies the log into the database and ends the writer. Later
    /// writes are [`StoreError::Stopped`]; reading goes on.
    pub fn close(&self) {
        self.0.close();
    }

    /// Gives way to the server, between two transactions of a command that has many. Whoever waits for the
    /// file asks for it again and again, after ever longer pauses, the first dozen of which are shorter
    /// than this; who goes on at once would be faster each time.
    pub fn step_aside(&self) {
        thread::sleep(GIVEN_WAY);
    }

    /// What the writer has done and has to do.
    pub fn load(&self) -> Load {
        self.0.writer.load()
    }
}

impl House {
    fn close(&self) {
        let wrote = self.writer.close();
        if wrote && self.role == Role::Guest {
            thread::sleep(NOTICED);
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.close();
    }
}
