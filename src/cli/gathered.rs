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
/// Bytes that may wait. Who reads stderr may have stopped for good, and those who log are answering
/// requests: a line that finds no room is lost, and counted.
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
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    /// How many lines found no room behind these.
    lost: u64,
    ends: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has been gathered, in exchange for an empty place, and how many lines are missing behind it;
    /// `None` at the end.
    fn next(&self, empty: &mut Vec<u8>) -> Option<u64> {
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
        let lost = std::mem::take(&mut state.lost);
        (!empty.is_empty()).then_some(lost)
    }
}

impl Gathered {
    /// Begins to write to `behind` what is gathered. `miss` is told how many lines found no room, when there
    /// is some again, and may log that.
    pub(super) fn before(
        behind: impl Write + Send + 'static,
        miss: impl Fn(u64) + Send + 'static,
    ) -> io::Result<(Self, Rest)> {
        let gathered = Self::default();
        let shared = Arc::clone(&gathered.0);
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                Precedence::Behind.take();
                pass_on(&shared, behind, miss);
            })?;
        let rest = Rest {
            shared: Arc::clone(&gathered.0),
            thread: Some(thread),
        };
        Ok((gathered, rest))
    }
}

fn pass_on(shared: &Shared, mut behind: impl Write, miss: impl Fn(u64)) {
    let mut lines = Vec::new();
    while let Some(lost) = shared.next(&mut lines) {
        // Before these are written, which may take long: it is said where the lines are missing.
        if lost > 0 {
            miss(lost);
        }
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
        if state.lines.len() >= ROOM {
            state.lost += 1;
            return Ok(line.len());
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
    use std::sync::mpsc;

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

    /// Stalls before each write until it is told to go on, or nobody is there to tell it.
    struct Stalls(Kept, mpsc::Receiver<()>);

    impl Write for Stalls {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.1.recv();
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_are_written_together_and_in_their_order() {
        let kept = Kept::default();
        let (gathered, rest) = Gathered::before(kept.clone(), |_| {}).unwrap();
        for line in ["one\n", "two\n", "three\n"] {
            (&gathered).write_all(line.as_bytes()).unwrap();
        }
        drop(rest);
        let kept = kept.0.lock().unwrap();
        assert_eq!(kept.concat(), b"one\ntwo\nthree\n");
        assert!(kept.len() < 3, "{}", kept.len());
    }

    #[test]
    fn nobody_waits_for_a_reader_that_stalls_and_what_is_lost_is_said_in_its_place() {
        let kept = Kept::default();
        let (go_on, stalled) = mpsc::channel();
        let behind = Stalls(kept.clone(), stalled);
        let (told, missed) = mpsc::channel();
        let (gathered, rest) =
            Gathered::before(behind, move |lost| told.send(lost).unwrap()).unwrap();
        // One is being written, and does not come through; the next four fill the room.
        let line = vec![b'x'; ROOM / 4];
        (&gathered).write_all(b"first\n").unwrap();
        while !gathered.0.state().lines.is_empty() {
            thread::sleep(Duration::from_millis(1));
        }
        for _ in 0..7 {
            (&gathered).write_all(&line).unwrap();
        }
        go_on.send(()).unwrap();
        assert_eq!(missed.recv_timeout(Duration::from_secs(10)).unwrap(), 3);
        (&gathered).write_all(b"there is room again\n").unwrap();
        drop(go_on);
        drop(rest);
        let kept = kept.0.lock().unwrap();
        let whole = [b"first\n", &line.repeat(4)[..], b"there is room again\n"].concat();
        assert!(kept.concat() == whole, "{}", kept.concat().len());
        assert!(missed.try_recv().is_err(), "nothing else was lost");
    }
}
