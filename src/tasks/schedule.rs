//! Runs each task on its interval, until the server stops.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Something to be done now and then.
pub struct Task {
    /// Its name in the log.
    pub name: &'static str,
    /// How long to wait between two runs.
    pub every: Duration,
    /// What to do. A failure is logged, and the task is tried again at its next time.
    pub run: Box<dyn FnMut() -> Result<(), Box<dyn std::error::Error>> + Send>,
}

/// The thread that runs the tasks; dropping it stops them.
pub struct Schedule {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Schedule {
    /// Starts running `tasks`, each for the first time after its interval.
    pub fn start(tasks: Vec<Task>) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let thread = thread::Builder::new().name("tasks".into()).spawn(move || {
            let now = Instant::now();
            let mut tasks: Vec<(Instant, Task)> = tasks
                .into_iter()
                .map(|task| (now + task.every, task))
                .collect();
            while let Some(next) = tasks.iter().map(|(at, _)| *at).min() {
                let wait = next.saturating_duration_since(Instant::now());
                match stopped.recv_timeout(wait) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
                let now = Instant::now();
                for (at, task) in &mut tasks {
                    if *at <= now {
                        run(task);
                        *at = Instant::now() + task.every;
                    }
                }
            }
        })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// A task that panics must not end the others: what is kept for a time only would be kept for ever.
fn run(task: &mut Task) {
    match catch_unwind(AssertUnwindSafe(|| (task.run)())) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(task = task.name, error = &*error, "a task failed"),
        Err(_) => tracing::error!(task = task.name, "a task panicked; it is tried again"),
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the tasks panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, mpsc};

    #[test]
    fn a_task_runs_until_the_schedule_is_dropped_even_if_it_fails() {
        let runs = Arc::new(AtomicU32::new(0));
        let (told, heard) = mpsc::channel();
        let counter = Arc::clone(&runs);
        let schedule = Schedule::start(vec![Task {
            name: "test",
            every: Duration::from_millis(1),
            run: Box::new(move || {
                if counter.fetch_add(1, Ordering::Relaxed) == 2 {
                    told.send(())?;
                }
                Err("always".into())
            }),
        }])
        .unwrap();
        heard.recv_timeout(Duration::from_secs(10)).unwrap();
        drop(schedule);
        let after = runs.load(Ordering::Relaxed);
        thread::sleep(Duration::from_millis(5));
        assert_eq!(runs.load(Ordering::Relaxed), after);
    }

    #[test]
    fn a_task_that_panics_is_tried_again_and_ends_no_other() {
        let (told, heard) = mpsc::channel();
        let task = |name: &'static str, panics: bool| {
            let told = told.clone();
            Task {
                name,
                every: Duration::from_millis(1),
                run: Box::new(move || {
                    told.send(name)?;
                    assert!(!panics, "this is only a test");
                    Ok(())
                }),
            }
        };
        let tasks = vec![task("falls", true), task("stands", false)];
        let _schedule = Schedule::start(tasks).unwrap();
        let mut runs = Vec::new();
        while ["falls", "stands"]
            .iter()
            .any(|name| runs.iter().filter(|run| *run == name).count() < 3)
        {
            runs.push(heard.recv_timeout(Duration::from_secs(10)).unwrap());
        }
    }
}
