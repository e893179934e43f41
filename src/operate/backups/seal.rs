//! The last bytes of a backup: a SHA-256 over everything before them, so that no bit of it can change
//! unnoticed, those that its inner formats ignore included. They have the form of a frame that
//! `zstd -d` skips.

use std::io::{self, Read, Write};

use aws_lc_rs::digest::{Context, SHA256};

/// The head of a skippable frame of 40 bytes (RFC 8878 §3.1.2), and whose it is.
const HEAD: [u8; 16] = *b"\x5e\x2a\x4d\x18\x28\x00\x00\x00APPLSEAL";
/// Bytes of the whole seal.
const LENGTH: usize = HEAD.len() + 32;
/// Bytes that are read at once.
const READ: usize = 1 << 16;

/// A writer that seals what went through it.
pub(super) struct Sealer<W> {
    out: W,
    hash: Context,
}

impl<W: Write> Sealer<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            hash: Context::new(&SHA256),
        }
    }

    /// Writes the seal; nothing may come after it.
    pub(super) fn seal(mut self) -> io::Result<W> {
        self.out.write_all(&HEAD)?;
        self.out.write_all(self.hash.finish().as_ref())?;
        Ok(self.out)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A reader of what was sealed, without the seal. Its end is an error unless the seal is whole.
pub(super) struct Sealed<R> {
    inner: R,
    hash: Context,
    /// Read and not yet handed on: at least the seal, as far as is known.
    held: Vec<u8>,
    /// How much of that was handed on.
    given: usize,
}

impl<R: Read> Sealed<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Context::new(&SHA256),
            held: Vec::new(),
            given: 0,
        }
    }

    /// Reads more; whether there was more.
    fn refill(&mut self) -> io::Result<bool> {
        self.held.drain(..self.given);
        self.given = 0;
        let mut limited = (&mut self.inner).take(READ as u64);
        Ok(limited.read_to_end(&mut self.held)? > 0)
    }

    /// What is held is the seal, and nothing else.
    fn check(&self) -> io::Result<()> {
        let digest = self.hash.clone().finish();
        let rest = self.held.get(self.given..).unwrap_or_default();
        let said = rest.strip_prefix(HEAD.as_slice());
        if said == Some(digest.as_ref()) {
            return Ok(());
        }
        let complaint = if said.is_some() {
            "its checksum is wrong"
        } else {
            "its end is missing"
        };
        Err(io::Error::new(io::ErrorKind::InvalidData, complaint))
    }
}

impl<R: Read> Read for Sealed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let free = self.held.len().saturating_sub(self.given + LENGTH);
            let part = self.held.get(self.given..self.given + free);
            let mut part = part.unwrap_or_default();
            if !part.is_empty() {
                let count = part.read(out)?;
                let end = self.given + count;
                self.hash
                    .update(self.held.get(self.given..end).unwrap_or_default());
                self.given = end;
                return Ok(count);
            }
            if !self.refill()? {
                self.check()?;
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(text: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new());
        sealer.write_all(text).unwrap();
        sealer.seal().unwrap()
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        Sealed::new(bytes).read_to_end(&mut text).map(|_| text)
    }

    #[test]
    fn what_was_sealed_is_read_and_nothing_else() {
        for length in [0, 1, 47, 48, 49, READ - 1, READ, READ + 1, 3 * READ] {
            let text = vec![7_u8; length];
            let bytes = sealed(&text);
            assert_eq!(read(&bytes).unwrap(), text);
            assert!(read(&bytes[..bytes.len() - 1]).is_err());
            assert!(read(&[bytes.as_slice(), b"!"].concat()).is_err());
            assert!(read(&bytes[1..]).is_err());
        }
        let bytes = sealed(b"people");
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1;
            assert!(read(&flipped).is_err(), "byte {at}");
        }
        assert!(read(b"").is_err());
    }
}
