//! What a request asked of our patience: counted, so that the operator can be told what to change at
//! the identity provider.

use super::caller::Ask;
use crate::scim::dialect::Rewrite;
use crate::store::{self, Sighting, StoreError, Tx};

/// One deviation that a request had.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tolerated {
    /// The name of the rewrite, or [`Self::UNKNOWN_ATTRIBUTE`].
    pub what: &'static str,
    /// The attribute that it met.
    pub subject: String,
}

impl Tolerated {
    /// An attribute that no schema of the connection knows: it was left out.
    pub const UNKNOWN_ATTRIBUTE: &'static str = store::Tolerated::UNKNOWN_ATTRIBUTE;
    /// An attribute that the profile of the connection does not list: it was left out.
    pub const UNLISTED: &'static str = "unlisted attribute";
    /// An attribute that the operator wants ignored.
    pub const IGNORED: &'static str = "ignored attribute";
    /// Somebody whom the operator protects was to be taken away, and was not.
    pub const PROTECTED: &'static str = store::Tolerated::PROTECTED;

    pub(super) fn list(rewrites: Vec<Rewrite>, dropped: Vec<String>) -> Vec<Self> {
        let rewritten = rewrites.into_iter().map(|rewrite| Self {
            what: rewrite.name,
            subject: rewrite.subject,
        });
        let unknown = dropped.into_iter().map(|subject| Self {
            what: Self::UNKNOWN_ATTRIBUTE,
            subject,
        });
        rewritten.chain(unknown).collect()
    }
}

/// Counts at once what only a verb can see. The value stays out of it: it is about a person.
pub(super) fn count(tx: &Tx<'_>, ask: &Ask, what: &str, subject: &str) -> Result<(), StoreError> {
    tx.count_tolerated(&Sighting {
        connection: ask.connection(),
        what,
        subject,
        at: ask.now,
        times: 1,
        example: "",
    })
}
