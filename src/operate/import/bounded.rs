//! A sheet on its way to the reader of records: bounded, and counted.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use csv::ByteRecord;

/// The longest row, in bytes: a quote that is never closed must not swallow the memory.
pub(super) const LONGEST: usize = 4 << 20;

/// How far a sheet was read.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// How many bytes may still be read for one row.
    left: Cell<usize>,
    /// How many were read so far.
    read: Cell<u64>,
    /// The last of them.
    last: Cell<u8>,
}

impl Progress {
    /// Lets one more row in.
    pub(super) fn allow(&self) {
        self.left.set(LONGEST);
    }

    /// The line on which a record begins that was just read, to `end`. It is counted from its end,
    /// because blank lines in front of it are passed over.
    pub(super) fn begun(&self, end: &csv::Position, record: &ByteRecord) -> u64 {
        let is_open = end.byte() == self.read.get() && self.last.get() != b'\n';
        let within = record.iter().flatten().filter(|byte| **byte == b'\n');
        let within = within.fold(u64::from(!is_open), |lines, _| lines + 1);
        end.line().saturating_sub(within)
    }
}

/// A reader that gives so many bytes until it is allowed more.
pub(super) struct Bounded<R: Read> {
    pub(super) inner: BufReader<R>,
    pub(super) progress: Rc<Progress>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Progress { left, read, last } = self.progress.as_ref();
        if left.get() == 0 {
            return Err(too_long());
        }
        let room = buffer.len().min(left.get());
        let room = buffer.get_mut(..room).unwrap_or_default();
        let count = self.inner.read(room)?;
        left.set(left.get() - count);
        read.set(read.get() + u64::try_from(count).unwrap_or(u64::MAX));
        if let Some(byte) = room.get(..count).and_then(<[u8]>::last) {
            last.set(*byte);
        }
        Ok(count)
    }
}

/// A row that has no end.
pub(super) fn too_long() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a row has more than {LONGEST} bytes; is there a quote that is never closed?"),
    )
}
