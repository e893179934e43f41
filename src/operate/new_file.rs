//! A file that is there in full or not at all: written beside its target, synced, then renamed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How the name of a file ends that is on its way.
const PARTIAL: &str = ".partial";
/// How a database of SQLite begins.
pub(super) const DATABASE: &[u8] = b"SQLite format 3\0";

/// A file on its way to its place; readable by its owner only. Dropped before [`Self::finish`], it
/// leaves no trace; if its maker was killed, the next one for the same place removes what is left.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    beside: PathBuf,
    target: PathBuf,
    finished: bool,
}

impl NewFile {
    /// Begins a file that will be `target`, and takes the place of one that is there.
    ///
    /// Refuses a target that is something else than a file (a directory, a device, a link), or that is a
    /// database: ours is where a slip of the hand may point, and nothing else would be left of it.
    pub fn create(target: &Path) -> io::Result<Self> {
        let refused = |why| Err(io::Error::new(io::ErrorKind::AlreadyExists, why));
        match fs::symlink_metadata(target) {
            Ok(present) if !present.is_file() => {
                return refused("it exists and is no ordinary file");
            }
            Ok(_) if is_database(target)? => {
                return refused("it is a database, and not replaced");
            }
            _ => {}
        }
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
        sweep(folder(target), |left| left == name)?;
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}{PARTIAL}", std::process::id()));
        let beside = target.with_file_name(hidden);
        let file = begin(&beside).or_else(|_| begin(&beside))?;
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
        // The new name is on disk only when its directory is.
        File::open(folder(&self.target))?.sync_all()
    }
}

/// Removes from a directory what the killed have left of files whose names `ours` knows.
pub(super) fn sweep(folder: &Path, ours: impl Fn(&OsStr) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if !target_of(&name).is_some_and(&ours) || !entry.file_type()?.is_file() {
            continue;
        }
        // Whoever is at work on it holds it locked.
        let abandoned = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if abandoned {
            match fs::remove_file(entry.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

/// How many are at work on a file that will be `target`.
pub(super) fn begun(target: &Path) -> io::Result<usize> {
    let mut begun = 0;
    for entry in fs::read_dir(folder(target))? {
        if target_of(&entry?.file_name()) == target.file_name() {
            begun += 1;
        }
    }
    Ok(begun)
}

/// What a file that is on its way will be called; `None`: it is none.
fn target_of(partial: &OsStr) -> Option<&OsStr> {
    let name = partial.to_str()?.strip_prefix('.')?;
    let (target, process) = name.strip_suffix(PARTIAL)?.rsplit_once('.')?;
    process.parse::<u32>().ok().map(|_| OsStr::new(target))
}

fn is_database(file: &Path) -> io::Result<bool> {
    let mut begin = Vec::new();
    File::open(file)?
        .take(DATABASE.len() as u64)
        .read_to_end(&mut begin)?;
    Ok(begin == DATABASE)
}

/// Makes the file, and locks it so that nobody takes it for abandoned.
fn begin(beside: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(beside)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
        // A disk that knows no locks gives none to those who sweep either.
        Err(TryLockError::Error(_)) | Ok(()) => {}
    }
    // Somebody who swept in between took it for abandoned.
    fs::metadata(beside)?;
    Ok(file)
}

fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
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
    fn what_the_killed_left_goes_and_what_others_write_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        let target = file("users.csv");
        let names = [
            ".users.csv.7.partial",
            ".users.csv.x.partial",
            ".groups.csv.7.partial",
            "users.csv.7.partial",
        ];
        for name in names {
            fs::write(file(name), "half").unwrap();
        }
        let first = NewFile::create(&target).unwrap();
        assert_eq!(
            names.map(|name| file(name).exists()),
            [false, true, true, true]
        );
        sweep(folder.path(), |name| name == "users.csv").unwrap();
        first.finish().unwrap();
        assert!(target.exists());
    }

    #[test]
    fn only_a_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert!(NewFile::create(folder.path()).is_err());
        let database = folder.path().join("appliance.sqlite");
        fs::write(&database, [DATABASE, b"and more"].concat()).unwrap();
        assert!(NewFile::create(&database).is_err());
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        assert!(NewFile::create(&link).is_err());
    }
}
