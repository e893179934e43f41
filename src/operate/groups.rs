//! Groups as an operator sees them: those of the identity providers, and those that follow from an
//! attribute of people.

use serde_json::Value;

use super::failure::Failure;
use crate::base::Timestamp;
use crate::scim::{Attributes, Kind, ResourceId, fold_name};
use crate::store::{Connection, Derived, Member, StoreError, Stored, View};

/// A group of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The name of its connection.
    pub connection: String,
    /// Its id.
    pub id: ResourceId,
    /// Its `displayName`.
    pub name: String,
    /// Its `externalId`.
    pub external_id: Option<String>,
    /// The folder of a derived group.
    pub folder: Option<String>,
    /// How many are in it themselves.
    pub members: u64,
    /// When it came to be.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    place: Place,
}

/// Where its members are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Own(i64),
    Derived(i64),
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insider {
    /// Their id.
    pub id: ResourceId,
    /// A user, or a group.
    pub kind: Kind,
    /// The `userName` of a user.
    pub user_name: Option<String>,
    /// The `displayName`.
    pub display: Option<String>,
}

/// Every group of these connections: first those of the identity provider, in the order of arrival, then
/// the derived ones, by folder and name.
pub fn list(view: &View<'_>, connections: &[Connection]) -> Result<Vec<Group>, StoreError> {
    let mut groups = Vec::new();
    for connection in connections {
        view.each::<StoreError>(connection.number, Kind::Group, None, |stored| {
            // What the identity provider sees of a derived group is not another group.
            if !view.is_derived(&stored.id)? {
                groups.push(own(view, connection, &stored)?);
            }
            Ok(())
        })?;
        let derived = view.derived_groups(connection.number)?;
        groups.extend(derived.into_iter().map(|group| follows(connection, group)));
    }
    Ok(groups)
}

/// The groups that `which` may mean: by id, else by `displayName`, `externalId`, or folder and name as in
/// `Department/Audit`, all in any letter case.
pub fn named(
    view: &View<'_>,
    connections: &[Connection],
    which: &str,
) -> Result<Vec<Group>, Failure> {
    let which = which.trim();
    let wanted = fold_name(which);
    let mut groups = list(view, connections)?;
    let id: Option<ResourceId> = which.parse().ok();
    if let Some(id) = id
        && groups.iter().any(|group| group.id == id)
    {
        groups.retain(|group| group.id == id);
        return Ok(groups);
    }
    groups.retain(|group| {
        let name = fold_name(&group.name);
        let external = group.external_id.as_deref().map(fold_name);
        let path = group.folder.as_deref().map(fold_name);
        name == wanted
            || external.is_some_and(|external| external == wanted)
            || path.is_some_and(|folder| format!("{folder}/{name}") == wanted)
    });
    Ok(groups)
}

/// Those in a group itself, in the order in which they arrived in the house, `limit` at most.
pub fn members(view: &View<'_>, group: &Group, limit: u64) -> Result<Vec<Insider>, StoreError> {
    let members = match group.place {
        Place::Own(number) => view.first_members(number, limit)?,
        Place::Derived(number) => view.derived_members(number, 0, limit)?,
    };
    members
        .into_iter()
        .map(|member| insider(view, member))
        .collect()
}

fn insider(view: &View<'_>, member: Member) -> Result<Insider, StoreError> {
    let user_name = match member.kind {
        Kind::User => view
            .resource_by_number(member.number)?
            .map(|stored| stored.attributes())
            .transpose()?
            .and_then(|attributes| text(&attributes, "userName")),
        Kind::Group => None,
    };
    Ok(Insider {
        id: member.id,
        kind: member.kind,
        user_name,
        display: member.display,
    })
}

fn own(view: &View<'_>, connection: &Connection, stored: &Stored) -> Result<Group, StoreError> {
    let attributes = stored.attributes()?;
    Ok(Group {
        connection: connection.name.clone(),
        id: stored.id,
        name: text(&attributes, "displayName").unwrap_or_default(),
        external_id: text(&attributes, "externalId"),
        folder: None,
        members: view.member_count(stored.number)?,
        created: stored.meta.created,
        modified: stored.meta.modified,
        place: Place::Own(stored.number),
    })
}

fn follows(connection: &Connection, group: Derived) -> Group {
    Group {
        connection: connection.name.clone(),
        id: group.id,
        name: group.name,
        external_id: None,
        folder: Some(group.class.folder),
        members: group.members,
        created: group.meta.created,
        modified: group.meta.modified,
        place: Place::Derived(group.number),
    }
}

fn text(attributes: &Attributes, name: &str) -> Option<String> {
    attributes
        .value(name)
        .and_then(Value::as_str)
        .map(str::to_owned)
}
