//! Keeping the log short: a thread that copies what was committed into the database, while readers
//! and the writer go on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connect::{Purpose, open};
use super::error::StoreError;

/// Pages in the log after which it is copied: 4 MiB.
const COPY: u32 = 1_000;
/// Pages in the log after which the writer waits for readers, so that it can begin anew: 32 MiB.
const RESTART: u32 = 8_000;
/// How long the writer waits for readers at most, and how long it lets them be after that.
const PATIENCE: Duration = Duration::from_millis(250);
const PAUSE: Duration = Duration::from_secs(2);

/// The writer's side of it.
#[derive(Debug)]
pub(super) struct Upkeep {
    /// Pages in the log, as of the last commit.
    pages: Arc<AtomicU32>,
    /// Pages in the log when the thread was last woken.
    asked: u32,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    restarted: Option<Instant>,
}

impl Upkeep {
    /// Starts the thread, and has the writer's connection count the pages.
    pub(super) fn start(file: &Path, writer: &mut Connection) -> Result<Self, StoreError> {
        let pages = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&pages);
        writer.wal_hook(Some(
            move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
                counted.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
                Ok(())
            },
        ))?;
        let sql = open(file, Purpose::Checkpoint)?;
        // One wake-up may wait while a copy is under way; more would say nothing new.
        let (wake, woken) = sync_channel(1);
        let thread = thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || {
                while woken.recv().is_ok() {
                    if let Err(error) = checkpoint(&sql, "PASSIVE") {
                        tracing::warn!(%error, "the log could not be copied; later again");
                    }
                }
            })
            .map_err(|cause| StoreError::io(file, cause))?;
        Ok(Self {
            pages,
            asked: 0,
            wake: Some(wake),
            thread: Some(thread),
            restarted: None,
        })
    }

    /// Called between two groups: wakes the thread when enough has come together, and has the
    /// writer itself begin a new log when the present one has grown too long behind slow readers.
    pub(super) fn after_group(&mut self, writer: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.asked {
            self.asked = 0; // a new log has begun
        }
        if pages >= RESTART && self.restarted.is_none_or(|at| at.elapsed() >= PAUSE) {
            self.restarted = Some(Instant::now());
            if let Err(error) = restart(writer) {
                tracing::warn!(%error, pages, "the log could not be begun anew; later again");
            }
        } else if pages >= self.asked.saturating_add(COPY) {
            self.asked = pages;
            if let Some(wake) = &self.wake {
                // Full means that it is awake.
                let _ = wake.try_send(());
            }
        }
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

/// Waits a moment until nobody reads from the log, so that the next commit begins it anew.
fn restart(writer: &Connection) -> Result<(), StoreError> {
    let usual = Duration::from_secs(5);
    writer.busy_timeout(PATIENCE)?;
    let done = checkpoint(writer, "RESTART");
    writer.busy_timeout(usual)?;
    done
}

/// Copies the log into the database. Not finishing it because of readers is no error.
pub(super) fn checkpoint(sql: &Connection, mode: &'static str) -> Result<(), StoreError> {
    let statement = match mode {
        "TRUNCATE" => "PRAGMA wal_checkpoint(TRUNCATE)",
        "RESTART" => "PRAGMA wal_checkpoint(RESTART)",
        _ => "PRAGMA wal_checkpoint(PASSIVE)",
    };
    sql.prepare_cached(statement)?
        .query_row([], |_| Ok(()))
        .map_err(StoreError::from)
}
