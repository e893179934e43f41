//! Whether there is room for a backup, asked before it is begun: on a disk that it fills, the server cannot
//! write either.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::error::BackupError;
use super::pack::DATABASE;
use crate::operate::health::{self, LEAST_ROOM};

/// Refuses a backup of the database in `data`, where it is copied, into `folder`, where it is packed, unless
/// there is room for both.
pub(super) fn check(data: &Path, folder: &Path) -> Result<(), BackupError> {
    let database = size(data).map_err(BackupError::io(data))?;
    let one_disk = disk(data)? == disk(folder)?;
    let [copied, packed] = needed(database, one_disk);
    for (place, needed) in [(data, copied), (folder, packed)] {
        let free = health::room(place).map_err(BackupError::io(place))?.free;
        if free < needed {
            return Err(BackupError::NoRoom {
                place: place.to_owned(),
                needed,
                free,
            });
        }
    }
    Ok(())
}

/// How many times smaller than the database a backup is at least: documents and their index pack to a tenth.
const PACKED: u64 = 4;

/// Bytes that must be free where the data are, and where the backup goes. The server goes on writing to the
/// disk of the data meanwhile.
fn needed(database: u64, one_disk: bool) -> [u64; 2] {
    let copied = database.saturating_add(LEAST_ROOM);
    if one_disk {
        [copied.saturating_add(database / PACKED), 0]
    } else {
        [copied, database / PACKED]
    }
}

/// Bytes that the database takes: what is in its log comes into the copy too.
fn size(data: &Path) -> io::Result<u64> {
    let log = match fs::metadata(data.join(format!("{DATABASE}-wal"))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        found => found?.len(),
    };
    Ok(fs::metadata(data.join(DATABASE))?.len().saturating_add(log))
}

fn disk(place: &Path) -> Result<u64, BackupError> {
    let found = fs::metadata(place).map_err(BackupError::io(place))?;
    Ok(found.dev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_and_backup_have_room_each_on_its_disk_or_both_on_one() {
        let gigabyte = 1 << 30;
        let packed = gigabyte / PACKED;
        assert_eq!(needed(gigabyte, false), [gigabyte + LEAST_ROOM, packed]);
        assert_eq!(needed(gigabyte, true), [gigabyte + packed + LEAST_ROOM, 0]);
    }

    #[test]
    fn what_is_in_the_log_counts() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(DATABASE), [0; 300]).unwrap();
        assert_eq!(size(dir.path()).unwrap(), 300);
        fs::write(dir.path().join("appliance.sqlite-wal"), [0; 20]).unwrap();
        assert_eq!(size(dir.path()).unwrap(), 320);
    }
}
