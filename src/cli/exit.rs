//! How a command ended, as a number that scripts can rely on.

use std::process::ExitCode;

/// The documented exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done.
    Done,
    /// It should have worked and did not.
    Failed,
    /// What was typed or configured is wrong.
    Usage,
    /// What was named does not exist.
    NotFound,
    /// It was understood and refused.
    Refused,
    /// Done, but somebody should look.
    Warned,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::NotFound => 3,
            Exit::Refused => 4,
            Exit::Warned => 5,
        })
    }
}
