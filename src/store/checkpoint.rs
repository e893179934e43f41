//! Keeping the log short: a thread that copies what was committed into the database, while readers
//! and the writer go on.

use std::ffi::c_int;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::connect::open;
use super::error::StoreError;
use super::pragmas::Purpose;
use crate::base::Precedence;

/// Pages in the log after which it is copied: 16 MiB. A page that was written often is copied once.
const COPY: u32 = 4_000;
/// Pages in the log after which the writer begins it anew as soon as that is cheap: 24 MiB.
const RESTART: u32 = 6_000;
/// Pages in the log after which it does so whatever it costs: 48 MiB.
const AT_ONCE: u32 = 12_000;
/// Pages that the writer may copy itself without being missed for long.
const LITTLE: u32 = 1_000;
/// How long the writer waits for readers at most, and how long it lets them be after that.
const PATIENCE: Duration = Duration::from_millis(250);
const PAUSE: Duration = Duration::from_secs(2);

/// The writer's side of it.
#[derive(Debug)]
pub(super) struct Upkeep {
    log: Arc<Log>,
    /// Pages in the log when the thread was last woken.
    asked: u32,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// When the writer last waited for readers in vain.
    in_vain: Option<Instant>,
}

/// What writer and thread know of the log.
#[derive(Debug, Default)]
struct Log {
    /// Pages in it, as of the last commit.
    pages: AtomicU32,
    /// Pages of it that were copied, as of the last copy.
    copied: AtomicU32,
    /// Held while copying: SQLite lets only one do it and does not wait for the other.
    copying: Mutex<()>,
}

impl Log {
    fn copy(&self, sql: &Connection, mode: &'static str) -> Result<Copied, StoreError> {
        let _alone = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
        let copied = checkpoint(sql, mode)?;
        self.copied.store(copied.pages, Ordering::Relaxed);
        Ok(copied)
    }
}

impl Upkeep {
    /// Starts the thread, and has the writer's connection count the pages.
    pub(super) fn start(file: &Path, writer: &mut Connection) -> Result<Self, StoreError> {
        let log = Arc::new(Log::default());
        let counted = Arc::clone(&log);
        writer.wal_hook(Some(move |_: &mut Wal, pages: c_int| {
            let pages = u32::try_from(pages).unwrap_or(0);
            counted.pages.store(pages, Ordering::Relaxed);
            Ok(())
        }))?;
        let sql = open(file, Purpose::Checkpoint)?;
        // One wake-up may wait while a copy is under way; more would say nothing new.
        let (wake, woken) = sync_channel(1);
        let copied = Arc::clone(&log);
        let thread = thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || {
                Precedence::Aside.take();
                while woken.recv().is_ok() {
                    if let Err(error) = copied.copy(&sql, "PASSIVE") {
                        tracing::warn!(%error, "the log could not be copied; later again");
                    }
                }
            })
            .map_err(|cause| StoreError::io(file, cause))?;
        Ok(Self {
            log,
            asked: 0,
            wake: Some(wake),
            thread: Some(thread),
            in_vain: None,
        })
    }

    /// Called between two groups: wakes the thread when enough has come together, and has the
    /// writer itself begin a new log when the present one is long and mostly copied. While it is
    /// written to all the time, nobody else finds the moment for that.
    pub(super) fn after_group(&mut self, writer: &Connection) {
        let pages = self.log.pages.load(Ordering::Relaxed);
        if pages < self.asked {
            // A new log has begun.
            self.asked = 0;
            self.log.copied.store(0, Ordering::Relaxed);
        }
        if pages >= self.asked.saturating_add(COPY) {
            self.asked = pages;
            if let Some(wake) = &self.wake {
                // Full means that it is awake.
                let _ = wake.try_send(());
            }
        }
        let left = pages.saturating_sub(self.log.copied.load(Ordering::Relaxed));
        let cheap = pages >= RESTART && left <= LITTLE;
        if (cheap || pages >= AT_ONCE) && self.in_vain.is_none_or(|at| at.elapsed() >= PAUSE) {
            self.in_vain = match self.restart(writer) {
                Ok(true) => None,
                Ok(false) => Some(Instant::now()),
                Err(error) => {
                    tracing::warn!(%error, pages, "the log could not be begun anew; later again");
                    Some(Instant::now())
                }
            };
        }
    }

    /// Copies the rest and waits a moment until nobody reads from the log, so that the next commit
    /// begins it anew; whether that was so.
    fn restart(&self, writer: &Connection) -> Result<bool, StoreError> {
        writer.busy_timeout(PATIENCE)?;
        let copied = self.log.copy(writer, "RESTART");
        writer.busy_timeout(super::pragmas::PATIENCE)?;
        Ok(copied?.whole)
    }
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

/// What a copy has done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copied {
    /// Whether it did all that was asked.
    whole: bool,
    /// Pages of the log that are in the database now.
    pages: u32,
}

/// Copies the log into the database. Not finishing it because of readers is no error.
pub(super) fn checkpoint(sql: &Connection, mode: &'static str) -> Result<Copied, StoreError> {
    let statement = match mode {
        "TRUNCATE" => "PRAGMA wal_checkpoint(TRUNCATE)",
        "RESTART" => "PRAGMA wal_checkpoint(RESTART)",
        _ => "PRAGMA wal_checkpoint(PASSIVE)",
    };
    sql.prepare_cached(statement)?
        .query_row([], |row| {
            Ok(Copied {
                whole: row.get::<_, i64>(0)? == 0,
                pages: u32::try_from(row.get::<_, i64>(2)?).unwrap_or(0),
            })
        })
        .map_err(StoreError::from)
}
