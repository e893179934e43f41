//! One database in the place of another. Killed anywhere, it leaves the one or the other, whole.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::backup::settle;
use super::connect::{file_of, open};
use super::error::StoreError;
use super::migrate::{Before, migrate};
use super::pragmas::Purpose;
use super::presence::Presence;
use super::session::{Role, Session};
use super::view::Tx;
use crate::base::Timestamp;

/// What is between the name of the database and the time in the name of what a restore keeps.
const KEPT: &str = ".before-restore-";

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

/// Puts the database `new`, which must be in the data directory `dir` and ready, in the place of the
/// one that is there. That one is kept beside it: answers where, unless there was none.
///
/// The caller holds the [`super::lock::Lock`] of the directory. [`StoreError::AtWork`] while a command,
/// or any other program, has the database open.
pub fn replace(dir: &Path, new: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let _alone = Presence::alone(dir)?;
    let old = file_of(dir);
    if !old.exists() {
        // A log that belongs to no database would be taken for that of the new one.
        Exchange::new(dir, new, now).clear()?;
        put(new, &old, dir)?;
        return Ok(None);
    }
    let exchange = Exchange::new(dir, new, now);
    for step in Exchange::STEPS {
        step(&exchange)?;
    }
    Ok(Some(exchange.kept))
}

/// Removes the name that a killed restore gave the present database: it would pass for a copy of it.
pub(super) fn forget_twins(dir: &Path) -> Result<(), StoreError> {
    let complain = |cause| StoreError::io(dir, cause);
    let Ok(present) = fs::symlink_metadata(file_of(dir)) else {
        return Ok(());
    };
    if present.nlink() < 2 {
        return Ok(());
    }
    let begin = format!("{}{KEPT}", name_of(&file_of(dir)));
    for entry in fs::read_dir(dir).map_err(complain)? {
        let entry = entry.map_err(complain)?;
        let ours = entry.file_name().to_string_lossy().starts_with(&begin);
        let same =
            |found: &fs::Metadata| found.ino() == present.ino() && found.dev() == present.dev();
        if ours && entry.metadata().is_ok_and(|found| same(&found)) {
            fs::remove_file(entry.path()).map_err(complain)?;
        }
    }
    Ok(())
}

/// One step of a replacement.
type Step = fn(&Exchange) -> Result<(), StoreError>;

/// A replacement under way, a step at a time: after each of them the present database is whole.
struct Exchange {
    dir: PathBuf,
    new: PathBuf,
    old: PathBuf,
    kept: PathBuf,
}

impl Exchange {
    const STEPS: [Step; 5] = [
        |exchange| forget_twins(&exchange.dir),
        Self::settle,
        Self::keep,
        Self::clear,
        |exchange| put(&exchange.new, &exchange.old, &exchange.dir),
    ];

    fn new(dir: &Path, new: &Path, now: Timestamp) -> Self {
        let old = file_of(dir);
        let name = format!("{KEPT}{}", now.compact());
        let mut kept = beside(&old, &name);
        // Two within one second have one time: the later one gets a number.
        let mut number = 2;
        while kept.symlink_metadata().is_ok() {
            kept = beside(&old, &format!("{name}-{number}"));
            number += 1;
        }
        Self {
            dir: dir.to_owned(),
            new: new.to_owned(),
            old,
            kept,
        }
    }

    /// Copies the log of the present database into it and takes the log away. SQLite does that only
    /// if nobody else has the database open, programs that are not ours included.
    fn settle(&self) -> Result<(), StoreError> {
        let settled = open(&self.old, Purpose::WriteAlone).and_then(|sql| {
            let mode: String =
                sql.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0))?;
            if mode == "delete" {
                Ok(())
            } else {
                Err(StoreError::Locked)
            }
        });
        match settled {
            Err(StoreError::Locked) => Err(StoreError::AtWork),
            // It cannot be used, which may be why another takes its place; it is kept as it is.
            Err(StoreError::Corrupt { .. }) => Ok(()),
            other => other,
        }
    }

    /// Gives the present database a second name, and its log too if it could not be settled.
    fn keep(&self) -> Result<(), StoreError> {
        link(&self.old, &self.kept)?;
        let log = beside(&self.old, "-wal");
        if log.exists() {
            link(&log, &beside(&self.kept, "-wal"))?;
        }
        sync(&self.dir)
    }

    /// Takes away what would be taken for the log of the new database.
    fn clear(&self) -> Result<(), StoreError> {
        for end in ["-wal", "-shm", "-journal"] {
            let companion = beside(&self.old, end);
            match fs::remove_file(&companion) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::io(&companion, error));
                }
                _ => {}
            }
        }
        sync(&self.dir)
    }
}

fn put(new: &Path, old: &Path, dir: &Path) -> Result<(), StoreError> {
    fs::rename(new, old).map_err(|cause| StoreError::io(old, cause))?;
    sync(dir)
}

fn link(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::hard_link(from, to).map_err(|cause| StoreError::io(to, cause))
}

fn sync(place: &Path) -> Result<(), StoreError> {
    File::open(place)
        .and_then(|file| file.sync_all())
        .map_err(|cause| StoreError::io(place, cause))
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(end);
    PathBuf::from(name)
}

fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::backup::copy;
    use crate::store::connect::private;
    use crate::store::contents::judge;
    use crate::store::handle::Store;

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
        for steps in 0..=Exchange::STEPS.len() {
            let (dir, new) = house();
            let exchange = Exchange::new(dir.path(), &new, NOW);
            for step in &Exchange::STEPS[..steps] {
                step(&exchange).unwrap();
            }
            let done = steps == Exchange::STEPS.len();
            let expected = if done {
                ["first", "new"]
            } else {
                ["first", "second"]
            };
            assert_eq!(notes(dir.path()), expected, "{steps} steps");
            assert_eq!(exchange.kept.exists(), done, "{steps} steps");
        }
    }

    #[test]
    fn what_was_there_is_kept_whole() {
        let (dir, new) = house();
        let kept = replace(dir.path(), &new, NOW).unwrap().unwrap();
        assert_eq!(notes(dir.path()), ["first", "new"]);
        judge(&kept).unwrap();
        // It goes back the same way.
        let again = dir.path().join("again");
        fs::copy(&kept, &again).unwrap();
        make_ready(&again, NOW, |_| Ok(())).unwrap();
        let later = Timestamp::from_millis(NOW.as_millis() + 1_000);
        replace(dir.path(), &again, later).unwrap().unwrap();
        assert_eq!(notes(dir.path()), ["first", "second"]);
    }

    #[test]
    fn what_cannot_be_opened_is_kept_as_it_is() {
        let (dir, new) = house();
        let old = file_of(dir.path());
        fs::write(&old, [7; 5_000]).unwrap();
        let kept = replace(dir.path(), &new, NOW).unwrap().unwrap();
        assert_eq!(fs::read(&kept).unwrap(), [7; 5_000]);
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
