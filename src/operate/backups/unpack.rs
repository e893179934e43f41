//! Reading a backup. Nothing in it is believed before it was checked, and nothing of it takes more
//! room than was said and is there.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};

use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use zstd::stream::read::Decoder;

use super::error::Flaw;
use super::keys::Identities;
use super::manifest::{FORM, Manifest, PRODUCT};
use super::pack::{DATABASE, MANIFEST};
use super::seal::Sealed;
use super::tar;

/// How an encrypted backup begins, and one that is not.
pub(super) const AGE: &[u8] = b"age-encryption.org/v1\n";
pub(super) const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// Memory that unpacking takes at most, as a power of two: 8 MiB, four times what packing asks for.
const WINDOW: u32 = 23;
/// Bytes of a manifest at most.
const LONGEST: u64 = 1 << 16;
/// Bytes that are unpacked at once.
const PART: usize = 1 << 18;

type Layers = Decoder<'static, BufReader<Sealed<Box<dyn Read>>>>;

/// A backup that is being read.
pub(super) struct Unpacking {
    /// What it says of itself; true only once all of it was read.
    pub(super) manifest: Manifest,
    layers: Layers,
}

impl Unpacking {
    /// Opens a backup and reads its manifest.
    pub(super) fn begin(file: File, identities: &Identities) -> Result<Self, Flaw> {
        let mut layers =
            Decoder::with_buffer(BufReader::new(Sealed::new(outer(file, identities)?)))?
                .single_frame();
        layers.window_log_max(WINDOW)?;
        let size = tar::expect(&mut layers, MANIFEST)?;
        if size > LONGEST {
            return Err(Flaw::Damaged(format!("its manifest has {size} bytes")));
        }
        let mut text = Vec::new();
        (&mut layers).take(size).read_to_end(&mut text)?;
        tar::expect_end(&mut layers, size)?;
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|error| Flaw::Damaged(format!("its manifest cannot be read: {error}")))?;
        if manifest.product != PRODUCT {
            return Err(Flaw::Foreign);
        }
        if manifest.form > FORM {
            return Err(Flaw::Newer(manifest.form));
        }
        if tar::expect(&mut layers, DATABASE)? != manifest.bytes {
            return Err(Flaw::Damaged(
                "manifest and database disagree on the size".to_owned(),
            ));
        }
        Ok(Self { manifest, layers })
    }

    /// Reads everything that is left, into `out`; `done` is told the bytes so far. What went into
    /// `out` is what was backed up only if this succeeds.
    pub(super) fn finish(
        mut self,
        out: &mut dyn Write,
        done: &mut dyn FnMut(u64),
    ) -> Result<Manifest, Flaw> {
        let size = self.manifest.bytes;
        let mut hash = Context::new(&SHA256);
        let mut part = vec![0; PART];
        let mut read = 0;
        while read < size {
            let mut rest = (&mut self.layers).take(size - read);
            let count = rest.read(&mut part)?;
            let bytes = part.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Err(Flaw::Damaged("it ends too early".to_owned()));
            }
            hash.update(bytes);
            out.write_all(bytes).map_err(Flaw::Io)?;
            read += bytes.len() as u64;
            done(read);
        }
        tar::expect_end(&mut self.layers, size)?;
        tar::expect_finish(&mut self.layers)?;
        // The seal is behind the frame, and nothing is behind the seal.
        if self.layers.finish().read(&mut [0])? != 0 {
            return Err(Flaw::Damaged("something is behind its end".to_owned()));
        }
        if HEXLOWER.encode(hash.finish().as_ref()) != self.manifest.sha256 {
            return Err(Flaw::Damaged(
                "the database is not the one that its manifest describes".to_owned(),
            ));
        }
        Ok(self.manifest)
    }
}

/// Takes the encryption off, if there is one.
fn outer(file: File, identities: &Identities) -> Result<Box<dyn Read>, Flaw> {
    let mut file = BufReader::with_capacity(PART, file);
    let begin = file.fill_buf()?;
    if begin.starts_with(ZSTD) {
        return Ok(Box::new(file));
    }
    if begin.is_empty() {
        return Err(Flaw::Damaged("it is empty".to_owned()));
    }
    if !begin.starts_with(AGE) {
        return Err(Flaw::Foreign);
    }
    if identities.is_empty() {
        return Err(Flaw::Encrypted);
    }
    let decryptor = age::Decryptor::new_buffered(file).map_err(undecipherable)?;
    let opened = decryptor
        .decrypt(identities.each())
        .map_err(undecipherable)?;
    Ok(Box::new(opened))
}

/// `age` has a word for each fault, some of several lines; one line is enough here.
fn undecipherable(error: age::DecryptError) -> Flaw {
    match error {
        age::DecryptError::NoMatchingKeys => Flaw::WrongKey,
        age::DecryptError::Io(error) => error.into(),
        age::DecryptError::UnknownFormat => Flaw::Damaged("its encryption is unknown".to_owned()),
        _ => Flaw::Damaged("its encryption is broken".to_owned()),
    }
}
