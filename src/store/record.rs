//! The record of a change: what was so before, what is so now, and who asked for it.

use serde_json::{Map, Value};

use super::changes::Change;
use super::error::StoreError;
use super::resources::Stored;
use super::ties::Ties;
use super::view::Tx;
use crate::base::Timestamp;
use crate::scim::{Attributes, ResourceId};

/// What the records of everything that was done for one reason have in common.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// The reason in a word: `create`, `patch`, `restore`, …
    pub cause: &'a str,
    /// When.
    pub at: Timestamp,
    /// The token that asked for it; `None`: the operator.
    pub token: Option<i64>,
    /// The request id in the answer and in the log; of an operator's deed, the name of its line in the
    /// audit.
    pub request: &'a str,
    /// What follows from it for others.
    pub ties: &'a Ties,
}

/// What happened to the membership of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// Who became a member.
    pub joined: Vec<ResourceId>,
    /// Who ceased to be one.
    pub parted: Vec<ResourceId>,
}

impl Delta {
    /// Whether nobody came or went.
    pub const fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.parted.is_empty()
    }
}

impl Tx<'_> {
    /// Appends the change that made `stored` what it is. Where the resource came or went the record
    /// holds its attributes in full, otherwise only those that differ.
    pub fn record(
        &self,
        deed: &Deed<'_>,
        stored: &Stored,
        before: Option<&Attributes>,
        after: Option<&Attributes>,
        delta: Delta,
    ) -> Result<(), StoreError> {
        let print = |attributes: &Map<String, Value>| {
            serde_json::to_string(attributes).map_err(|error| {
                StoreError::corrupt(format!("the attributes of {}: {error}", stored.id))
            })
        };
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) if before == after => (None, None),
            (Some(before), Some(after)) => {
                let (before, after) = before.difference(after);
                (Some(print(&before)?), Some(print(&after)?))
            }
            (before, after) => (
                before.map(|before| print(before.as_map())).transpose()?,
                after.map(|after| print(after.as_map())).transpose()?,
            ),
        };
        self.append_change(&Change {
            connection: stored.connection,
            kind: stored.kind,
            resource: stored.id,
            cause: deed.cause.to_owned(),
            at: deed.at,
            token: deed.token,
            request: deed.request.to_owned(),
            version: stored.meta.version,
            before,
            after,
            joined: delta.joined,
            parted: delta.parted,
        })?;
        Ok(())
    }
}
