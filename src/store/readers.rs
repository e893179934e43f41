//! The pool of readers. A reader cannot write: not by type, and not by pragma.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use super::anchors::Anchors;
use super::connect::open;
use super::error::StoreError;
use super::pragmas::Purpose;
use super::session::Session;
use super::view::View;

/// How long a read waits for a free reader. Reads are short; who waits longer is told so.
const PATIENCE: Duration = Duration::from_secs(5);

/// Readers of one file.
#[derive(Debug)]
pub(super) struct Readers(r2d2::Pool<Maker>);

/// Makes readers for the pool.
#[derive(Debug)]
struct Maker {
    file: PathBuf,
    anchors: Arc<Anchors>,
}

impl r2d2::ManageConnection for Maker {
    type Connection = Session;
    type Error = StoreError;

    fn connect(&self) -> Result<Session, StoreError> {
        let sql = open(&self.file, Purpose::Read)?;
        Ok(Session::new(sql, Some(Arc::clone(&self.anchors))))
    }

    fn is_valid(&self, _: &mut Session) -> Result<(), StoreError> {
        Ok(())
    }

    /// A reader that comes back inside a transaction would answer from an old snapshot for ever.
    fn has_broken(&self, session: &mut Session) -> bool {
        !session.sql().is_autocommit()
    }
}

impl Readers {
    /// Readers of the database at `file`; one is opened now, the others when they are needed.
    pub(super) fn open(file: PathBuf) -> Result<Self, StoreError> {
        let maker = Maker {
            file,
            anchors: Arc::default(),
        };
        let most = available_parallelism().map_or(4, |cores| cores.get() * 2);
        let pool = r2d2::Pool::builder()
            .max_size(u32::try_from(most.clamp(4, 8)).unwrap_or(4))
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(PATIENCE)
            .build(maker)
            .map_err(|_| StoreError::Busy)?;
        Ok(Self(pool))
    }

    /// Runs `look` in one snapshot.
    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let session = self.0.get().map_err(|_| StoreError::Busy)?;
        let snapshot = Snapshot::begin(&session)?;
        let answer = look(&View::new(&session));
        snapshot.end()?;
        answer
    }
}

/// A read transaction, ended even when the reader panics.
struct Snapshot<'a>(&'a Session);

impl<'a> Snapshot<'a> {
    fn begin(session: &'a Session) -> Result<Self, StoreError> {
        session.run("BEGIN")?;
        Ok(Self(session))
    }

    fn end(self) -> Result<(), StoreError> {
        self.0.run("COMMIT")
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if !self.0.sql().is_autocommit() {
            self.0.roll_back();
        }
    }
}
