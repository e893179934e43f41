//! Whose files these are. Run as root, a command becomes the owner of the data directory before it
//! touches anything there, so that files keep their owner.

use std::ffi::CString;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::sys::stat::{Mode, umask};
use nix::unistd::{Gid, Uid, User, geteuid, getuid, initgroups, setgid, setgroups, setuid};

use super::problem::Problem;

/// New files are for their owner only, whatever library makes them: `-wal`, `-shm` and lock files
/// are not opened by us (reliability R34).
pub(super) fn keep_files_private() {
    umask(Mode::S_IRWXG | Mode::S_IRWXO);
}

/// What is written from here on is for everybody to read.
pub(super) fn let_files_be_read() {
    umask(Mode::S_IWGRP | Mode::S_IWOTH);
}

/// Who typed the command, for the audit.
pub(super) fn actor() -> String {
    let user = getuid();
    let name = match User::from_uid(user) {
        Ok(Some(user)) => user.name,
        _ => format!("uid {user}"),
    };
    // Only root can be believed about it: anybody may set the variable.
    match std::env::var("SUDO_USER") {
        Ok(behind) if user.is_root() && !behind.is_empty() => format!("{name} ({behind})"),
        _ => name,
    }
}

/// Whether this directory is there and its data are for whoever typed the command: for its owner, and for
/// root, who becomes the owner.
pub(super) fn may_command(directory: &Path) -> bool {
    let me = geteuid();
    std::fs::metadata(directory)
        .is_ok_and(|found| found.is_dir() && (me.is_root() || me.as_raw() == found.uid()))
}

/// Drops root for the owner of `directory`; nothing happens to anybody else, to root's own
/// directory, or where there is none yet. Must run while the process has a single thread.
///
/// Answers the name of the owner when it changed.
pub(super) fn become_owner(directory: &Path) -> Result<Option<String>, Problem> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let Ok(found) = std::fs::metadata(directory) else {
        return Ok(None);
    };
    if found.uid() == 0 {
        return Ok(None);
    }
    let (uid, gid) = (Uid::from_raw(found.uid()), Gid::from_raw(found.gid()));
    let known = User::from_uid(uid).ok().flatten();
    // Groups first: once the user is not root any more, they could not be changed.
    let dropped = match &known {
        Some(user) => CString::new(user.name.as_str())
            .map_err(|_| nix::errno::Errno::EINVAL)
            .and_then(|name| initgroups(&name, user.gid))
            .and_then(|()| setgid(user.gid)),
        None => setgroups(&[gid]).and_then(|()| setgid(gid)),
    }
    .and_then(|()| setuid(uid));
    let name = known.map_or_else(|| uid.to_string(), |user| user.name);
    match dropped {
        Ok(()) => Ok(Some(name)),
        Err(error) => Err(Problem::failed(format!(
            "cannot become `{name}`, the owner of {}: {error}",
            directory.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_are_for_their_owner_and_for_root() {
        let own = tempfile::tempdir().unwrap();
        assert!(may_command(own.path()));
        assert!(!may_command(&own.path().join("missing")));
        // `/` is root's on every system, and so is nobody else's.
        assert_eq!(may_command(Path::new("/")), geteuid().is_root());
    }

    #[test]
    fn a_file_is_no_place_for_data() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(!may_command(file.path()));
    }
}
