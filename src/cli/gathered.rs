//! A writer that gathers lines and writes some of them at once.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

/// How long lines are gathered.
const GATHER: Duration = Duration::from_millis(20);
/// Bytes that are written at once at most, but for a longer line.
const ROOM: usize = 32 << 10;

/// Gathers what is written to it, and rests after each flush. The thread behind a non-blocking log asks
/// for a flush when its queue is empty; while it rests here nobody has to wake it, which costs a request
/// more than the line itself.
#[derive(Debug)]
pub(super) struct Gathered<W> {
    behind: W,
    lines: Vec<u8>,
}

impl<W: Write> Gathered<W> {
    pub(super) const fn before(behind: W) -> Self {
        Self {
            behind,
            lines: Vec::new(),
        }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let outcome = self.behind.write_all(&self.lines);
        // What could not be written is not worth a second try: the next lines would wait behind it.
        self.lines.clear();
        outcome
    }
}

impl<W: Write> Write for Gathered<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.len() + line.len() > ROOM {
            self.pass_on()?;
        }
        self.lines.extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on()?;
        self.behind.flush()?;
        thread::sleep(GATHER);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts how often it is written to.
    #[derive(Default)]
    struct Counted(Vec<Vec<u8>>);

    impl Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_are_written_together_and_none_is_lost() {
        let mut lines = Gathered::before(Counted::default());
        for line in [&b"one\n"[..], b"two\n", b"three\n"] {
            lines.write_all(line).unwrap();
        }
        assert!(lines.behind.0.is_empty());
        lines.flush().unwrap();
        assert_eq!(lines.behind.0, [b"one\ntwo\nthree\n"]);
        let long = vec![b'x'; ROOM];
        lines.write_all(b"four\n").unwrap();
        lines.write_all(&long).unwrap();
        lines.flush().unwrap();
        assert_eq!(lines.behind.0[1..], [b"four\n".to_vec(), long]);
    }
}
