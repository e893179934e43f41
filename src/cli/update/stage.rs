//! A folder beside the program where a release is made ready: on the same file system, so that it can take
//! the program's place by being renamed, and nobody else's to write.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::cli::print;
use crate::cli::problem::Problem;

/// The folder, until it is dropped.
#[derive(Debug)]
pub(super) struct Stage {
    folder: PathBuf,
    /// Held as long as the folder is ours.
    _lock: File,
}

impl Stage {
    /// Makes the folder, empty: what an update left that was killed is no use to anybody.
    pub(super) fn beside(program: &Path) -> Result<Self, Problem> {
        let folder = program.with_file_name(".appliance-update");
        let failed = |error: io::Error| {
            Problem::failed(format!("{}: {error}", folder.display()))
                .hint("run it as root, or as the owner of the program and its directory")
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(failed)?;
        let lock = File::open(&folder).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Problem::refused("another update is under way"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let stage = Self {
            folder: folder.clone(),
            _lock: lock,
        };
        stage.clear().map_err(failed)?;
        Ok(stage)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            print::warning(&format!(
                "{} cannot be removed: {error}",
                self.folder.display()
            ));
        }
    }
}
