//! Why a command did not do what it was asked: a fact, and where there is one, a hint.

use std::fmt::Display;
use std::io;

use super::exit::Exit;
use crate::operate::backups::{BackupError, Flaw};
use crate::operate::{Failure, Fault, Refusal};
use crate::store::StoreError;

/// What is printed as `error: …` and `hint: …`, and the exit code that goes with it.
#[derive(Debug)]
pub(super) struct Problem {
    /// The exit code.
    pub(super) exit: Exit,
    /// The fact.
    pub(super) error: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

impl Problem {
    /// It should have worked and did not.
    pub(super) fn failed(error: impl Display) -> Self {
        Self::new(Exit::Failed, error)
    }

    /// What was typed or configured is wrong.
    pub(super) fn usage(error: impl Display) -> Self {
        Self::new(Exit::Usage, error)
    }

    /// What was named does not exist.
    pub(super) fn not_found(error: impl Display) -> Self {
        Self::new(Exit::NotFound, error)
    }

    /// It was understood and refused.
    pub(super) fn refused(error: impl Display) -> Self {
        Self::new(Exit::Refused, error)
    }

    /// An operator's mistake of this kind.
    pub(super) fn of(fault: Fault, error: impl Display) -> Self {
        let exit = match fault {
            Fault::Usage => Exit::Usage,
            Fault::NotFound => Exit::NotFound,
            Fault::Refused => Exit::Refused,
        };
        Self::new(exit, error)
    }

    fn new(exit: Exit, error: impl Display) -> Self {
        Self {
            exit,
            error: error.to_string(),
            hint: None,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub(super) fn hint(self, hint: impl Display) -> Self {
        Self {
            hint: Some(hint.to_string()),
            ..self
        }
    }
}

/// Only writing an answer fails without a better word for it.
impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // `appliance … | head`: the reader has what it wanted.
            return Self::new(Exit::Done, "");
        }
        Self::failed(format!("the answer could not be written: {error}"))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self {
            hint: refusal.hint(),
            ..Self::of(refusal.fault(), refusal)
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::Broken(error) => error.into(),
        }
    }
}

impl From<BackupError> for Problem {
    fn from(error: BackupError) -> Self {
        let text = error.to_string();
        match error {
            BackupError::Broken(error) => error.into(),
            BackupError::Unfit { flaw, .. } => unfit(&flaw, text),
            BackupError::NotReplaced(_) => {
                Self::refused(text).hint("name another file, or a directory, with --output")
            }
            BackupError::NoSuchDirectory(ref place) => {
                let place = place.display();
                Self::not_found(text).hint(format!(
                    "mount or make it first (`mkdir {place}`); to name a file, let it end in `.tar.zst`, or in \
                     `.tar.zst.age` if it is encrypted"
                ))
            }
            BackupError::BadRecipient(_) | BackupError::BadLine { .. } => Self::usage(text)
                .hint("`age-keygen -o key.txt` makes a key and shows its recipient, age1…"),
            BackupError::SecretKey { .. } => Self::usage(text).hint(
                "`age-keygen -y FILE` prints the recipient of a key file, age1…; the key itself need never \
                 be on this machine",
            ),
            BackupError::BadIdentity(_) => {
                Self::usage(text).hint("a key file of `age-keygen`, not protected by a passphrase")
            }
            BackupError::NoRoom { .. } => Self::failed(text).hint(MAKE_ROOM),
            BackupError::Misread(_) => Self::failed(text).hint("the disk may be failing"),
            BackupError::Io { cause, .. } => with_file(&cause, text),
        }
    }
}

/// What a shortage is met with.
const MAKE_ROOM: &str = "nothing was changed; make room, then repeat the command";

/// What the system complains of when files are read and written.
fn with_file(cause: &io::Error, text: String) -> Problem {
    match cause.kind() {
        io::ErrorKind::NotFound => Problem::not_found(text),
        io::ErrorKind::PermissionDenied => Problem::failed(text)
            .hint("files are read and written as the owner of the data directory"),
        io::ErrorKind::ReadOnlyFilesystem => Problem::failed(text).hint(
            "where a unit of systemd wrote it, `ReadWritePaths=` must name the directory: `systemctl edit \
             appliance-backup`",
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            Problem::failed(text).hint(MAKE_ROOM)
        }
        _ => Problem::failed(text),
    }
}

/// A file that cannot be used as a backup.
fn unfit(flaw: &Flaw, text: String) -> Problem {
    match flaw {
        Flaw::Encrypted => {
            Problem::refused(text).hint("`--identity KEYFILE` names the key that opens it")
        }
        Flaw::WrongKey => Problem::refused(text).hint("`--identity KEYFILE` names another key"),
        Flaw::Newer(_) | Flaw::Database(StoreError::Newer { .. }) => Problem::refused(text)
            .hint("use the version of `appliance` that made it, or a later one"),
        Flaw::NoRoom { .. } => Problem::failed(text).hint(MAKE_ROOM),
        Flaw::Io(cause) => with_file(cause, text),
        Flaw::Present | Flaw::Foreign | Flaw::Damaged(_) | Flaw::Database(_) => {
            Problem::refused(text).hint("`appliance backup list` shows the backups that there are")
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let hint = match &error {
            StoreError::AtWork => {
                Some("nothing was changed; let it end (Litestream too), then repeat the command")
            }
            StoreError::Busy | StoreError::Locked | StoreError::Restoring => {
                Some("try again in a moment")
            }
            StoreError::Full => Some(MAKE_ROOM),
            StoreError::Corrupt { .. } => {
                Some("stop the server, and restore a backup; all that is there is kept beside it")
            }
            StoreError::InUse => {
                Some("stop the other server, or choose another directory with --data-dir")
            }
            StoreError::Older { .. } => Some("start the server once; it keeps what was there"),
            StoreError::Newer { .. } => {
                Some("use the version of `appliance` that last used this data")
            }
            StoreError::Io { cause, .. } if cause.kind() == io::ErrorKind::PermissionDenied => {
                Some("run it as the owner of the data directory, or as root")
            }
            _ => None,
        };
        let problem = match error {
            // The store is sound; it is ours to keep away.
            StoreError::InUse
            | StoreError::AtWork
            | StoreError::Restoring
            | StoreError::Older { .. }
            | StoreError::Newer { .. }
            | StoreError::Foreign => Self::refused(error),
            _ => Self::failed(error),
        };
        match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}
