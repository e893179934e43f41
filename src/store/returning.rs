//! The way back from a tombstone.

use super::error::StoreError;
use super::record::{Deed, Delta};
use super::resources::Stored;
use super::tombstones::Tombstone;
use super::view::Tx;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Meta, Resource, ResourceId};

impl Tx<'_> {
    /// Brings back who is gone: under the same id, with these attributes, and with the memberships that
    /// they had, as far as the others are there. That the schemas allow the attributes and that nobody
    /// has the names by now was checked before.
    pub fn bring_back(
        &self,
        deed: &Deed<'_>,
        tombstone: &Tombstone,
        attributes: Attributes,
        schemas: &Schemas,
    ) -> Result<Stored, StoreError> {
        self.remove_tombstone(tombstone)?;
        let (connection, id) = (tombstone.connection, tombstone.id);
        let attributes = self.with_manager(deed, connection, id, None, attributes)?;
        let resource = Resource {
            id: tombstone.id,
            kind: tombstone.kind,
            attributes,
            meta: Meta {
                created: tombstone.meta.created,
                modified: deed.at.max(tombstone.meta.modified),
                version: tombstone.meta.version.saturating_add(1),
            },
        };
        let stored = self.insert_resource(tombstone.connection, &resource, schemas)?;
        let delta = Delta {
            joined: self.take_in(&stored, &tombstone.members)?,
            parted: Vec::new(),
        };
        self.record(deed, &stored, None, Some(&resource.attributes), delta)?;
        self.follow(deed, &stored, None, Some(&resource.attributes), schemas)?;
        for holder in &tombstone.holders {
            self.join_again(deed, holder, &stored)?;
        }
        Ok(stored)
    }

    /// Makes those of `members` who are there members of a group that came back: who they are. Those who
    /// are gone will be when they come back.
    pub fn take_in(
        &self,
        group: &Stored,
        members: &[ResourceId],
    ) -> Result<Vec<ResourceId>, StoreError> {
        let texts: Vec<String> = members.iter().map(ToString::to_string).collect();
        let found = self.numbers_of(group.connection, &texts)?;
        let mut joined = Vec::new();
        for (id, found) in members.iter().zip(found) {
            let Some((number, kind)) = found else {
                self.remember(group.connection, id, |gone| &mut gone.holders, group.id)?;
                continue;
            };
            // Meanwhile the member may have come to hold the group in some way.
            if kind == Kind::Group && self.holds(group.number, number)? {
                continue;
            }
            if !self.add_members(group.number, &[number])?.is_empty() {
                joined.push(*id);
            }
        }
        Ok(joined)
    }

    /// Makes who came back a member of a group again, if it is there.
    fn join_again(
        &self,
        deed: &Deed<'_>,
        holder: &ResourceId,
        member: &Stored,
    ) -> Result<(), StoreError> {
        let Some(group) = self.resource(member.connection, Kind::Group, holder)? else {
            return self.remember(
                member.connection,
                holder,
                |gone| &mut gone.members,
                member.id,
            );
        };
        if member.kind == Kind::Group && self.holds(group.number, member.number)? {
            return Ok(());
        }
        if self.add_members(group.number, &[member.number])?.is_empty() {
            return Ok(());
        }
        let now = self.touch_resource(&group, deed.at.max(group.meta.modified))?;
        let attributes = now.attributes()?;
        let delta = Delta {
            joined: vec![member.id],
            parted: Vec::new(),
        };
        self.record(deed, &now, Some(&attributes), Some(&attributes), delta)
    }

    /// Leaves one membership with the other side, which is gone too.
    fn remember(
        &self,
        connection: i64,
        gone: &ResourceId,
        side: impl FnOnce(&mut Tombstone) -> &mut Vec<ResourceId>,
        other: ResourceId,
    ) -> Result<(), StoreError> {
        let Some(mut tombstone) = self.tombstone(connection, gone)? else {
            return Ok(());
        };
        let memberships = side(&mut tombstone);
        if !memberships.contains(&other) {
            memberships.push(other);
            self.put_memberships(&tombstone)?;
        }
        Ok(())
    }
}
