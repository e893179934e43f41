//! Deeds: what an identity provider or the operator does to resources, each change together with its
//! record. Whoever acts, it is written and recorded in the same way.

use serde_json::{Map, Value};

use super::changes::Change;
use super::error::StoreError;
use super::resources::Stored;
use super::view::Tx;
use crate::base::Timestamp;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Meta, Resource, ResourceId};

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
    /// Brings a resource from `before`, its present attributes, to `after`, and records that together
    /// with what has already happened to its membership. `None` when nothing moved: then nothing is
    /// written, no version, no date, no record.
    pub fn amend(
        &self,
        deed: &Deed<'_>,
        stored: &Stored,
        before: &Attributes,
        after: Attributes,
        delta: Delta,
        schemas: &Schemas,
    ) -> Result<Option<Stored>, StoreError> {
        let modified = deed.at.max(stored.meta.modified);
        if *before == after {
            if delta.is_empty() {
                return Ok(None);
            }
            let now = self.touch_resource(stored, modified)?;
            self.record(deed, &now, Some(before), Some(before), delta)?;
            return Ok(Some(now));
        }
        let after = Resource {
            id: stored.id,
            kind: stored.kind,
            attributes: after,
            meta: Meta {
                modified,
                version: stored.meta.version.saturating_add(1),
                ..stored.meta
            },
        };
        let now = self.replace_resource(stored, &after, schemas)?;
        self.record(deed, &now, Some(before), Some(&after.attributes), delta)?;
        Ok(Some(now))
    }

    /// Removes a resource and leaves its tombstone. It leaves the groups that it was in, which are
    /// recorded as changed too.
    pub fn take_away(
        &self,
        deed: &Deed<'_>,
        stored: &Stored,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        let before = stored.attributes()?;
        let holders = self.leave_groups(deed, stored)?;
        let members = match stored.kind {
            Kind::Group => self.members(stored.number)?,
            Kind::User => Vec::new(),
        };
        let members: Vec<ResourceId> = members.into_iter().map(|member| member.id).collect();
        self.put_tombstone(stored, &holders, &members, deed.at, deed.token)?;
        self.delete_resource(stored, schemas)?;
        let delta = Delta {
            joined: Vec::new(),
            parted: members,
        };
        self.record(deed, stored, Some(&before), None, delta)
    }

    /// Takes a resource out of the groups that it is in itself; which they are.
    fn leave_groups(
        &self,
        deed: &Deed<'_>,
        leaver: &Stored,
    ) -> Result<Vec<ResourceId>, StoreError> {
        let groups = self.groups_of(&[leaver.number])?;
        let direct = groups.into_values().flatten().filter(|group| group.direct);
        let mut left = Vec::new();
        for group in direct {
            let Some(stored) = self.resource_by_number(group.number)? else {
                continue;
            };
            self.remove_members(stored.number, &[leaver.number])?;
            let now = self.touch_resource(&stored, deed.at.max(stored.meta.modified))?;
            let delta = Delta {
                joined: Vec::new(),
                parted: vec![leaver.id],
            };
            let attributes = now.attributes()?;
            self.record(deed, &now, Some(&attributes), Some(&attributes), delta)?;
            left.push(stored.id);
        }
        Ok(left)
    }

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
