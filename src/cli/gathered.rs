//! Log lines on their way to stderr: gathered by whoever logs, written by a thread, some at a time.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use crate::base::Precedence;

/// How long lines are gathered. While the thread rests nobody has to wake it, which costs a request more
/// than the line itself.
const GATHER: Duration = Duration::from_millis(20);
/// Bytes that may wait. A line that is lost would be one that an operator looks for, so that whoever
/// finds no room waits for it.
const ROOM: usize = 2 << 20;

/// Where lines are gathered. A line is a copy of its bytes under a lock: a queue of lines, each in memory
/// of its own that another thread gives back, took a twentieth of a match query.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathered(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// There are lines, or the end has come.
    begun: Condvar,
    /// There is room again.
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    ends: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been gathered, in exchange for an empty place; `None` at the end.
    fn next(&self, empty: &mut Vec<u8>) -> Option<()> {
        let mut state = self.state();
        while state.lines.is_empty() && !state.ends {
            state = self
                .begun
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if !state.ends {
            drop(state);
            thread::sleep(GATHER);
            state = self.state();
        }
        std::mem::swap(&mut state.lines, empty);
        self.emptied.notify_all();
        (!empty.is_empty()).then_some(())
    }
}

impl Gathered {
    /// Begins to write to `behind` what is gathered.
    pub(super) fn before(behind: impl Write + Send + 'static) -> io::Result<(Self, Rest)> {
        let gathered = Self::default();
        let shared = Arc::clone(&gathered.0);
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                Precedence::Behind.take();
                pass_on(&shared, behind);
            })?;
        let rest = Rest {
            shared: Arc::clone(&gathered.0),
            thread: Some(thread),
        };
        Ok((gathered, rest))
    }
}

fn pass_on(shared: &Shared, mut behind: impl Write) {
    let mut lines = Vec::new();
    while shared.next(&mut lines).is_some() {
        // What could not be written is not worth a second try: the next lines would wait behind it, and
        // there is nowhere to say so.
        let _ = behind.write_all(&lines).and_then(|()| behind.flush());
        lines.clear();
    }
}

/// Writes what is left when it is dropped.
#[derive(Debug)]
pub(super) struct Rest {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Rest {
    fn drop(&mut self) {
        self.shared.state().ends = true;
        self.shared.begun.notify_all();
        if let Some(thread) = self.thread.take() {
            // It panics only where its stderr does, and then nothing can be said there.
            let _ = thread.join();
        }
    }
}

impl Write for &Gathered {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let shared = &self.0;
        let mut state = shared.state();
        while state.lines.len() >= ROOM && !state.ends {
            state = shared
                .emptied
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let is_first = state.lines.is_empty();
        state.lines.extend_from_slice(line);
        drop(state);
        if is_first {
            shared.begun.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Gathered {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what each write brought.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<Vec<u8>>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_are_written_together_and_in_their_order() {
        let kept = Kept::default();
        let (gathered, rest) = Gathered::before(kept.clone()).unwrap();
        for line in ["one\n", "two\n", "three\n"] {
            (&gathered).write_all(line.as_bytes()).unwrap();
        }
        drop(rest);
        let kept = kept.0.lock().unwrap();
        assert_eq!(kept.concat(), b"one\ntwo\nthree\n");
        assert!(kept.len() < 3, "{}", kept.len());
    }

    #[test]
    fn whoever_finds_no_room_waits_and_no_line_is_lost() {
        let kept = Kept::default();
        let (gathered, rest) = Gathered::before(kept.clone()).unwrap();
        let line = vec![b'x'; ROOM / 4];
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        (&gathered).write_all(&line).unwrap();
                    }
                });
            }
        });
        drop(rest);
        let kept = kept.0.lock().unwrap();
        assert_eq!(kept.iter().map(Vec::len).sum::<usize>(), 15 * line.len());
        assert!(kept.iter().all(|lines| lines.len() < ROOM + 3 * line.len()));
    }
}
