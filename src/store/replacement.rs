//! One database in the place of another, step by step. Killed between any two, it leaves the one or the
//! other, whole.

use std::cell::Cell;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::connect::{approach, beside, file_of};
use super::error::StoreError;
use super::format::recognise;
use crate::base::Timestamp;

/// What is between the name of the database and the time in the name of what a restore keeps.
const KEPT: &str = ".before-restore-";
/// What SQLite puts beside a database.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What is kept of what was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// There was nothing.
    Nothing,
    /// A database in one file, which can go back the same way.
    Database(PathBuf),
    /// Files that are no database any more, as they were: the log may hold what they lack.
    Remains(Vec<PathBuf>),
}

/// Takes back what a killed restore had begun: the second name of the present database, which would
/// pass for a copy of it, and what it had taken away from beside it.
pub(super) fn take_back(dir: &Path) -> Result<(), StoreError> {
    let complain = |cause| StoreError::io(dir, cause);
    let file = file_of(dir);
    let Ok(present) = fs::symlink_metadata(&file) else {
        return Ok(());
    };
    if present.nlink() < 2 {
        return Ok(());
    }
    let begin = format!("{}{KEPT}", name_of(&file));
    for entry in fs::read_dir(dir).map_err(complain)? {
        let entry = entry.map_err(complain)?;
        let ours = entry.file_name().to_string_lossy().starts_with(&begin);
        let same =
            |found: fs::Metadata| found.ino() == present.ino() && found.dev() == present.dev();
        if ours && entry.metadata().is_ok_and(same) {
            take_back_one(&entry.path(), &file)?;
        }
    }
    sync(dir)
}

fn take_back_one(kept: &Path, file: &Path) -> Result<(), StoreError> {
    for end in COMPANIONS {
        let (kept, present) = (beside(kept, end), beside(file, end));
        let is_there = fs::metadata(&present).is_ok_and(|found| found.len() > 0);
        let taken = if is_there {
            fs::remove_file(&kept)
        } else {
            fs::rename(&kept, &present)
        };
        if_there(taken, &kept)?;
    }
    if_there(fs::remove_file(kept), kept)
}

/// One step of a replacement.
pub(super) type Step = fn(&Replacement) -> Result<(), StoreError>;

/// A replacement under way, a step at a time: after each of them the present database is whole.
pub(super) struct Replacement {
    dir: PathBuf,
    new: PathBuf,
    old: PathBuf,
    pub(super) kept: PathBuf,
    /// Whether the present database is in one file.
    settled: Cell<bool>,
}

impl Replacement {
    pub(super) const STEPS: [Step; 5] = [
        |replacement| take_back(&replacement.dir),
        Self::settle,
        Self::keep,
        Self::clear,
        |replacement| put(&replacement.new, &replacement.old, &replacement.dir),
    ];

    pub(super) fn new(dir: &Path, new: &Path, now: Timestamp) -> Self {
        let old = file_of(dir);
        let name = format!("{KEPT}{}", now.compact());
        let mut kept = beside(&old, &name);
        // Two within one second have one time: the later one gets a number.
        let mut number = 2;
        while with_companions(&kept).any(|place| place.symlink_metadata().is_ok()) {
            kept = beside(&old, &format!("{name}-{number}"));
            number += 1;
        }
        Self {
            dir: dir.to_owned(),
            new: new.to_owned(),
            old,
            kept,
            settled: Cell::new(false),
        }
    }

    /// Copies the log of a present database that can be used into it and takes the log away. SQLite does that only
    /// if nobody else has the database open, programs that are not ours included.
    fn settle(&self) -> Result<(), StoreError> {
        if !self.old.exists() {
            return Ok(());
        }
        let settled = approach(&self.old).and_then(|sql| {
            match recognise(&sql) {
                Ok(_) | Err(StoreError::Newer { .. }) => {}
                Err(error) => return Err(error),
            }
            let mode: String =
                sql.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0))?;
            if mode == "delete" {
                Ok(())
            } else {
                Err(StoreError::Locked)
            }
        });
        match settled {
            Ok(()) => self.settled.set(true),
            Err(StoreError::Locked) => return Err(StoreError::AtWork),
            // It cannot be used, which may be why another takes its place; it is kept as it is.
            Err(StoreError::Corrupt { .. } | StoreError::Foreign) => {}
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// Gives the present database a second name, and its log too if it could not be settled.
    fn keep(&self) -> Result<(), StoreError> {
        for (from, to) in with_companions(&self.old).zip(with_companions(&self.kept)) {
            if_there(fs::hard_link(from, &to), &to)?;
        }
        sync(&self.dir)
    }

    /// Takes away what would be taken for the log of the new database.
    fn clear(&self) -> Result<(), StoreError> {
        for end in COMPANIONS {
            let companion = beside(&self.old, end);
            if_there(fs::remove_file(&companion), &companion)?;
        }
        sync(&self.dir)
    }

    /// What was kept.
    pub(super) fn aside(&self) -> Aside {
        if self.settled.get() {
            return Aside::Database(self.kept.clone());
        }
        let kept: Vec<_> = with_companions(&self.kept)
            .filter(|place| place.exists())
            .collect();
        if kept.is_empty() {
            Aside::Nothing
        } else {
            Aside::Remains(kept)
        }
    }
}

/// A database and what may be beside it.
fn with_companions(file: &Path) -> impl Iterator<Item = PathBuf> {
    [""].into_iter()
        .chain(COMPANIONS)
        .map(|end| beside(file, end))
}

/// What is done to a file that need not be there.
fn if_there(done: io::Result<()>, place: &Path) -> Result<(), StoreError> {
    match done {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io(place, error)),
        _ => Ok(()),
    }
}

fn put(new: &Path, old: &Path, dir: &Path) -> Result<(), StoreError> {
    fs::rename(new, old).map_err(|cause| StoreError::io(old, cause))?;
    sync(dir)
}

pub(super) fn sync(place: &Path) -> Result<(), StoreError> {
    File::open(place)
        .and_then(|file| file.sync_all())
        .map_err(|cause| StoreError::io(place, cause))
}

fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
