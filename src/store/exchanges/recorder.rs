//! The queue in front of the file: whoever has an exchange to keep goes on at once, whether there is room
//! for it or not.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::file;
use super::key::Keys;
use super::message::{Gauges, Message};
use super::thread::{Scribe, start};
use crate::base::{Retention, Timestamp};
use crate::scim::mask::Subject;
use crate::store::error::StoreError;

use super::exchange::Exchange;

/// Exchanges that may wait.
const QUEUE: usize = 4_096;
/// Bytes that they may hold together.
const MOST_BYTES: usize = 16 << 20;

/// What is lost first when not everything can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Somebody looked, and was answered: kept while at most half of the room is taken.
    Look,
    /// Something was asked to change, or failed.
    Deed,
}

/// Room for one exchange. Whoever asked for it need not use it.
#[derive(Debug)]
pub struct Room<'a> {
    recorder: &'a Recorder,
    at: Timestamp,
    bytes: usize,
}

impl Room<'_> {
    /// Keeps what `make` makes, which is run later, on the recording thread. Whether it could be handed
    /// over; if not, that is counted.
    pub fn keep(self, make: impl FnOnce() -> (Exchange, Vec<Subject>) + Send + 'static) -> bool {
        let Recorder { queue, gauges, .. } = self.recorder;
        gauges.waiting.fetch_add(1, Ordering::Relaxed);
        gauges.bytes.fetch_add(self.bytes, Ordering::Relaxed);
        let message = Message::Keep(Box::new(make), self.bytes);
        if queue.try_send(message).is_ok() {
            return true;
        }
        gauges.waiting.fetch_sub(1, Ordering::Relaxed);
        gauges.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        gauges.lose(self.at, 1);
        false
    }
}

/// What recording has done and has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recording {
    /// Exchanges that wait for their turn.
    pub waiting: usize,
    /// Exchanges that were kept since the start.
    pub kept: u64,
    /// Exchanges that were lost since the start.
    pub lost: u64,
}

/// Keeps exchanges. Nothing here ever waits, but for [`Self::prune`] and [`Self::close`].
#[derive(Debug)]
pub struct Recorder {
    queue: SyncSender<Message>,
    gauges: Arc<Gauges>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Recorder {
    /// Starts recording in the data directory `dir`.
    pub fn start(dir: &Path, keys: Keys, keep: Retention) -> Result<Self, StoreError> {
        let sql = file::to_write(dir)?;
        let (queue, messages) = sync_channel(QUEUE);
        let gauges = Arc::<Gauges>::default();
        let scribe = Scribe {
            sql,
            keys,
            keep,
            gauges: Arc::clone(&gauges),
        };
        let thread = start(scribe, messages).map_err(|cause| StoreError::io(dir, cause))?;
        Ok(Self {
            queue,
            gauges,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Room for an exchange that was received `at` and holds `bytes` while it waits. `None` when it is
    /// lost, which is counted.
    pub fn room(&self, at: Timestamp, worth: Worth, bytes: usize) -> Option<Room<'_>> {
        let gauges = &self.gauges;
        let share = match worth {
            Worth::Look => 2,
            Worth::Deed => 1,
        };
        // Two may slip in at once: the limits are no walls.
        let is_there = gauges.waiting.load(Ordering::Relaxed) < QUEUE / share
            && gauges.bytes.load(Ordering::Relaxed) + bytes < MOST_BYTES / share;
        if !is_there {
            gauges.lose(at, 1);
            return None;
        }
        Some(Room {
            recorder: self,
            at,
            bytes,
        })
    }

    /// Takes away what is older or more than is kept, and waits for it. Answers how many exchanges went.
    pub fn prune(&self, now: Timestamp) -> Result<u64, StoreError> {
        let (reply, answer) = sync_channel(1);
        self.queue
            .send(Message::Prune(now, reply))
            .map_err(|_| StoreError::Stopped)?;
        answer.recv().map_err(|_| StoreError::Stopped)?
    }

    /// What recording has done and has to do.
    pub fn load(&self) -> Recording {
        let gauges = &self.gauges;
        Recording {
            waiting: gauges.waiting.load(Ordering::Relaxed),
            kept: gauges.kept.load(Ordering::Relaxed),
            lost: gauges.lost.load(Ordering::Relaxed),
        }
    }

    /// Keeps what waits and ends recording. Later offers are lost.
    pub fn close(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(handle) = thread.take() else {
            return;
        };
        drop(thread);
        self.gauges.closing.store(true, Ordering::Relaxed);
        // Refused means that the thread has ended already.
        let _ = self.queue.send(Message::Stop);
        if handle.join().is_err() {
            tracing::error!("the recording thread panicked");
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.close();
    }
}
