//! Who acts, and when.

use crate::base::Timestamp;
use crate::store::{StoreError, Tx};

/// The person at the command line: the one context value that every verb takes.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The account that ran the command.
    pub actor: String,
    /// When.
    pub now: Timestamp,
}

impl Operator {
    /// Leaves a line in the audit.
    pub(super) fn record(
        &self,
        tx: &Tx<'_>,
        action: &str,
        subject: &str,
    ) -> Result<(), StoreError> {
        tx.append_audit(self.now, &self.actor, action, subject)
    }
}
