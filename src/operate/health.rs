//! Whether the machine lets the appliance do its work: what `check` looks at and what `/readyz` answers
//! by, in one place, so that they never disagree.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use nix::sys::statvfs::{FsFlags, statvfs};

use crate::base::{Timestamp, in_words};

/// Bytes that must be free: a full log of the database, twice.
pub(super) const LEAST_ROOM: u64 = 128 << 20;
/// Bytes below which somebody should make room.
const LITTLE_ROOM: u64 = 512 << 20;

/// What the disk of a directory has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes that are free for us.
    pub free: u64,
    /// Nothing can be written there.
    pub read_only: bool,
}

/// Asks the system about the disk of `dir`.
pub fn room(dir: &Path) -> io::Result<Room> {
    let found = statvfs(dir).map_err(io::Error::from)?;
    Ok(Room {
        free: found
            .blocks_available()
            .saturating_mul(found.fragment_size()),
        read_only: found.flags().contains(FsFlags::ST_RDONLY),
    })
}

/// Why nothing can be written to the disk of `dir`, if so.
pub fn no_room(dir: &Path) -> Option<String> {
    match room(dir) {
        Ok(Room {
            read_only: true, ..
        }) => Some("the file system of the data directory is read-only".to_owned()),
        Ok(Room { free, .. }) if free < LEAST_ROOM => Some(format!(
            "the disk of the data directory is full: {} MiB are left",
            free >> 20
        )),
        Ok(_) => None,
        Err(error) => Some(format!("{}: {error}", dir.display())),
    }
}

/// What there is too little of beside the data, while something can still be written.
pub fn little_room(dir: &Path) -> Option<String> {
    let free = room(dir).ok()?.free;
    (free < LITTLE_ROOM).then(|| {
        format!(
            "only {} MiB are left on the disk of the data directory",
            free >> 20
        )
    })
}

/// A file of the data directory, or itself, that others can read or write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exposed {
    /// Which.
    pub path: PathBuf,
    /// Its mode, as it was found.
    pub mode: u32,
    /// Whether it is its owner's alone now.
    pub narrowed: bool,
}

/// Finds what others can reach of the data directory (R34), and takes it from them where it is ours. What
/// somebody else has put there is only found: they may want it so.
pub fn narrow(dir: &Path) -> io::Result<Vec<Exposed>> {
    let mut found = Vec::new();
    let mut look = |path: PathBuf, ours: bool| -> io::Result<()> {
        let about = fs::symlink_metadata(&path)?;
        let mode = about.permissions().mode();
        if !about.file_type().is_symlink() && mode & 0o077 != 0 {
            let own = fs::Permissions::from_mode(mode & 0o7700);
            found.push(Exposed {
                narrowed: ours && fs::set_permissions(&path, own).is_ok(),
                mode: mode & 0o777,
                path,
            });
        }
        Ok(())
    };
    look(dir.to_owned(), true)?;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        look(entry.path(), is_ours(&entry.file_name()))?;
    }
    found.sort();
    Ok(found)
}

/// Whether the appliance makes files and directories of this name in its data directory: the database with
/// its log, its copies and its lock; the recorded requests; certificates; backups.
fn is_ours(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    let begins = ["appliance.", "certificate.", "exchanges.sqlite"];
    matches!(name, "acme" | "backups") || begins.iter().any(|begin| name.starts_with(begin))
}

/// Why the clock cannot be right, if so: it is behind what was written before, `last`, or behind a file
/// that is there.
pub fn clock_flaw(dir: &Path, last: Option<Timestamp>, now: Timestamp) -> Option<String> {
    /// What two clocks may differ without a word.
    const SLACK: SignedDuration = SignedDuration::from_mins(5);
    let ahead = |at: Timestamp| (at.since(now) > SLACK).then(|| in_words(at.since(now)));
    if let Some(ahead) = last.and_then(ahead) {
        return Some(format!("the last change is from {ahead} in the future"));
    }
    let newest = fs::read_dir(dir)
        .ok()?
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .map(|about| about.mtime().saturating_mul(1_000))
        .max()
        .map(Timestamp::from_millis);
    newest
        .and_then(ahead)
        .map(|ahead| format!("a file of the data directory is from {ahead} in the future"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_can_read_is_found_and_ours_is_narrowed() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, mode| {
            let path = dir.path().join(name);
            fs::write(&path, "").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o700)).unwrap();
        file("private", 0o600);
        assert_eq!(narrow(dir.path()).unwrap(), []);
        let exposed = |path: &PathBuf, mode, narrowed| Exposed {
            path: path.clone(),
            mode,
            narrowed,
        };
        let key = file("certificate.key", 0o644);
        let foreign = file("wide", 0o640);
        let foreign = exposed(&foreign, 0o640, false);
        let found = narrow(dir.path()).unwrap();
        assert_eq!(found, [exposed(&key, 0o644, true), foreign.clone()]);
        assert_eq!(narrow(dir.path()).unwrap(), [foreign]);
    }

    #[test]
    fn a_clock_that_went_back_is_noticed_by_changes_and_by_files() {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::from_millis(4_000_000_000_000);
        let minutes = |minutes| now.plus(SignedDuration::from_mins(minutes));
        assert_eq!(clock_flaw(dir.path(), None, now), None);
        assert_eq!(clock_flaw(dir.path(), Some(minutes(4)), now), None);
        let flaw = clock_flaw(dir.path(), Some(minutes(180)), now).unwrap();
        assert_eq!(flaw, "the last change is from 3 hours in the future");
        fs::write(dir.path().join("file"), "").unwrap();
        let long_ago = Timestamp::from_millis(1_000_000_000_000);
        assert!(
            clock_flaw(dir.path(), None, long_ago)
                .unwrap()
                .contains("a file of")
        );
    }

    #[test]
    fn the_room_on_a_disk_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let room = room(dir.path()).unwrap();
        assert!(room.free > 0 && !room.read_only, "{room:?}");
        let nowhere = dir.path().join("nowhere");
        assert!(no_room(&nowhere).unwrap().contains("nowhere"));
    }
}
