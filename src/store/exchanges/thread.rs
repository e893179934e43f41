//! The thread that masks and writes, some exchanges at a time, and rests when it has had its share of
//! the processor.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};
use rusqlite::Connection;

use super::allowance::{Allowance, Usage};
use super::key::Keys;
use super::message::{Gauges, Make, Message};
use super::prune::{prune, shrink};
use super::rows::{Offered, insert, insert_loss};
use crate::base::{Precedence, Retention, Timestamp};
use crate::store::error::StoreError;

/// How long exchanges are gathered before they are written together. It also spares requests the
/// waking of this thread: the first one does it for all that follow.
const GATHER: Duration = Duration::from_millis(20);
/// Exchanges that are written in one transaction.
const GROUP: usize = 256;
/// The longest rest before looking again whether there is something left.
const REST: Duration = Duration::from_millis(50);

/// Who writes: what the thread owns.
pub(super) struct Scribe {
    pub(super) sql: Connection,
    pub(super) keys: Keys,
    pub(super) keep: Retention,
    pub(super) gauges: Arc<Gauges>,
}

/// Starts the thread.
pub(super) fn start(scribe: Scribe, messages: Receiver<Message>) -> io::Result<JoinHandle<()>> {
    thread::Builder::new()
        .name("exchanges".to_owned())
        .spawn(move || {
            Precedence::Aside.take();
            scribe.work_off(&messages);
        })
}

impl Scribe {
    fn work_off(&self, messages: &Receiver<Message>) {
        let begun = Instant::now();
        let mut allowance = Allowance::new(usage(begun));
        let mut counted = 0;
        let mut stop = false;
        while !stop && let Ok(first) = messages.recv() {
            if !self.is_closing() && matches!(first, Message::Keep(..)) {
                thread::sleep(GATHER);
            }
            let mut group = Vec::new();
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Keep(make, bytes) => group.push((make, bytes)),
                    Message::Prune(now, reply) => {
                        self.settle(std::mem::take(&mut group), &mut counted);
                        // Whoever asked may have gone.
                        let _ = reply.send(prune(&self.sql, self.keep, now));
                    }
                    Message::Stop => stop = true,
                }
                next = (!stop && group.len() < GROUP)
                    .then(|| messages.try_recv().ok())
                    .flatten();
            }
            self.settle(group, &mut counted);
            let mut rest = allowance.settle(usage(begun));
            while !rest.is_zero() && !self.is_closing() {
                thread::sleep(rest.min(REST));
                rest = allowance.settle(usage(begun));
            }
        }
        if let Err(error) = self
            .sql
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        {
            tracing::warn!(%error, "the log of the exchanges could not be emptied");
        }
    }

    fn is_closing(&self) -> bool {
        self.gauges.closing.load(Ordering::Relaxed)
    }

    /// Masks and writes a group; what cannot be written is counted as lost. `counted` is how many losses
    /// are in the file.
    fn settle(&self, group: Vec<(Make, usize)>, counted: &mut u64) {
        let mut offered: Vec<Offered> = Vec::with_capacity(group.len());
        for (make, bytes) in group {
            // A fault in here must not end recording, nor anything else.
            if let Ok(exchange) = catch_unwind(AssertUnwindSafe(make)) {
                offered.push(exchange);
            } else {
                tracing::error!("an exchange could not be masked, and is not kept");
            }
            self.gauges.waiting.fetch_sub(1, Ordering::Relaxed);
            self.gauges.bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        match self.write(&offered, counted) {
            Ok(()) => {
                self.gauges
                    .kept
                    .fetch_add(offered.len() as u64, Ordering::Relaxed);
            }
            Err(error) => {
                if !self.sql.is_autocommit() {
                    let _ = self.sql.execute_batch("ROLLBACK");
                }
                tracing::warn!(%error, size = offered.len(), "exchanges could not be kept");
                if let Some((exchange, _)) = offered.last() {
                    self.gauges.lose(exchange.at, offered.len() as u64);
                }
            }
        }
    }

    fn write(&self, offered: &[Offered], counted: &mut u64) -> Result<(), StoreError> {
        let missing = self.gauges.lost.load(Ordering::Relaxed);
        if offered.is_empty() && missing == *counted {
            return Ok(());
        }
        self.sql.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for one in offered {
            insert(&self.sql, &self.keys, one)?;
        }
        if missing > *counted {
            let until = self.gauges.lost_last.load(Ordering::Relaxed);
            let from = match self.gauges.lost_first.swap(0, Ordering::Relaxed) {
                0 => until,
                from => from,
            };
            let [from, until] = [from, until].map(Timestamp::from_millis);
            insert_loss(&self.sql, from, until, missing - *counted)?;
        }
        self.sql.prepare_cached("COMMIT")?.execute([])?;
        *counted = missing;
        // What was written is kept all the same.
        if let Err(error) = shrink(&self.sql, self.keep) {
            tracing::warn!(%error, "old exchanges could not be taken away; later again");
        }
        Ok(())
    }
}

/// What was used so far. Where the system does not tell, only the clock counts.
fn usage(begun: Instant) -> Usage {
    let processor = |clock| clock_gettime(clock).map_or(Duration::ZERO, Duration::from);
    Usage {
        passed: begun.elapsed(),
        process: processor(ClockId::CLOCK_PROCESS_CPUTIME_ID),
        own: processor(ClockId::CLOCK_THREAD_CPUTIME_ID),
    }
}
