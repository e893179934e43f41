//! Why a request was not carried out, and whose fault it was.

use thiserror::Error;

use crate::scim::ScimError;
use crate::store::StoreError;

/// A request that was not carried out. Nothing of it is left behind.
#[derive(Debug, Error)]
pub enum Failure {
    /// The client's fault: it is told word for word.
    #[error("refused: {0}")]
    Refused(#[from] ScimError),
    /// Nobody's: the guard of the connection holds it back until somebody has looked.
    #[error("held back: {0}")]
    Withheld(ScimError),
    /// Ours: the log gets the causes, the client a status and a reference.
    #[error("broken: {0}")]
    Broken(#[from] StoreError),
}
