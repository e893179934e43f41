//! The readers, half of them for looks that take long. A reader cannot write: not by type, and not by pragma.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use scheduled_thread_pool::ScheduledThreadPool;

use super::anchors::Anchors;
use super::connect::open;
use super::error::StoreError;
use super::pragmas::Purpose;
use super::session::Session;
use super::view::View;

/// How long a look waits for a free reader. Who waits longer is told so.
const PATIENCE: Duration = Duration::from_secs(5);

/// Readers of one file.
#[derive(Debug)]
pub(super) struct Readers {
    short: r2d2::Pool<Maker>,
    long: r2d2::Pool<Maker>,
}

/// How long a look takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// As long as a few looks into an index.
    Short,
    /// As long as there is much to look at. However many want such a look at once, whoever wants a short one
    /// waits for none of them.
    Long,
}

/// Makes readers for a pool.
#[derive(Debug, Clone)]
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
        // One thread opens readers for both pools; by itself each would have three.
        let opener = ScheduledThreadPool::builder()
            .num_threads(1)
            .thread_name_pattern("readers")
            .build();
        let opener = Arc::new(opener);
        Ok(Self {
            short: pool(maker.clone(), 1, &opener)?,
            long: pool(maker, 0, &opener)?,
        })
    }

    /// Runs `look` in one snapshot.
    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        length: Length,
        look: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let pool = match length {
            Length::Short => &self.short,
            Length::Long => &self.long,
        };
        let session = pool.get().map_err(|_| StoreError::Busy)?;
        let snapshot = Snapshot::begin(&session)?;
        let answer = look(&View::new(&session));
        snapshot.end()?;
        answer
    }
}

/// As many readers as there are processors, but two to four; so many of them at once.
fn pool(
    maker: Maker,
    now: u32,
    opener: &Arc<ScheduledThreadPool>,
) -> Result<r2d2::Pool<Maker>, StoreError> {
    let most = available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
    r2d2::Pool::builder()
        .max_size(u32::try_from(most).unwrap_or(2))
        .min_idle(Some(now))
        .thread_pool(Arc::clone(opener))
        .test_on_check_out(false)
        .connection_timeout(PATIENCE)
        .build(maker)
        .map_err(|_| StoreError::Busy)
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::store::handle::Store;
    use crate::store::session::Role;

    #[test]
    fn whoever_looks_for_long_keeps_nobody_waiting_who_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Role::Server).unwrap();
        let (began, beginning) = mpsc::channel();
        let (done, end) = mpsc::channel::<()>();
        let end = std::sync::Mutex::new(end);
        thread::scope(|scope| {
            for _ in 0..32 {
                let (store, began, end) = (&store, began.clone(), &end);
                scope.spawn(move || {
                    store.read_long(|_| {
                        began.send(()).unwrap();
                        // Nobody sends: it lasts until the sender is dropped.
                        end.lock().unwrap().recv().unwrap_err();
                        Ok::<_, StoreError>(())
                    })
                });
            }
            beginning.recv().unwrap();
            beginning.recv().unwrap();
            let change = store.read(|view| view.last_change());
            drop(done);
            assert_eq!(change.unwrap(), 0);
        });
    }
}
