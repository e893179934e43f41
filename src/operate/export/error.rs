//! Why an export ended early.

use std::io;

use thiserror::Error;

use super::flaw::ExportFlaw;
use crate::operate::failure::Failure;
use crate::operate::refusal::Refusal;
use crate::store::StoreError;

/// What went wrong, by who can repair it.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The operator: a wrong filter, an unknown connection.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The operator: an order that cannot be carried out.
    #[error(transparent)]
    Flawed(#[from] ExportFlaw),
    /// Something below.
    #[error(transparent)]
    Broken(#[from] StoreError),
    /// Where it is written to: a full disk, a closed pipe.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl From<Failure> for ExportError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Broken(error) => Self::Broken(error),
        }
    }
}

/// What the system complained of is taken out again: behind the words of the library it would be unknown
/// that the reader only went away.
impl From<csv::Error> for ExportError {
    fn from(error: csv::Error) -> Self {
        let text = error.to_string();
        Self::Output(match error.into_kind() {
            csv::ErrorKind::Io(cause) => cause,
            _ => io::Error::other(text),
        })
    }
}
