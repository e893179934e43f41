//! Whom a backup is encrypted for, and who can open it. The form is that of `age`: the key that opens
//! it need never be on this machine.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::error::BackupError;

/// Bytes of a file of recipients at most.
const LONGEST: u64 = 1 << 20;
/// How a key begins that opens backups.
const SECRET: &str = "AGE-SECRET-KEY-";

/// Somebody who will be able to open a backup.
pub struct Recipient(Box<dyn age::Recipient + Send + Sync>);

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient")
    }
}

impl Recipient {
    /// Reads `age1…`, or the name of a file with one to a line; blank lines and `#` comments are
    /// skipped. Who slips may give the key that opens backups instead, so no complaint repeats a line.
    pub fn read(text: &str) -> Result<Vec<Self>, BackupError> {
        if is_secret(text) {
            return Err(BackupError::SecretKey {
                place: "--recipient".to_owned(),
            });
        }
        let bad = || BackupError::BadRecipient(text.to_owned());
        if let Some(recipient) = Self::parse(text) {
            return Ok(vec![recipient]);
        }
        let file = File::open(text).map_err(|_| bad())?;
        let mut recipients = Vec::new();
        for (index, line) in BufReader::new(file.take(LONGEST)).lines().enumerate() {
            let line = line.map_err(|_| bad())?;
            let line = line.trim();
            if is_secret(line) {
                let place = text.to_owned();
                return Err(BackupError::SecretKey { place });
            }
            if !line.is_empty() && !line.starts_with('#') {
                let flaw = || BackupError::BadLine {
                    place: text.into(),
                    line: index + 1,
                };
                recipients.push(Self::parse(line).ok_or_else(flaw)?);
            }
        }
        if recipients.is_empty() {
            return Err(bad());
        }
        Ok(recipients)
    }

    fn parse(text: &str) -> Option<Self> {
        let recipient: age::x25519::Recipient = text.parse().ok()?;
        Some(Self(Box::new(recipient)))
    }

    pub(super) fn as_age(&self) -> &dyn age::Recipient {
        &*self.0
    }
}

/// Whether a text begins as a key does that opens backups, in whatever letters it was copied.
fn is_secret(text: &str) -> bool {
    let begin = text.trim_start().get(..SECRET.len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case(SECRET))
}

/// Keys that open backups.
#[derive(Default)]
pub struct Identities(Vec<Box<dyn age::Identity + Send + Sync>>);

impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identities")
    }
}

impl Identities {
    /// Reads a key file, as `age-keygen` writes it.
    pub fn read(file: &Path) -> Result<Self, BackupError> {
        let bad = || BackupError::BadIdentity(file.to_owned());
        let opened = File::open(file).map_err(BackupError::io(file))?;
        let identities = age::IdentityFile::from_buffer(BufReader::new(opened.take(LONGEST)))
            .map_err(|_| bad())?
            .into_identities()
            .map_err(|_| bad())?;
        if identities.is_empty() {
            return Err(bad());
        }
        Ok(Self(identities))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0
            .iter()
            .map(|identity| &**identity as &dyn age::Identity)
    }
}
