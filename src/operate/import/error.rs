//! Why an import ended early. What was committed until then stays.

use std::io;

use thiserror::Error;

use super::flaw::ImportFlaw;
use crate::operate::failure::Failure;
use crate::operate::refusal::Refusal;
use crate::store::StoreError;

/// What went wrong, by who can repair it.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The operator: an unknown connection.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The operator: the file as a whole.
    #[error(transparent)]
    Flawed(#[from] ImportFlaw),
    /// Something below.
    #[error(transparent)]
    Broken(#[from] StoreError),
    /// Where it is read from.
    #[error(transparent)]
    Input(#[from] io::Error),
}

impl From<Failure> for ImportError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Broken(error) => Self::Broken(error),
        }
    }
}

impl From<csv::Error> for ImportError {
    fn from(error: csv::Error) -> Self {
        Self::Input(error.into())
    }
}
