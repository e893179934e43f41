//! The watchdog of the service: systemd starts it anew when it does not hear for `WatchdogSec` that the
//! writer and every worker are alive.
//!
//! A worker proves it by a beat of its own event loop, the writer by carrying out a job. Nobody knocks at
//! the listener for it: when all its room is taken, or the process has no file handle left, a knock is not
//! answered either, and starting anew would only make that worse.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::rt;
use actix_web::web::Data;

use super::app::App;
use super::notice;
use crate::store::StoreError;

/// Tells systemd in time that all is alive, until it is dropped.
#[derive(Debug)]
pub(super) struct Pulse {
    _stop: Sender<()>,
}

/// The beats of the workers, as far as a watchdog wants them.
#[derive(Debug, Clone)]
pub(super) struct Beats(Option<Arc<Heart>>);

#[derive(Debug)]
struct Heart {
    /// How long systemd waits.
    limit: Duration,
    workers: usize,
    began: Instant,
    /// Milliseconds from the beginning to the last beat; a worker that ends takes its own away.
    beats: Mutex<Vec<Weak<AtomicU64>>>,
}

impl Beats {
    /// For so many workers; nothing beats where no watchdog listens (`WATCHDOG_USEC`).
    pub(super) fn of(workers: usize) -> Self {
        Self(sd_notify::watchdog_enabled().map(|limit| {
            Arc::new(Heart {
                limit,
                workers,
                began: Instant::now(),
                beats: Mutex::default(),
            })
        }))
    }

    /// Called by each worker in its own event loop, which beats from then on.
    pub(super) fn begin(&self) {
        let Some(heart) = self.0.clone() else {
            return;
        };
        let beat = Arc::new(AtomicU64::new(heart.now()));
        heart.list().push(Arc::downgrade(&beat));
        rt::spawn(async move {
            loop {
                rt::time::sleep(heart.limit / 8).await;
                beat.store(heart.now(), Ordering::Relaxed);
            }
        });
    }

    /// Starts telling systemd. `status` is what it shows of a service that is well.
    pub(super) fn watch(&self, app: Data<App>, status: String) -> std::io::Result<Option<Pulse>> {
        let Some(heart) = self.0.clone() else {
            return Ok(None);
        };
        let (stop, stopped) = mpsc::channel::<()>();
        thread::Builder::new()
            .name("watchdog".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(heart.limit / 4) == Err(RecvTimeoutError::Timeout) {
                    heart.examine(&app, &status);
                }
            })?;
        Ok(Some(Pulse { _stop: stop }))
    }
}

impl Heart {
    fn examine(&self, app: &App, status: &str) {
        let workers = self.beating();
        if workers < self.workers {
            tracing::error!(alive = workers, of = self.workers, "workers do not answer");
            notice::faltering("Workers do not answer");
            return;
        }
        // Waits as long as it takes: a writer that hangs is not alive. One that refuses is.
        match app.store.write(|_| Ok::<(), StoreError>(())).wait() {
            Ok(()) => notice::alive(status),
            Err(StoreError::Stopped) => notice::faltering("The writer has ended"),
            Err(error) => notice::alive(&format!("The database cannot be written: {error}")),
        }
    }

    /// How many workers have beaten lately.
    fn beating(&self) -> usize {
        let oldest = self
            .now()
            .saturating_sub(u64::try_from(self.limit.as_millis() / 2).unwrap_or(u64::MAX));
        let mut beats = self.list();
        beats.retain(|beat| beat.strong_count() > 0);
        beats
            .iter()
            .filter_map(Weak::upgrade)
            .filter(|beat| beat.load(Ordering::Relaxed) >= oldest)
            .count()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Weak<AtomicU64>>> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_ended_or_hangs_is_missed() {
        let heart = Heart {
            limit: Duration::from_mins(1),
            workers: 2,
            began: Instant::now().checked_sub(Duration::from_mins(2)).unwrap(),
            beats: Mutex::default(),
        };
        let [alive, other] = [(); 2].map(|()| Arc::new(AtomicU64::new(heart.now())));
        heart
            .list()
            .extend([Arc::downgrade(&alive), Arc::downgrade(&other)]);
        assert_eq!(heart.beating(), 2);
        other.store(heart.now() - 31_000, Ordering::Relaxed);
        assert_eq!(heart.beating(), 1);
        drop(alive);
        assert_eq!(heart.beating(), 0);
    }
}
