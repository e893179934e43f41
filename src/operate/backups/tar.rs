//! The two files inside a backup, as `tar` knows them, so that they can be taken out without us. What
//! is read must be written as we write it, to the byte: there are no links, no paths, no surprises.

use std::io::{self, Read, Write};

/// The unit of the form.
const BLOCK: usize = 512;
/// The largest size that eleven octal digits can say; a larger one is written in binary.
const OCTAL: u64 = 0o777_7777_7777;

/// Begins a file of `size` bytes.
pub(super) fn begin(out: &mut impl Write, name: &str, size: u64, seconds: u64) -> io::Result<()> {
    out.write_all(&header(name, size, seconds))
}

/// Fills up the last block of a file of `size` bytes.
pub(super) fn end(out: &mut impl Write, size: u64) -> io::Result<()> {
    out.write_all(&vec![0; filling(size)])
}

/// Writes that no more files come.
pub(super) fn finish(out: &mut impl Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

/// Reads the head of the file `name`; its size.
pub(super) fn expect(input: &mut impl Read, name: &str) -> io::Result<u64> {
    let mut found = [0; BLOCK];
    input.read_exact(&mut found)?;
    let size = found.get(124..136).and_then(number);
    let seconds = found.get(136..148).and_then(number);
    match (size, seconds) {
        (Some(size), Some(seconds)) if header(name, size, seconds) == found => Ok(size),
        _ => Err(foreign()),
    }
}

/// Reads what fills up a file of `size` bytes.
pub(super) fn expect_end(input: &mut impl Read, size: u64) -> io::Result<()> {
    zeros(input, filling(size))
}

/// Reads that no more files come, and that nothing else comes either.
pub(super) fn expect_finish(input: &mut impl Read) -> io::Result<()> {
    zeros(input, 2 * BLOCK)?;
    if input.read(&mut [0])? == 0 {
        Ok(())
    } else {
        Err(foreign())
    }
}

fn zeros(input: &mut impl Read, count: usize) -> io::Result<()> {
    let mut found = vec![1; count];
    input.read_exact(&mut found)?;
    if found.iter().all(|byte| *byte == 0) {
        Ok(())
    } else {
        Err(foreign())
    }
}

fn foreign() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it is not laid out as we write it",
    )
}

/// Bytes that are missing to a whole block.
fn filling(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    (BLOCK - over) % BLOCK
}

/// The head of an ordinary file, in the form that POSIX calls `ustar`.
fn header(name: &str, size: u64, seconds: u64) -> [u8; BLOCK] {
    let fields = |sum: &str| {
        let mut head = Vec::with_capacity(BLOCK);
        let mut field = |bytes: &[u8], width: usize| {
            let end = head.len() + width;
            head.extend(bytes.iter().take(width));
            head.resize(end, 0);
        };
        field(name.as_bytes(), 100);
        field(b"0000600", 8);
        field(b"0000000", 8); // nobody in particular owns it
        field(b"0000000", 8);
        field(&number_field(size), 12);
        field(&number_field(seconds), 12);
        field(sum.as_bytes(), 8);
        field(b"0", 1); // an ordinary file
        field(b"", 100);
        field(b"ustar", 6);
        field(b"00", 2);
        field(b"", BLOCK - 265);
        head
    };
    // The sum is taken with blanks in its own place.
    let sum: u32 = fields("        ").iter().map(|byte| u32::from(*byte)).sum();
    let head = fields(&format!("{sum:06o}\0 "));
    <[u8; BLOCK]>::try_from(head).unwrap_or([0; BLOCK])
}

fn number_field(number: u64) -> Vec<u8> {
    if number <= OCTAL {
        return format!("{number:011o}").into_bytes();
    }
    let mut bytes = vec![0x80, 0, 0, 0];
    bytes.extend(number.to_be_bytes());
    bytes
}

fn number(field: &[u8]) -> Option<u64> {
    if let Some(binary) = field.strip_prefix(&[0x80, 0, 0, 0]) {
        return Some(u64::from_be_bytes(binary.try_into().ok()?));
    }
    let text = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(text.trim_end_matches('\0'), 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_what_was_written() {
        for size in [0, 1, 511, 512, 513, OCTAL, OCTAL + 1, u64::MAX] {
            let head = header("appliance.sqlite", size, 1_780_000_000);
            assert_eq!(
                expect(&mut head.as_slice(), "appliance.sqlite").unwrap(),
                size
            );
            assert!(expect(&mut head.as_slice(), "manifest.json").is_err());
            for at in 0..BLOCK {
                let mut flipped = head;
                flipped[at] ^= 1;
                assert!(
                    expect(&mut flipped.as_slice(), "appliance.sqlite").is_err(),
                    "byte {at}"
                );
            }
        }
    }
}
