//! Where a backup goes, and the name that it gets there.

use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::error::BackupError;
use super::keys::Identities;
use super::name::BackupName;
use super::shelf::sweep;
use super::unpack::{AGE, Unpacking};
use crate::base::Timestamp;
use crate::operate::new_file::{self, NewFile};

/// Where a backup goes.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// Into this directory, which is made if it is not there, under a name that says when, and for
    /// what if that is not empty.
    Into(&'a Path, &'a str),
    /// To exactly this file, in place of a backup that is there; or into this directory.
    To(&'a Path),
}

impl Target<'_> {
    /// Begins the file that the backup will be. Only a backup is replaced, and only where that file was
    /// asked for.
    pub(super) fn begin(
        self,
        now: Timestamp,
        encrypted: bool,
    ) -> Result<(PathBuf, NewFile), BackupError> {
        match self {
            Self::Into(directory, reason) => {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(directory)
                    .map_err(BackupError::io(directory))?;
                begin_in(directory, reason, now, encrypted)
            }
            Self::To(directory) if directory.is_dir() => begin_in(directory, "", now, encrypted),
            Self::To(file) => {
                if is_no_place(file) {
                    return Err(BackupError::NoSuchDirectory(file.to_owned()));
                }
                if file.symlink_metadata().is_ok() && !is_backup(file) {
                    return Err(BackupError::NotReplaced(file.to_owned()));
                }
                let file = std::path::absolute(file).map_err(BackupError::io(file))?;
                if let Some(directory) = file.parent() {
                    sweep(directory)?;
                }
                let new = NewFile::create(&file).map_err(BackupError::io(&file))?;
                Ok((file, new))
            }
        }
    }
}

/// Begins a file in the directory under a name that nobody else has, nor is about to have.
fn begin_in(
    directory: &Path,
    reason: &str,
    now: Timestamp,
    encrypted: bool,
) -> Result<(PathBuf, NewFile), BackupError> {
    let directory = std::path::absolute(directory).map_err(BackupError::io(directory))?;
    sweep(&directory)?;
    let mut name = BackupName {
        made: now,
        reason: reason.to_owned(),
        encrypted,
    };
    // Two within one second have one time: the later one gets a number.
    let mut number = 2;
    loop {
        let file = directory.join(name.to_string());
        let begun = || new_file::begun(&file).map_err(BackupError::io(&directory));
        let is_free = || file.symlink_metadata().is_err();
        if is_free() && begun()? == 0 {
            let new = NewFile::create(&file).map_err(BackupError::io(&file))?;
            // Whoever sees that another has chosen it in the same moment lets go of it.
            if begun()? == 1 && is_free() {
                return Ok((file, new));
            }
        }
        let dash = if reason.is_empty() { "" } else { "-" };
        name.reason = format!("{reason}{dash}{number}");
        number += 1;
    }
}

/// Whether what is not there was probably meant to be a directory: a disk that is not mounted, or a slip. A
/// file of that name would be replaced by the next backup, and the one after that.
fn is_no_place(file: &Path) -> bool {
    let name = file.to_string_lossy();
    let is_named = name.ends_with(".zst") || name.ends_with(".age");
    !is_named && file.symlink_metadata().is_err()
}

/// Whether what is there may be replaced by a backup: it is one of ours, or is called like one and is
/// encrypted, so that no more can be told.
fn is_backup(file: &Path) -> bool {
    if !fs::symlink_metadata(file).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let (Ok(mut opened), Ok(again)) = (File::open(file), File::open(file)) else {
        return false;
    };
    let mut begin = [0; AGE.len()];
    let named = file.to_string_lossy().ends_with(".tar.zst.age");
    let encrypted = named && opened.read_exact(&mut begin).is_ok() && begin == *AGE;
    encrypted || Unpacking::begin(again, &Identities::default()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_at_once_get_two_names() {
        let folder = tempfile::tempdir().unwrap();
        let now = "2026-11-26T09:30:00Z".parse().unwrap();
        let target = Target::Into(folder.path(), "update");
        let (first, begun) = target.begin(now, false).unwrap();
        let (second, also_begun) = target.begin(now, false).unwrap();
        begun.finish().unwrap();
        also_begun.finish().unwrap();
        let (third, _) = target.begin(now, false).unwrap();
        let names = [first, second, third].map(|file| {
            let name = file.file_name().unwrap();
            name.to_str().unwrap().to_owned()
        });
        assert_eq!(
            names,
            [
                "appliance-20261126T093000Z-update.tar.zst",
                "appliance-20261126T093000Z-update-2.tar.zst",
                "appliance-20261126T093000Z-update-3.tar.zst",
            ]
        );
    }
}
