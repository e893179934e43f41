//! What went wrong below.

use std::io;
use std::sync::Arc;

use rusqlite::ErrorCode;
use rusqlite::ffi;
use thiserror::Error;

use crate::base::RandomSourceFailed;

/// What went wrong below. A missing row is not an error: look-ups return `Option`.
///
/// Cheap to clone: when a group of writes fails, each of them is told why.
#[derive(Debug, Clone, Error)]
pub enum StoreError {
    /// The store was closed, or is being closed.
    #[error("the store is closed")]
    Stopped,
    /// More writes, or more reads, are waiting than the store takes; later it will be better.
    #[error("too much is waiting for the store")]
    Busy,
    /// Another process has held the database's lock for longer than we wait.
    #[error("another process keeps the database locked")]
    Locked,
    /// The disk, or our quota on it, is full, or it takes nothing more for another reason: SQLite does not
    /// say which. Reads go on.
    #[error("the disk is full, or nothing can be written to it")]
    Full,
    /// A neighbour in the same group met a disk fault, upon which SQLite undid the whole group.
    #[error("the disk failed while a group of writes was carried out; none of them was kept")]
    Undone,
    /// The job panicked. What it had written was undone.
    #[error("a job of the store panicked")]
    Panicked,
    /// What is in the file is not what we wrote.
    #[error("the database is damaged: {what}")]
    Corrupt {
        /// The place or the complaint.
        what: String,
    },
    /// A newer program has migrated the file.
    #[error("the database has format {found}, this program knows formats up to {known}")]
    Newer {
        /// The file's version.
        found: u32,
        /// The newest version that we know.
        known: u32,
    },
    /// An older program made the file, and only a server may migrate it.
    #[error(
        "the database has format {found} and must be brought to {known} by starting the server"
    )]
    Older {
        /// The file's version.
        found: u32,
        /// The version that we need.
        known: u32,
    },
    /// The file is a database of some other program.
    #[error("the file `appliance.sqlite` belongs to another program")]
    Foreign,
    /// A setting of the connection to the database did not take.
    #[error("pragma {name} is {found} where {wanted} was set")]
    Pragma {
        /// Its name.
        name: &'static str,
        /// What SQLite says it is.
        found: String,
        /// What we set.
        wanted: String,
    },
    /// Another process holds the data directory.
    #[error("another server uses this data directory")]
    InUse,
    /// The data are being replaced.
    #[error("a restore is replacing the data")]
    Restoring,
    /// Somebody has the database open, who would not notice that it is replaced.
    #[error("a command, or another program, is at work on the data")]
    AtWork,
    /// A filter or an order asks for more than SQLite takes in one statement.
    #[error("no statement can be made of so many conditions: {what}")]
    TooComplex {
        /// The complaint of SQLite.
        what: String,
    },
    /// Any other complaint of SQLite.
    #[error("SQLite: {0}")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    /// A file could not be made, opened or protected.
    #[error("{place}: {cause}")]
    Io {
        /// The file or directory.
        place: String,
        /// The system's complaint.
        #[source]
        cause: Arc<io::Error>,
    },
}

impl StoreError {
    /// A complaint of the system about `place`.
    pub(super) fn io(place: &std::path::Path, cause: io::Error) -> Self {
        if matches!(
            cause.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        ) {
            return Self::Full;
        }
        Self::Io {
            place: place.display().to_string(),
            cause: Arc::new(cause),
        }
    }

    /// A row that does not say what we wrote.
    pub(super) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, text) => match failure.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::SystemIoFailure if out_of_space(failure.extended_code) => Self::Full,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt {
                    what: text.clone().unwrap_or_else(|| failure.to_string()),
                },
                _ => Self::Sqlite(Arc::new(error)),
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..) => Self::Corrupt {
                what: error.to_string(),
            },
            _ => Self::Sqlite(Arc::new(error)),
        }
    }
}

impl From<RandomSourceFailed> for StoreError {
    fn from(failed: RandomSourceFailed) -> Self {
        Self::Io {
            place: "random numbers".to_owned(),
            cause: Arc::new(io::Error::other(failed)),
        }
    }
}

/// A quota or a size limit shows itself as a failed write, not as a full disk.
const fn out_of_space(extended_code: i32) -> bool {
    matches!(
        extended_code,
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_TRUNCATE
    )
}
