//! What would be so if everything that was decided so far were done already. Where it is really done, this
//! stays empty, and the database says it.

use std::collections::{HashMap, HashSet};

use crate::scim::ResourceId;
use crate::store::Tombstone;

/// What is foreseen of a connection.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    /// Who is back, with their names.
    back: HashMap<ResourceId, String>,
    inactive: HashSet<ResourceId>,
    active: HashSet<ResourceId>,
    joined: HashSet<(ResourceId, ResourceId)>,
    values: HashSet<String>,
}

impl Outlook {
    pub(super) fn is_back(&self, id: &ResourceId) -> bool {
        self.back.contains_key(id)
    }

    /// The name of somebody who is back.
    pub(super) fn name(&self, id: &ResourceId) -> Option<&str> {
        self.back.get(id).map(String::as_str)
    }

    /// Whether somebody who is back, or was there all the time, is foreseen to be active; `None` where
    /// the database knows.
    pub(super) fn is_active(&self, id: &ResourceId) -> Option<bool> {
        if self.active.contains(id) {
            return Some(true);
        }
        self.is_back(id).then(|| !self.inactive.contains(id))
    }

    pub(super) fn is_member(&self, group: ResourceId, member: ResourceId) -> bool {
        self.joined.contains(&(group, member))
    }

    /// The first of these values that somebody has who comes back.
    pub(super) fn taken<'a>(&self, values: &'a [(String, String)]) -> Option<&'a str> {
        let mut taken = values.iter();
        let (place, _) = taken.find(|(place, value)| self.values.contains(&key(place, value)))?;
        Some(place)
    }

    pub(super) fn restore(
        &mut self,
        tombstone: &Tombstone,
        name: &str,
        is_active: bool,
        values: &[(String, String)],
    ) {
        self.back.insert(tombstone.id, name.to_owned());
        if !is_active {
            self.inactive.insert(tombstone.id);
        }
        let holders = tombstone.holders.iter();
        self.joined
            .extend(holders.map(|holder| (*holder, tombstone.id)));
        let members = tombstone.members.iter();
        self.joined
            .extend(members.map(|member| (tombstone.id, *member)));
        let values = values.iter().map(|(place, value)| key(place, value));
        self.values.extend(values);
    }

    pub(super) fn activate(&mut self, id: ResourceId) {
        self.active.insert(id);
    }

    /// Somebody is to be active, and there is no seat for them.
    pub(super) fn deactivate(&mut self, id: ResourceId) {
        self.active.remove(&id);
        self.inactive.insert(id);
    }

    pub(super) fn join(&mut self, group: ResourceId, members: &[ResourceId]) {
        self.joined
            .extend(members.iter().map(|member| (group, *member)));
    }
}

/// A place and a value as one text: no place has a blank.
fn key(place: &str, value: &str) -> String {
    format!("{place} {value}")
}
