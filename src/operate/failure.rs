//! Why a verb did nothing, and whose fault it was.

use thiserror::Error;

use super::objection::Objection;
use super::refusal::Refusal;
use crate::store::StoreError;

/// Either the operator can repair it, or something below broke.
#[derive(Debug, Error)]
pub enum Failure {
    /// A mistake, in words and with a hint.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What went wrong below.
    #[error(transparent)]
    Broken(#[from] StoreError),
}

impl From<Objection> for Failure {
    fn from(objection: Objection) -> Self {
        Self::Refused(objection.into())
    }
}
