//! Who acts, and when.

use crate::base::Timestamp;
use crate::store::{Deed, StoreError, Ties, Tx};

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
            .map(drop)
    }

    /// Leaves a line in the audit and sets out to change people or groups: the records of all these
    /// changes have the same cause, and name the line.
    pub fn set_out(
        &self,
        tx: &Tx<'_>,
        action: &str,
        subject: &str,
        cause: &'static str,
    ) -> Result<Errand, StoreError> {
        let line = tx.append_audit(self.now, &self.actor, action, subject)?;
        Ok(Errand {
            cause,
            at: self.now,
            request: format!("operator-{line}"),
        })
    }
}

/// What an operator does to people or groups at one command; it may take several transactions.
#[derive(Debug, Clone)]
pub struct Errand {
    cause: &'static str,
    pub(super) at: Timestamp,
    /// `operator-` and the number of the line in the audit, in the place of the id of a request.
    request: String,
}

impl Errand {
    /// The same as the records have it, with what follows from it in its connection.
    pub(super) fn deed<'a>(&'a self, ties: &'a Ties) -> Deed<'a> {
        Deed {
            cause: self.cause,
            at: self.at,
            token: None,
            request: &self.request,
            ties,
        }
    }
}
