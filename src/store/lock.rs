//! One server per data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::connect::make_directory;
use super::error::StoreError;

/// The lock of a data directory, on its file `appliance.lock`. The kernel frees it with the
/// process, however that ends; the file stays, because removing it would let two processes lock two
/// files of one name.
#[derive(Debug)]
pub struct Lock {
    file: File,
    place: PathBuf,
}

impl Lock {
    /// The name of the file in the data directory.
    pub const FILE: &'static str = "appliance.lock";

    /// Takes the lock of the data directory `dir`, which is made if it is not there;
    /// [`StoreError::InUse`] when another process has it.
    pub fn take(dir: &Path) -> Result<Self, StoreError> {
        make_directory(dir)?;
        let place = dir.join(Self::FILE);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&place)
            .map_err(|cause| StoreError::io(&place, cause))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, place }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(TryLockError::Error(cause)) => Err(StoreError::io(&place, cause)),
        }
    }

    /// Writes into the file how this server is reached, for those who look for it.
    pub fn publish(&self, text: &str) -> Result<(), StoreError> {
        self.write(text)
            .map_err(|cause| StoreError::io(&self.place, cause))
    }

    fn write(&self, text: &str) -> std::io::Result<()> {
        let mut file = &self.file;
        // What was longer is blanked by the same write, so that a reader never finds half of each.
        let before = usize::try_from(file.metadata()?.len()).unwrap_or_default();
        file.seek(SeekFrom::Start(0))?;
        file.write_all(format!("{text:before$}").as_bytes())?;
        file.set_len(u64::try_from(text.len()).unwrap_or_default())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(error) = self.write("") {
            tracing::warn!(%error, "the lock file could not be emptied");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_refused_until_the_first_has_gone() {
        let dir = tempfile::tempdir().unwrap();
        let text = || std::fs::read_to_string(dir.path().join(Lock::FILE)).unwrap();
        let first = Lock::take(dir.path()).unwrap();
        first.publish("a long first line").unwrap();
        first.publish("here").unwrap();
        assert_eq!(text(), "here");
        assert!(matches!(Lock::take(dir.path()), Err(StoreError::InUse)));
        assert_eq!(text(), "here");
        drop(first);
        assert_eq!(text(), "");
        Lock::take(dir.path()).unwrap();
    }
}
