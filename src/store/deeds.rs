//! Deeds: what an identity provider or the operator does to resources, each change together with its
//! record. Whoever acts, it is written and recorded in the same way.

use super::error::StoreError;
use super::record::{Deed, Delta};
use super::resources::Stored;
use super::view::Tx;
use crate::base::Timestamp;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Meta, Resource, ResourceId};

impl Stored {
    /// The resource with other attributes, one version on. Its date never goes back.
    pub fn with(&self, attributes: Attributes, at: Timestamp) -> Resource {
        Resource {
            id: self.id,
            kind: self.kind,
            attributes,
            meta: Meta {
                modified: at.max(self.meta.modified),
                version: self.meta.version.saturating_add(1),
                ..self.meta
            },
        }
    }
}

impl Tx<'_> {
    /// Brings a new resource into a connection; `fill` gives it its members.
    pub fn bring_in<E: From<StoreError>>(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        mut resource: Resource,
        schemas: &Schemas,
        fill: impl FnOnce(&Stored) -> Result<Delta, E>,
    ) -> Result<Stored, E> {
        let sent = resource.attributes;
        resource.attributes = self.with_manager(deed, connection, resource.id, None, sent)?;
        let stored = self.insert_resource(connection, &resource, schemas)?;
        let delta = fill(&stored)?;
        let after = Some(&resource.attributes);
        self.record(deed, &stored, None, after, delta)?;
        self.follow(deed, &stored, None, after, schemas)?;
        Ok(stored)
    }

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
        let after = if *before == after {
            after
        } else {
            self.with_manager(deed, stored.connection, stored.id, Some(before), after)?
        };
        if *before == after {
            if delta.is_empty() {
                return Ok(None);
            }
            let now = self.touch_resource(stored, deed.at.max(stored.meta.modified))?;
            self.record(deed, &now, Some(before), Some(before), delta)?;
            return Ok(Some(now));
        }
        let after = stored.with(after, deed.at);
        let now = self.replace_resource(stored, before, &after, schemas)?;
        let after = Some(&after.attributes);
        self.record(deed, &now, Some(before), after, delta)?;
        self.follow(deed, &now, Some(before), after, schemas)?;
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
        // First of all, so that the groups that are left behind are only those that somebody made.
        self.follow(deed, stored, Some(&before), None, schemas)?;
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
}
