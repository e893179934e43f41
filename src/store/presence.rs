//! Who is at work on the data: everybody who has the database open is present in its directory, and
//! who replaces it must be there alone.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::error::StoreError;

/// A lock on the data directory itself. The kernel frees it with the process, however that ends.
#[derive(Debug)]
pub(super) struct Presence {
    _directory: File,
}

impl Presence {
    /// Beside others; [`StoreError::Restoring`] while the data are being replaced.
    pub(super) fn shared(dir: &Path) -> Result<Self, StoreError> {
        Self::take(dir, StoreError::Restoring, File::try_lock_shared)
    }

    /// Without others; [`StoreError::AtWork`] while there are any.
    pub(super) fn alone(dir: &Path) -> Result<Self, StoreError> {
        Self::take(dir, StoreError::AtWork, File::try_lock)
    }

    fn take(
        dir: &Path,
        taken: StoreError,
        lock: impl FnOnce(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, StoreError> {
        let complain = |cause| StoreError::io(dir, cause);
        let directory = File::open(dir).map_err(complain)?;
        match lock(&directory) {
            Ok(()) => Ok(Self {
                _directory: directory,
            }),
            Err(TryLockError::WouldBlock) => Err(taken),
            Err(TryLockError::Error(cause)) => Err(complain(cause)),
        }
    }
}
