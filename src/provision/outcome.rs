//! What a verb did.

use crate::provision::shown::Shown;
use crate::scim::ScimError;

/// What a verb did, and the resource as it is now.
#[derive(Debug)]
pub enum Outcome {
    /// A resource came to be.
    Created(Shown),
    /// A resource changed.
    Changed(Shown),
    /// The request was right and asked for nothing new: no version, no change record.
    Unchanged(Shown),
    /// A resource is gone.
    Gone,
    /// The operator does not allow it: nothing was done, but that it was asked for is counted.
    Forbidden(ScimError),
}

impl Outcome {
    /// What was done, or why nothing was.
    pub fn done(self) -> Result<Self, ScimError> {
        match self {
            Self::Forbidden(error) => Err(error),
            done => Ok(done),
        }
    }

    /// The resource, unless it is gone.
    pub const fn shown(&self) -> Option<&Shown> {
        match self {
            Self::Created(shown) | Self::Changed(shown) | Self::Unchanged(shown) => Some(shown),
            Self::Gone | Self::Forbidden(_) => None,
        }
    }
}
