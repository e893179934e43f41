//! Whether a backup can be restored: the only way to know is to do so, to one side.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::{BackupError, Flaw};
use super::keys::Identities;
use super::manifest::Manifest;
use super::scratch::Scratch;
use super::stage::{Stage, Watch};
use super::unpack::Unpacking;
use crate::operate::health;
use crate::operate::new_file::DATABASE;
use crate::operate::operator::Operator;
use crate::store::{Backup, Contents, Store, StoreError, is_present, judge, settle};

/// A backup to look into, opened: who opened it may have been allowed more than who reads it.
#[derive(Debug)]
pub struct Source {
    file: File,
    place: PathBuf,
}

impl Source {
    /// Opens the file.
    pub fn open(place: &Path) -> Result<Self, BackupError> {
        let place = std::path::absolute(place).map_err(BackupError::io(place))?;
        // Before it is opened: a pipe would keep us waiting for somebody who writes into it.
        let found = fs::metadata(&place).map_err(BackupError::io(&place))?;
        if !found.is_file() {
            return Err(BackupError::unfit(&place)(Flaw::Foreign));
        }
        let file = File::open(&place).map_err(BackupError::io(&place))?;
        Ok(Self { file, place })
    }

    /// Its size.
    pub(super) fn bytes(&self) -> Result<u64, BackupError> {
        let found = self.file.metadata().map_err(BackupError::io(&self.place))?;
        Ok(found.len())
    }

    /// Whether it is the database of the data directory `dir`, under whatever name.
    pub(super) fn is_database_of(&self, dir: &Path) -> Result<bool, BackupError> {
        is_present(dir, &self.file).map_err(BackupError::io(&self.place))
    }

    /// Where it is.
    pub fn place(&self) -> &Path {
        &self.place
    }
}

/// A database that was unpacked to one side, in one file and not synced, and found sound; what is in it;
/// and what the backup says of itself, which a database that was kept aside does not.
pub(super) type Unpacked = (Scratch, Contents, Option<Manifest>);

/// Reads all of a backup, and unpacks it into `dir`: every bit is checked by the seal, the database by
/// the digest, its pages, indexes and references by SQLite, and what is in it by the manifest. Notes in
/// the audit, and for `status`, that it is sound.
pub fn verify(
    store: &Store,
    source: Source,
    identities: &Identities,
    dir: &Path,
    operator: &Operator,
    watch: &Watch<'_>,
) -> Result<Manifest, BackupError> {
    let place = source.place.clone();
    let bytes = source.bytes()?;
    let (_, _, manifest) = unpack(source, identities, dir, watch)?;
    let Some(manifest) = manifest else {
        return Err(BackupError::unfit(&place)(Flaw::Foreign));
    };
    let operator = operator.clone();
    let backup = Backup {
        file: place.display().to_string(),
        made: manifest.made().unwrap_or(operator.now),
        bytes,
        verified: operator.now,
    };
    let noted: Result<(), StoreError> = store
        .write(move |tx| {
            tx.note_backup(&backup)?;
            operator.record(tx, "backup verify", &backup.file)
        })
        .wait();
    noted?;
    Ok(manifest)
}

/// Unpacks a backup, or a database that was kept aside, and examines it.
pub(super) fn unpack(
    source: Source,
    identities: &Identities,
    dir: &Path,
    watch: &Watch<'_>,
) -> Result<Unpacked, BackupError> {
    let Source { mut file, place } = source;
    let scratch = Scratch::create(dir, "unpacked")?;
    let mut begin = Vec::new();
    let read = (&mut file)
        .take(DATABASE.len() as u64)
        .read_to_end(&mut begin);
    read.and_then(|_| file.seek(SeekFrom::Start(0)))
        .map_err(BackupError::io(&place))?;
    let manifest = if begin == DATABASE {
        copied(file, &place, &scratch)?;
        None
    } else {
        let unpacked = unpacked(file, identities, &scratch, watch);
        Some(unpacked.map_err(BackupError::unfit(&place))?)
    };
    watch(Stage::Examine, 0, 0);
    let examined = match &manifest {
        Some(_) => judge(scratch.place()),
        // It may have had a log.
        None => settle(scratch.place()).and_then(|()| judge(scratch.place())),
    };
    let contents = examined
        .map_err(Flaw::Database)
        .map_err(BackupError::unfit(&place))?;
    if manifest
        .as_ref()
        .is_some_and(|said| said.contents() != contents)
    {
        let complaint = "what is in it is not what its manifest says".to_owned();
        return Err(BackupError::unfit(&place)(Flaw::Damaged(complaint)));
    }
    Ok((scratch, contents, manifest))
}

fn unpacked(
    file: File,
    identities: &Identities,
    scratch: &Scratch,
    watch: &Watch<'_>,
) -> Result<Manifest, Flaw> {
    let unpacking = Unpacking::begin(file, identities)?;
    let needed = unpacking.manifest.bytes;
    let folder = scratch.place().parent().unwrap_or(Path::new("."));
    let free = health::room(folder).map_err(Flaw::Io)?.free;
    if needed > free {
        return Err(Flaw::NoRoom { needed, free });
    }
    let out = File::options()
        .write(true)
        .open(scratch.place())
        .map_err(Flaw::Io)?;
    let mut out = BufWriter::with_capacity(1 << 18, out);
    let manifest = unpacking.finish(&mut out, &mut |done| watch(Stage::Unpack, done, needed))?;
    out.flush().map_err(Flaw::Io)?;
    Ok(manifest)
}

/// Copies a database that was kept aside, with its log if it has one.
fn copied(mut file: File, place: &Path, scratch: &Scratch) -> Result<(), BackupError> {
    io::copy(&mut file, &mut scratch.open()?).map_err(BackupError::io(place))?;
    let [from, to] = [place, scratch.place()].map(|of| {
        let mut log = OsString::from(of);
        log.push("-wal");
        PathBuf::from(log)
    });
    match fs::copy(&from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::io(&from)(error)),
        _ => Ok(()),
    }
}
