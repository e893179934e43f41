//! Why a backup was not made, or not accepted.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::manifest::FORM;
use crate::store::StoreError;

/// Why a backup was not made, or not accepted.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The file is no backup that can be used, and why.
    #[error("{}: {flaw}", place.display())]
    Unfit {
        /// The file.
        place: PathBuf,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// Something else is where the backup would go.
    #[error("{}: it exists and is no backup, so it is not replaced", .0.display())]
    NotReplaced(PathBuf),
    /// Nothing is there, and what is named does not look like a backup.
    #[error("{}: there is no such directory", .0.display())]
    NoSuchDirectory(PathBuf),
    /// Not the public key of anybody.
    #[error("`{0}` is no recipient, and no file of recipients")]
    BadRecipient(String),
    /// Something else in a file of recipients. It may be a secret, so the line is not told.
    #[error("{}: line {line} is no recipient", place.display())]
    BadLine {
        /// The file.
        place: PathBuf,
        /// The number of the line, from 1.
        line: usize,
    },
    /// The key that opens backups, where the one that closes them is wanted; it is told to nobody.
    #[error("{place}: that is a secret key, and its recipient is wanted")]
    SecretKey {
        /// Where it was found.
        place: String,
    },
    /// A file that should hold a private key.
    #[error("{}: it holds no identity of age", .0.display())]
    BadIdentity(PathBuf),
    /// There is no room to make it.
    #[error("{}: a backup may take {needed} bytes there, and {free} are free", place.display())]
    NoRoom {
        /// The directory where it, or the copy it is made of, would be.
        place: PathBuf,
        /// Bytes that must be free.
        needed: u64,
        /// Bytes that are.
        free: u64,
    },
    /// What was written is not what is read.
    #[error("{}: what is on the disk is not what was written", .0.display())]
    Misread(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {cause}", place.display())]
    Io {
        /// The file or directory.
        place: PathBuf,
        /// The system's complaint.
        #[source]
        cause: io::Error,
    },
    /// What went wrong below.
    #[error(transparent)]
    Broken(#[from] StoreError),
}

impl BackupError {
    /// A complaint of the system about `place`.
    pub(super) fn io(place: &Path) -> impl FnOnce(io::Error) -> Self {
        let place = place.to_owned();
        |cause| Self::Io { place, cause }
    }

    /// What is wrong with the backup at `place`.
    pub(super) fn unfit(place: &Path) -> impl FnOnce(Flaw) -> Self {
        let place = place.to_owned();
        |flaw| Self::Unfit { place, flaw }
    }
}

/// What is wrong with a file that should be a backup.
#[derive(Debug, Error)]
pub enum Flaw {
    /// It is something else.
    #[error("it is no backup of the appliance")]
    Foreign,
    /// It is what a restore would replace.
    #[error("it is the database that is there, and no backup")]
    Present,
    /// It was one.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A later program wrote it.
    #[error("a newer version wrote it: its form is {0}, this program knows forms up to {FORM}")]
    Newer(u32),
    /// It is encrypted, and no key was given.
    #[error("it is encrypted")]
    Encrypted,
    /// It is encrypted for somebody else.
    #[error("it is encrypted for another key")]
    WrongKey,
    /// There is no room to unpack it.
    #[error("unpacked it takes {needed} bytes, and {free} are free")]
    NoRoom {
        /// Bytes that it takes.
        needed: u64,
        /// Bytes that there are.
        free: u64,
    },
    /// The database in it is not fit.
    #[error("{0}")]
    Database(StoreError),
    /// It cannot be read.
    #[error("{0}")]
    Io(io::Error),
}

/// What a reader says is the system's word if it has a number; else a layer above found that what it
/// reads is not what it should be.
impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Damaged("it ends too early".to_owned()),
            _ if error.raw_os_error().is_some() => Self::Io(error),
            _ => Self::Damaged(error.to_string()),
        }
    }
}
