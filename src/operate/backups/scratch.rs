//! Files that exist only while a command is at work.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::error::BackupError;

/// How such files are called.
const PREFIX: &str = ".scratch-";
/// What SQLite may put beside a database.
const COMPANIONS: [&str; 3] = ["-journal", "-wal", "-shm"];

/// A file, readable by its owner only, that goes with whoever made it: dropped, it is removed, and if
/// its maker was killed, the next one removes it.
#[derive(Debug)]
pub(super) struct Scratch {
    place: PathBuf,
    /// Held locked, so that others can tell that its maker is alive.
    _alive: File,
}

impl Scratch {
    /// Makes an empty one in `dir`.
    pub(super) fn create(dir: &Path, what: &str) -> Result<Self, BackupError> {
        sweep(dir).map_err(BackupError::io(dir))?;
        let place = dir.join(format!("{PREFIX}{what}-{}", std::process::id()));
        let made = || {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&place)?;
            file.try_lock()?;
            // Somebody who swept in between took it for abandoned.
            fs::metadata(&place)?;
            Ok(file)
        };
        let file = made()
            .or_else(|_: io::Error| made())
            .map_err(BackupError::io(&place))?;
        Ok(Self {
            place,
            _alive: file,
        })
    }

    /// Where it is.
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// Opens it once more, from its beginning.
    pub(super) fn open(&self) -> Result<File, BackupError> {
        File::options()
            .read(true)
            .write(true)
            .open(&self.place)
            .map_err(BackupError::io(&self.place))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now, the next one removes.
        let _ = remove(&self.place);
    }
}

/// Removes what the killed have left behind.
fn sweep(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let companion = COMPANIONS.iter().any(|end| name.ends_with(end));
        if !name.starts_with(PREFIX) || companion {
            continue;
        }
        let abandoned = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if abandoned {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove(place: &Path) -> io::Result<()> {
    for end in COMPANIONS {
        let mut companion = place.as_os_str().to_owned();
        companion.push(end);
        gone(fs::remove_file(companion))?;
    }
    gone(fs::remove_file(place))
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_killed_left_is_swept_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join(".scratch-copy-1");
        fs::write(&left, "").unwrap();
        fs::write(dir.path().join(".scratch-copy-1-journal"), "").unwrap();
        fs::write(dir.path().join("appliance.sqlite"), "").unwrap();
        let alive = Scratch::create(dir.path(), "copy").unwrap();
        assert!(!left.exists());
        let other = Scratch::create(dir.path(), "restore").unwrap();
        assert!(alive.place().exists() && other.place().exists());
        drop(alive);
        drop(other);
        let names: Vec<_> = fs::read_dir(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["appliance.sqlite"]);
    }
}
