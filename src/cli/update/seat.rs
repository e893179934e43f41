//! How a new program takes the place of the present one. At every moment there is a whole program under its
//! name, the old or the new (reliability R40): each step is the renaming of a file that is complete and on
//! the disk.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::stage::Stage;
use crate::cli::problem::Problem;

/// Where the program is, and where the one before it is kept.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) program: PathBuf,
    pub(super) previous: PathBuf,
    /// Where the one before the one before is held until it is certain that nobody returns.
    held: PathBuf,
}

impl Seat {
    pub(super) fn of(program: &Path, stage: &Stage) -> Self {
        Self {
            previous: program.with_file_name("appliance.previous"),
            held: stage.folder().join("held"),
            program: program.to_owned(),
        }
    }

    /// Gives a new program the owner and the mode of the present one, and sees it onto the disk.
    pub(super) fn dress(&self, new: &Path) -> Result<(), Problem> {
        let dressed = || {
            let (present, found) = (fs::metadata(&self.program)?, fs::metadata(new)?);
            if (found.uid(), found.gid()) != (present.uid(), present.gid()) {
                chown(new, Some(present.uid()), Some(present.gid()))?;
            }
            fs::set_permissions(new, Permissions::from_mode(present.mode() & 0o777))?;
            File::open(new)?.sync_all()
        };
        dressed().map_err(|error| self.failed(&error))
    }

    /// Keeps the present program beside itself, and puts the new one in its place.
    pub(super) fn take(&self, new: &Path, stage: &Stage) -> Result<(), Problem> {
        let kept = stage.folder().join("kept");
        let taken = || {
            if self.previous.exists() {
                second_name(&self.previous, &self.held)?;
            }
            second_name(&self.program, &kept)?;
            rename(&kept, &self.previous)?;
            rename(new, &self.program)
        };
        taken().map_err(|error| self.failed(&error))
    }

    /// Puts back what was there before.
    pub(super) fn give_back(&self) -> Result<(), Problem> {
        let given = || {
            rename(&self.previous, &self.program)?;
            if self.held.exists() {
                rename(&self.held, &self.previous)?;
            }
            Ok(())
        };
        given().map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Problem {
        Problem::failed(format!("{}: {error}", self.program.display()))
            .hint("run it as root, or as the owner of the program and its directory")
    }
}

/// A second name for a file; a copy where the file system knows no such thing.
fn second_name(file: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(file, name).or_else(|_| {
        fs::copy(file, name)?;
        File::open(name)?.sync_all()
    })
}

/// Renames a file, and sees that onto the disk.
fn rename(file: &Path, name: &Path) -> io::Result<()> {
    fs::rename(file, name)?;
    match name.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<(String, String)> {
        let mut found: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn what_is_given_back_is_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("appliance");
        fs::write(&program, "first").unwrap();
        for (new, before) in [("second", None), ("third", Some("first"))] {
            let was = names(folder.path());
            for returns in [true, false] {
                let stage = Stage::beside(&program).unwrap();
                let seat = Seat::of(&program, &stage);
                let file = stage.folder().join("new");
                fs::write(&file, new).unwrap();
                seat.take(&file, &stage).unwrap();
                assert_eq!(fs::read_to_string(&program).unwrap(), new);
                if returns {
                    seat.give_back().unwrap();
                    assert_eq!(names(folder.path()), was, "{before:?}");
                }
            }
        }
        let kept = fs::read_to_string(folder.path().join("appliance.previous")).unwrap();
        assert_eq!(kept, "second");
    }
}
