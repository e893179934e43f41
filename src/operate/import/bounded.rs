//! A sheet on its way to the reader of records: bounded, counted, and watched for a quote that is never
//! closed, which that reader takes for one that the end of the file closes.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use csv::ByteRecord;

/// The longest row, in bytes: a quote that is closed far below must not swallow the memory.
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

/// Where a sheet is between two bytes, as far as its quotes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Before the first byte of a cell: a quote opens it here, and nowhere else.
    Start,
    /// In a cell that no quote opened, or behind the one that closed it.
    Bare,
    /// In a cell that a quote opened.
    Quoted,
    /// Behind a quote in such a cell: it closed the cell, unless another one follows.
    Closed,
}

/// The quotes of a sheet.
#[derive(Debug)]
struct Quotes {
    within: Within,
    /// The line that is being read.
    line: u64,
    /// The line on which the last cell was opened by a quote.
    opened: u64,
}

impl Quotes {
    const fn new() -> Self {
        Self {
            within: Within::Start,
            line: 1,
            opened: 1,
        }
    }

    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.within = match (self.within, byte) {
                (Within::Start, b'"') => {
                    self.opened = self.line;
                    Within::Quoted
                }
                (Within::Quoted, b'"') => Within::Closed,
                (Within::Closed, b'"') | (Within::Quoted, _) => Within::Quoted,
                (_, b',' | b'\n') => Within::Start,
                _ => Within::Bare,
            };
            self.line += u64::from(*byte == b'\n');
        }
    }

    /// The line on which the quote opens that is still open.
    fn open(&self) -> Option<u64> {
        (self.within == Within::Quoted).then_some(self.opened)
    }
}

/// A reader that gives so many bytes until it is allowed more.
pub(super) struct Bounded<R: Read> {
    inner: BufReader<R>,
    progress: Rc<Progress>,
    quotes: Quotes,
}

impl<R: Read> Bounded<R> {
    pub(super) const fn new(inner: BufReader<R>, progress: Rc<Progress>) -> Self {
        Self {
            inner,
            progress,
            quotes: Quotes::new(),
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Progress { left, read, last } = self.progress.as_ref();
        if left.get() == 0 {
            return Err(self.quotes.open().map_or_else(too_long, never_closed));
        }
        let room = buffer.len().min(left.get());
        let room = buffer.get_mut(..room).unwrap_or_default();
        let count = self.inner.read(room)?;
        match self.quotes.open() {
            Some(line) if count == 0 => return Err(never_closed(line)),
            _ => self.quotes.pass(room.get(..count).unwrap_or_default()),
        }
        left.set(left.get() - count);
        read.set(read.get() + u64::try_from(count).unwrap_or(u64::MAX));
        if let Some(byte) = room.get(..count).and_then(<[u8]>::last) {
            last.set(*byte);
        }
        Ok(count)
    }
}

/// What follows a quote that is never closed is no cell, but the rest of the file.
fn never_closed(line: u64) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the quote that opens on line {line} is never closed"),
    )
}

/// A row that has no end.
pub(super) fn too_long() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("a row has more than {LONGEST} bytes"),
    )
}
