//! Writing a backup: the manifest and the database, as `tar` knows them, in `zstd`, sealed, and if
//! asked encrypted as `age` does it. Each layer can be taken off by the program of its name.

use std::io::{self, Read, Write};

use age::stream::StreamWriter;
use zstd::stream::write::Encoder;

use super::keys::Recipient;
use super::manifest::Manifest;
use super::seal::Sealer;
use super::tar;

/// The names of the two files inside.
pub(super) const MANIFEST: &str = "manifest.json";
pub(in crate::operate) const DATABASE: &str = "appliance.sqlite";
/// How hard to compress: more takes much longer and saves little.
const LEVEL: i32 = 3;
/// Bytes that are packed at once.
const PART: u64 = 1 << 20;

/// Writes `database` with its `manifest` to `out`, and answers `out`; `done` is told the bytes of the
/// database that are packed.
pub(super) fn pack<W: Write>(
    manifest: &Manifest,
    mut database: impl Read,
    recipients: &[Recipient],
    out: W,
    done: &mut dyn FnMut(u64),
) -> io::Result<W> {
    let seconds = manifest.made().map_or(0, |made| made.as_millis() / 1_000);
    let seconds = u64::try_from(seconds).unwrap_or(0);
    let text = serde_json::to_vec_pretty(manifest)?;
    let size = text.len() as u64;

    let mut packed = Encoder::new(Sealer::new(Outer::begin(recipients, out)?), LEVEL)?;
    packed.include_checksum(true)?;
    tar::begin(&mut packed, MANIFEST, size, seconds)?;
    packed.write_all(&text)?;
    tar::end(&mut packed, size)?;
    tar::begin(&mut packed, DATABASE, manifest.bytes, seconds)?;
    let mut written = 0;
    loop {
        let part = io::copy(&mut (&mut database).take(PART), &mut packed)?;
        if part == 0 {
            break;
        }
        written += part;
        done(written);
    }
    if written != manifest.bytes {
        return Err(io::Error::other("the copy changed while it was packed"));
    }
    tar::end(&mut packed, written)?;
    tar::finish(&mut packed)?;
    packed.finish()?.seal()?.finish()
}

/// The outermost layer.
enum Outer<W: Write> {
    Plain(W),
    Encrypted(Box<StreamWriter<W>>),
}

impl<W: Write> Outer<W> {
    fn begin(recipients: &[Recipient], out: W) -> io::Result<Self> {
        if recipients.is_empty() {
            return Ok(Self::Plain(out));
        }
        let encryptor = age::Encryptor::with_recipients(recipients.iter().map(Recipient::as_age))
            .map_err(io::Error::other)?;
        Ok(Self::Encrypted(Box::new(encryptor.wrap_output(out)?)))
    }

    fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Encrypted(out) => out.finish(),
        }
    }
}

impl<W: Write> Write for Outer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Encrypted(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Encrypted(out) => out.flush(),
        }
    }
}
