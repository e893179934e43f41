//! The backups that lie in a directory.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::error::BackupError;
use super::keys::Identities;
use super::manifest::Manifest;
use super::name::BackupName;
use super::unpack::Unpacking;
use crate::base::Timestamp;
use crate::operate::new_file;
use crate::store::Backup;

/// A backup that lies in a directory.
#[derive(Debug, Clone)]
pub struct Shelved {
    /// The file.
    pub file: PathBuf,
    /// What its name says.
    pub name: BackupName,
    /// Its size.
    pub bytes: u64,
    /// When it was last found sound, as it is now; `None`: never, or never since it changed.
    pub verified: Option<Timestamp>,
}

impl Shelved {
    /// What it says of itself, if that can be read without a key. Whether it is true, only
    /// verifying it tells.
    pub fn manifest(&self) -> Option<Manifest> {
        let file = File::open(&self.file).ok()?;
        let unpacking = Unpacking::begin(file, &Identities::default()).ok()?;
        Some(unpacking.manifest)
    }
}

/// The backups in `dir` under names of ours, the newest first; none if it does not exist. `known` are
/// those that were found sound.
pub fn shelf(dir: &Path, known: &[Backup]) -> Result<Vec<Shelved>, BackupError> {
    let dir = std::path::absolute(dir).map_err(BackupError::io(dir))?;
    let entries = match fs::read_dir(&dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(BackupError::io(&dir))?,
    };
    let mut shelf = Vec::new();
    for entry in entries {
        let entry = entry.map_err(BackupError::io(&dir))?;
        let Some(name) = entry.file_name().to_str().and_then(BackupName::parse) else {
            continue;
        };
        let file = entry.path();
        let found = entry.metadata().map_err(BackupError::io(&file))?;
        if !found.is_file() {
            continue;
        }
        let place = file.display().to_string();
        let verified = known
            .iter()
            .find(|backup| backup.file == place && backup.bytes == found.len())
            .map(|backup| backup.verified);
        shelf.push(Shelved {
            file,
            name,
            bytes: found.len(),
            verified,
        });
    }
    shelf.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(shelf)
}

/// Removes from a directory what killed commands have left of backups; none that is being written.
pub(super) fn sweep(dir: &Path) -> Result<(), BackupError> {
    let ours = |name: &OsStr| name.to_str().and_then(BackupName::parse).is_some();
    match new_file::sweep(dir, ours) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::io(dir)(error)),
        _ => Ok(()),
    }
}
