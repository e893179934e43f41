//! The change record: what was so before, what is so now, and who asked for it.

use serde_json::{Map, Value};

use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::scim::{Attributes, ResourceId};
use crate::store::{Change, StoreError, Stored, Tx};

/// What happened to the membership of a group.
#[derive(Debug, Default)]
pub(super) struct Delta {
    pub(super) joined: Vec<ResourceId>,
    pub(super) parted: Vec<ResourceId>,
}

impl Delta {
    pub(super) const fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.parted.is_empty()
    }
}

/// Appends the change that made `now` of `before`. Where the resource came or went the record holds
/// its attributes in full, otherwise only those that differ.
pub(super) fn append(
    tx: &Tx<'_>,
    ask: &Ask,
    cause: &str,
    stored: &Stored,
    before: Option<&Attributes>,
    after: Option<&Attributes>,
    delta: Delta,
) -> Result<(), Failure> {
    let print = |attributes: &Map<String, Value>| {
        serde_json::to_string(attributes).map_err(|error| {
            Failure::Broken(StoreError::Corrupt {
                what: format!("the attributes of {}: {error}", stored.id),
            })
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
    tx.append_change(&Change {
        connection: stored.connection,
        kind: stored.kind,
        resource: stored.id,
        cause: cause.to_owned(),
        at: ask.now,
        token: Some(ask.caller.token),
        request: ask.request.to_string(),
        version: stored.meta.version,
        before,
        after,
        joined: delta.joined,
        parted: delta.parted,
    })?;
    Ok(())
}
