//! Putting a database in the place of the one that is there.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::backup::settle;
use super::connect::{file_of, open};
use super::error::StoreError;
use super::migrate::{Before, migrate};
use super::pragmas::Purpose;
use super::presence::Presence;
use super::replacement::{Aside, Replacement, sync};
use super::session::{Role, Session};
use super::view::Tx;
use crate::base::Timestamp;

/// Makes a database that was unpacked to one side ready to be used: of the present format, with what
/// `act` writes, in one file, on disk.
pub fn make_ready(
    new: &Path,
    now: Timestamp,
    act: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut sql = open(new, Purpose::WriteAlone)?;
    // The backup itself is the copy to return to.
    migrate(&mut sql, Role::Server, Before::Nothing, now)?;
    let session = Session::new(sql, None);
    session.run("BEGIN IMMEDIATE")?;
    act(&Tx::new(&session))?;
    session.run("COMMIT")?;
    drop(session);
    settle(new)?;
    sync(new)
}

/// Whether a file that was opened is the database of the data directory `dir`, under whatever name.
pub fn is_present(dir: &Path, file: &File) -> io::Result<bool> {
    let found = file.metadata()?;
    match fs::metadata(file_of(dir)) {
        Ok(present) => Ok((present.dev(), present.ino()) == (found.dev(), found.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts the database `new`, which must be in the data directory `dir` and ready, in the place of the
/// one that is there. That one is kept beside it.
///
/// The caller holds the [`super::lock::Lock`] of the directory. [`StoreError::AtWork`] while a command,
/// or any other program, has the database open.
pub fn replace(dir: &Path, new: &Path, now: Timestamp) -> Result<Aside, StoreError> {
    let _alone = Presence::alone(dir)?;
    let replacement = Replacement::new(dir, new, now);
    for step in Replacement::STEPS {
        step(&replacement)?;
    }
    Ok(replacement.aside())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::store::backup::copy;
    use crate::store::connect::{beside, private};
    use crate::store::contents::judge;
    use crate::store::handle::Store;
    use crate::store::replacement::take_back;

    const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);

    fn note(store: &Store, subject: &'static str) {
        let noted: Result<i64, StoreError> = store
            .write(move |tx| tx.append_audit(NOW, "test", "note", subject))
            .wait();
        noted.unwrap();
    }

    fn notes(dir: &Path) -> Vec<String> {
        let store = Store::open(dir, Role::Server).unwrap();
        let audit = store.read(|view| view.audit(10)).unwrap();
        audit.into_iter().rev().map(|act| act.subject).collect()
    }

    /// A directory whose database knows more than the one beside it, which is ready.
    fn house() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Role::Server).unwrap();
        note(&store, "first");
        let new = dir.path().join("new");
        private(&new).unwrap();
        copy(dir.path(), &new, &mut |_| {}).unwrap();
        make_ready(&new, NOW, |tx| {
            tx.append_audit(NOW, "test", "restore", "new").map(|_| ())
        })
        .unwrap();
        note(&store, "second");
        // As a killed server leaves it: what was written last is only in the log.
        let left = dir.path().join("left");
        for end in ["", "-wal"] {
            fs::copy(beside(&file_of(dir.path()), end), beside(&left, end)).unwrap();
        }
        drop(store);
        for end in ["", "-wal"] {
            fs::rename(beside(&left, end), beside(&file_of(dir.path()), end)).unwrap();
        }
        (dir, new)
    }

    #[test]
    fn killed_after_any_step_it_leaves_the_old_or_the_new() {
        for steps in 0..=Replacement::STEPS.len() {
            let (dir, new) = house();
            let replacement = Replacement::new(dir.path(), &new, NOW);
            for step in &Replacement::STEPS[..steps] {
                step(&replacement).unwrap();
            }
            let done = steps == Replacement::STEPS.len();
            let expected = if done {
                ["first", "new"]
            } else {
                ["first", "second"]
            };
            assert_eq!(notes(dir.path()), expected, "{steps} steps");
            assert_eq!(replacement.kept.exists(), done, "{steps} steps");
        }
    }

    #[test]
    fn what_was_there_is_kept_whole() {
        let (dir, new) = house();
        let Aside::Database(kept) = replace(dir.path(), &new, NOW).unwrap() else {
            panic!("it was sound");
        };
        assert_eq!(notes(dir.path()), ["first", "new"]);
        judge(&kept).unwrap();
        // It goes back the same way.
        let again = dir.path().join("again");
        fs::copy(&kept, &again).unwrap();
        make_ready(&again, NOW, |_| Ok(())).unwrap();
        let later = Timestamp::from_millis(NOW.as_millis() + 1_000);
        replace(dir.path(), &again, later).unwrap();
        assert_eq!(notes(dir.path()), ["first", "second"]);
    }

    /// Writes over the page that says what file it is.
    fn damage(dir: &Path) -> Vec<u8> {
        let file = file_of(dir);
        let mut bytes = fs::read(&file).unwrap();
        let page = bytes[..4_096].to_vec();
        bytes[..4_096].fill(7);
        fs::write(&file, bytes).unwrap();
        page
    }

    fn repair(dir: &Path, page: &[u8]) {
        let file = file_of(dir);
        let mut bytes = fs::read(&file).unwrap();
        bytes[..4_096].copy_from_slice(page);
        fs::write(&file, bytes).unwrap();
    }

    #[test]
    fn what_cannot_be_opened_is_kept_as_it_is() {
        let (dir, new) = house();
        let log = fs::read(beside(&file_of(dir.path()), "-wal")).unwrap();
        let page = damage(dir.path());
        let damaged = fs::read(file_of(dir.path())).unwrap();
        assert!(Store::open(dir.path(), Role::Server).is_err());
        let Aside::Remains(kept) = replace(dir.path(), &new, NOW).unwrap() else {
            panic!("it was not sound");
        };
        assert_eq!(fs::read(&kept[0]).unwrap(), damaged);
        assert_eq!(fs::read(&kept[1]).unwrap(), log);
        assert_eq!(notes(dir.path()), ["first", "new"]);
        // Whoever can repair it loses nothing.
        let other = tempfile::tempdir().unwrap();
        for (end, kept) in ["", "-wal"].into_iter().zip(&kept) {
            fs::copy(kept, beside(&file_of(other.path()), end)).unwrap();
        }
        repair(other.path(), &page);
        assert_eq!(notes(other.path()), ["first", "second"]);
    }

    #[test]
    fn what_cannot_be_opened_is_whole_again_when_a_restore_is_killed() {
        for steps in 0..Replacement::STEPS.len() {
            let (dir, new) = house();
            let page = damage(dir.path());
            let replacement = Replacement::new(dir.path(), &new, NOW);
            for step in &Replacement::STEPS[..steps] {
                step(&replacement).unwrap();
            }
            take_back(dir.path()).unwrap();
            repair(dir.path(), &page);
            assert_eq!(notes(dir.path()), ["first", "second"], "{steps} steps");
            assert!(!replacement.kept.exists(), "{steps} steps");
            assert!(!beside(&replacement.kept, "-wal").exists(), "{steps} steps");
        }
    }

    #[test]
    fn a_log_without_its_database_is_neither_used_nor_lost() {
        let (dir, new) = house();
        let file = file_of(dir.path());
        let log = fs::read(beside(&file, "-wal")).unwrap();
        for gone in [false, true] {
            if gone {
                fs::remove_file(&file).unwrap();
            } else {
                fs::write(&file, "").unwrap();
            }
            let opened = Store::open(dir.path(), Role::Server);
            assert!(matches!(opened, Err(StoreError::Corrupt { .. })));
            assert_eq!(file.exists(), !gone);
            assert_eq!(fs::read(beside(&file, "-wal")).unwrap(), log);
        }
        let kept = replace(dir.path(), &new, NOW).unwrap();
        let Aside::Remains(kept) = kept else {
            panic!("{kept:?}");
        };
        assert_eq!(fs::read(&kept[0]).unwrap(), log);
        assert_eq!(notes(dir.path()), ["first", "new"]);
    }

    #[test]
    fn nobody_may_be_at_work_on_either() {
        let (dir, new) = house();
        let store = Store::open(dir.path(), Role::Guest).unwrap();
        let refused = replace(dir.path(), &new, NOW);
        assert!(matches!(refused, Err(StoreError::AtWork)), "{refused:?}");
        drop(store);
        // A foreign program, which knows nothing of our locks.
        let foreign = rusqlite::Connection::open(file_of(dir.path())).unwrap();
        foreign
            .query_row("SELECT count(*) FROM audit", [], |_| Ok(()))
            .unwrap();
        let refused = replace(dir.path(), &new, NOW);
        assert!(matches!(refused, Err(StoreError::AtWork)), "{refused:?}");
        drop(foreign);
        let alone = Presence::alone(dir.path()).unwrap();
        assert!(matches!(
            Store::open(dir.path(), Role::Guest),
            Err(StoreError::Restoring)
        ));
        drop(alone);
        assert_eq!(notes(dir.path()), ["first", "second"]);
    }
}
