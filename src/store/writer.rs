//! The one writer: a thread that takes every waiting job, carries them out in one transaction, and then
//! answers.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::checkpoint::{Upkeep, checkpoint};
use super::connect::open;
use super::error::StoreError;
use super::group::settle;
use super::load::{Gauges, Load};
use super::pending::Pending;
use super::pragmas::Purpose;
use super::session::{Role, Session};
use super::work::{Asked, Job, Work};
use crate::base::Precedence;

/// Jobs that may wait. Who comes when it is full waits at the door, or is sent away.
const QUEUE: usize = 1_024;
/// Jobs that share one commit at most: more would make the first of them wait for the last.
const GROUP: usize = 256;

enum Message {
    Work(Box<dyn Work>),
    Stop,
}

/// The queue in front of the writer.
#[derive(Debug)]
pub(super) struct Writer {
    file: PathBuf,
    role: Role,
    queue: OnceLock<SyncSender<Message>>,
    thread: Mutex<Thread>,
    gauges: Arc<Gauges>,
}

#[derive(Debug)]
enum Thread {
    NotYet,
    Runs(JoinHandle<()>),
    Closed,
}

impl Writer {
    /// A writer for the database at `file`, which is not running yet.
    pub(super) fn new(file: PathBuf, role: Role) -> Self {
        Self {
            file,
            role,
            queue: OnceLock::new(),
            thread: Mutex::new(Thread::NotYet),
            gauges: Arc::default(),
        }
    }

    /// Starts the thread if it does not run yet.
    pub(super) fn start(&self) -> Result<(), StoreError> {
        self.queue().map(|_| ())
    }

    fn queue(&self) -> Result<&SyncSender<Message>, StoreError> {
        if let Some(queue) = self.queue.get() {
            return Ok(queue);
        }
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        match &*thread {
            Thread::NotYet => {
                let (queue, jobs) = sync_channel(QUEUE);
                *thread = Thread::Runs(spawn(
                    &self.file,
                    self.role,
                    jobs,
                    Arc::clone(&self.gauges),
                )?);
                Ok(self.queue.get_or_init(|| queue))
            }
            Thread::Runs(_) => self.queue.get().ok_or(StoreError::Stopped),
            Thread::Closed => Err(StoreError::Stopped),
        }
    }

    /// Queues a job; waits at the door while the queue is full.
    pub(super) fn write<J, T, E>(&self, job: J) -> Pending<T, E>
    where
        J: Job<T, E> + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.queue_up(job, |queue, message| {
            queue.send(message).map_err(|_| StoreError::Stopped)
        })
    }

    /// Queues a job unless the queue is full, which is [`StoreError::Busy`].
    pub(super) fn try_write<J, T, E>(&self, job: J) -> Pending<T, E>
    where
        J: Job<T, E> + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.queue_up(job, |queue, message| {
            queue.try_send(message).map_err(|refused| match refused {
                TrySendError::Full(_) => StoreError::Busy,
                TrySendError::Disconnected(_) => StoreError::Stopped,
            })
        })
    }

    fn queue_up<J, T, E>(
        &self,
        job: J,
        send: impl FnOnce(&SyncSender<Message>, Message) -> Result<(), StoreError>,
    ) -> Pending<T, E>
    where
        J: Job<T, E> + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(Asked::new(job, reply));
        self.gauges.queued();
        let queued = self
            .queue()
            .and_then(|queue| send(queue, Message::Work(work)));
        match queued {
            Ok(()) => Pending::waiting(answer),
            Err(error) => {
                self.gauges.taken(1);
                Pending::refused(error)
            }
        }
    }

    /// Carries out what is queued and ends the thread; whether there was one. Later jobs are
    /// [`StoreError::Stopped`].
    pub(super) fn close(&self) -> bool {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let Thread::Runs(handle) = std::mem::replace(&mut *thread, Thread::Closed) else {
            return false;
        };
        drop(thread);
        if let Some(queue) = self.queue.get() {
            // Refused means that the thread has ended already.
            let _ = queue.send(Message::Stop);
        }
        if handle.join().is_err() {
            tracing::error!("the writer panicked");
        }
        true
    }

    /// What it has done and has to do.
    pub(super) fn load(&self) -> Load {
        self.gauges.load()
    }
}

fn spawn(
    file: &Path,
    role: Role,
    jobs: Receiver<Message>,
    gauges: Arc<Gauges>,
) -> Result<JoinHandle<()>, StoreError> {
    let purpose = match role {
        Role::Server => Purpose::Write,
        Role::Guest => Purpose::WriteAlone,
    };
    let mut session = Session::new(open(file, purpose)?, None);
    let upkeep = match role {
        Role::Server => Some(Upkeep::start(file, session.sql_mut())?),
        Role::Guest => None,
    };
    thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            // Not a command's: while it has the file, the server waits for it.
            if role == Role::Server {
                Precedence::Behind.take();
            }
            work_off(&session, &jobs, &gauges, upkeep);
        })
        .map_err(|cause| StoreError::io(file, cause))
}

fn work_off(
    session: &Session,
    jobs: &Receiver<Message>,
    gauges: &Gauges,
    mut upkeep: Option<Upkeep>,
) {
    let mut stop = false;
    while !stop && let Ok(first) = jobs.recv() {
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Work(work) => group.push(work),
                Message::Stop => stop = true,
            }
            next = (!stop && group.len() < GROUP)
                .then(|| jobs.try_recv().ok())
                .flatten();
        }
        gauges.taken(group.len());
        if !group.is_empty() {
            settle(session, group, gauges);
        }
        if let Some(upkeep) = &mut upkeep {
            upkeep.after_group(session.sql());
        }
    }
    // A guest leaves the log to the server, or to SQLite at its last closing. To empty it, everybody else
    // is kept from writing until the last reader has gone, and Litestream reads all the time: commands
    // beside it made the server answer 503 for five seconds.
    let Some(upkeep) = upkeep else {
        return;
    };
    drop(upkeep);
    if let Err(error) = checkpoint(session.sql(), "TRUNCATE") {
        tracing::warn!(%error, "the log could not be emptied; the next start will do it");
    }
}
