//! Putting a backup in the place of the data that are there.

use std::path::{Path, PathBuf};

use super::error::{BackupError, Flaw};
use super::keys::Identities;
use super::manifest::Manifest;
use super::scratch::Scratch;
use super::stage::Watch;
use super::verify::{Source, unpack};
use crate::base::Timestamp;
use crate::operate::operator::Operator;
use crate::store::{Aside, Backup, Contents, Lock, make_ready, replace};

/// A backup that was unpacked in the data directory, found sound, and waits for the word. While it
/// does, no server can start on the data, and nobody else can restore. Dropped, it leaves no trace.
#[derive(Debug)]
pub struct Candidate {
    scratch: Scratch,
    dir: PathBuf,
    place: PathBuf,
    bytes: u64,
    manifest: Option<Manifest>,
    /// What is in it.
    pub contents: Contents,
    _alone: Lock,
}

impl Candidate {
    /// Reads and examines all of a backup, or of a database that was kept aside, before anything is
    /// touched. Refused while a server holds the data directory `dir`, which is made if it is not
    /// there.
    pub fn unpack(
        source: Source,
        identities: &Identities,
        dir: &Path,
        watch: &Watch<'_>,
    ) -> Result<Self, BackupError> {
        let alone = Lock::take(dir)?;
        let place = source.place().to_owned();
        if source.is_database_of(dir)? {
            return Err(BackupError::unfit(&place)(Flaw::Present));
        }
        let bytes = source.bytes()?;
        let (scratch, contents, manifest) = unpack(source, identities, dir, watch)?;
        Ok(Self {
            scratch,
            dir: dir.to_owned(),
            place,
            bytes,
            manifest,
            contents,
            _alone: alone,
        })
    }

    /// When it was made, if it says so.
    pub fn made(&self) -> Option<Timestamp> {
        self.manifest.as_ref().and_then(Manifest::made)
    }

    /// Brings it to the present format, and puts it in the place of the data that are there, in one
    /// step: killed anywhere, the one or the other is there, whole. The deed is in its audit. Answers what is kept of them.
    pub fn restore(self, operator: &Operator) -> Result<Aside, BackupError> {
        let file = self.place.display().to_string();
        let made = self.made();
        make_ready(self.scratch.place(), operator.now, |tx| {
            if let Some(made) = made {
                tx.note_backup(&Backup {
                    file: file.clone(),
                    made,
                    bytes: self.bytes,
                    verified: operator.now,
                })?;
            }
            operator.record(tx, "restore", &file)
        })?;
        Ok(replace(&self.dir, self.scratch.place(), operator.now)?)
    }
}
