//! Groups that follow from an attribute of people, as an export sees them: like all others, with their
//! folder among their attributes.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::scim::{Kind, ResourceId, Urn};
use crate::store::{Connection, Derived, Member, StoreError, Stored, View};

/// How many members are held at a time.
const AT_A_TIME: u64 = 500;

/// The derived groups that there are now. There are as many as values, not as people.
pub(super) struct DerivedGroups {
    groups: Vec<Derived>,
    places: HashMap<ResourceId, usize>,
    /// The connections whose identity provider sees them.
    shown: HashSet<i64>,
}

impl DerivedGroups {
    /// Those of these connections.
    pub(super) fn look(view: &View<'_>, connections: &[Connection]) -> Result<Self, StoreError> {
        let mut groups = Vec::new();
        let mut shown = HashSet::new();
        for connection in connections {
            groups.extend(view.derived_groups(connection.number)?);
            if view.policy(connection)?.0.ties.derived_in_scim {
                shown.insert(connection.number);
            }
        }
        let ids = groups.iter().map(|group| group.id);
        Ok(Self {
            places: ids.zip(0..).collect(),
            groups,
            shown,
        })
    }

    fn group(&self, id: &ResourceId) -> Option<&Derived> {
        self.groups.get(*self.places.get(id)?)
    }

    /// Whether the group with this id is one of them.
    pub(super) fn has(&self, id: &ResourceId) -> bool {
        self.places.contains_key(id)
    }

    /// Whether the identity provider of a connection sees them.
    pub(super) fn are_shown(&self, connection: i64) -> bool {
        self.shown.contains(&connection)
    }

    /// Those of one connection as resources, by folder and value; none of another kind.
    pub(super) fn each(&self, connection: i64, kind: Kind) -> impl Iterator<Item = Stored> {
        self.groups
            .iter()
            .filter(move |group| kind == Kind::Group && group.connection == connection)
            .map(as_stored)
    }

    /// The group with this id as a resource.
    pub(super) fn stored(&self, id: &ResourceId) -> Option<Stored> {
        self.group(id).map(as_stored)
    }

    /// Everybody who is in a group now, derived or not, one after the other.
    pub(super) fn each_member<E: From<StoreError>>(
        &self,
        view: &View<'_>,
        group: &Stored,
        mut take: impl FnMut(Member) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(derived) = self.group(&group.id) else {
            return view.each_member(group.number, take);
        };
        let mut after = 0;
        loop {
            let members = view.derived_members(derived.number, after, AT_A_TIME)?;
            let Some(last) = members.last() else {
                return Ok(());
            };
            after = last.number;
            members.into_iter().try_for_each(&mut take)?;
        }
    }

    /// How many are in a group now.
    pub(super) fn member_count(&self, view: &View<'_>, group: &Stored) -> Result<u64, StoreError> {
        match self.group(&group.id) {
            Some(derived) => Ok(derived.members),
            None => view.member_count(group.number),
        }
    }
}

/// A derived group in the form of a resource; no row of `resource` is its own.
fn as_stored(group: &Derived) -> Stored {
    Stored {
        number: 0,
        connection: group.connection,
        id: group.id,
        kind: Kind::Group,
        meta: group.meta,
        waiting: false,
        imported: false,
        document: json!({
            "schemas": [Urn::GROUP],
            "displayName": group.name,
            "folder": group.class.folder,
        })
        .to_string(),
    }
}
