//! A file that is there in full or not at all: written beside its target, synced, then renamed.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A file on its way to its place; readable by its owner only. Dropped before [`Self::finish`], it
/// leaves no trace.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    beside: PathBuf,
    target: PathBuf,
    finished: bool,
}

impl NewFile {
    /// Begins a file that will be `target`, and take the place of one that is there.
    ///
    /// Refuses a target that is something else than a file: a directory, a device, a link.
    pub fn create(target: &Path) -> io::Result<Self> {
        match fs::symlink_metadata(target) {
            Ok(present) if !present.is_file() => {
                return Err(io::Error::new(
                    io::ErrorKind::AlreadyExists,
                    "it exists and is no ordinary file",
                ));
            }
            _ => {}
        }
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.partial", std::process::id()));
        let beside = target.with_file_name(hidden);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        Ok(Self {
            file,
            beside,
            target: target.to_owned(),
            finished: false,
        })
    }

    /// Syncs the file and gives it its name.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.beside, &self.target)?;
        self.finished = true;
        let folder = match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        // The new name is on disk only when its directory is.
        File::open(folder)?.sync_all()
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.finished {
            // Nobody is left to be told if this fails too.
            let _ = fs::remove_file(&self.beside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_there_in_full_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("users.csv");
        fs::write(&target, "old").unwrap();

        let mut abandoned = NewFile::create(&target).unwrap();
        abandoned.write_all(b"half").unwrap();
        drop(abandoned);
        assert_eq!(fs::read_to_string(&target).unwrap(), "old");

        let mut file = NewFile::create(&target).unwrap();
        file.write_all(b"new").unwrap();
        file.finish().unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert_eq!(
            fs::metadata(&target).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_a_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert!(NewFile::create(folder.path()).is_err());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        assert!(NewFile::create(&link).is_err());
    }
}
