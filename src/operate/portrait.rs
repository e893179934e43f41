//! Everything about one person on one page: who they are, where they belong, what happened last.

use super::difference::{Difference, differences};
use super::failure::Failure;
use super::objection::Objection;
use super::people::{self, Person};
use super::refusal::Refusal;
use super::tombstones;
use crate::base::Timestamp;
use crate::scim::{Attributes, Kind, Meta, ResourceId};
use crate::store::{Connection, Derived, GroupOf, Recorded, Tombstone, View};

/// Changes that are shown: the last ones.
const CHANGES: u64 = 5;

/// Somebody as an operator looks at them.
#[derive(Debug)]
pub struct Portrait {
    /// Where they belong.
    pub connection: Connection,
    /// Their id.
    pub id: ResourceId,
    /// Dates and version.
    pub meta: Meta,
    /// Their attributes, also of somebody who is gone.
    pub attributes: Attributes,
    /// The same value by value, each under its path.
    pub values: Vec<Difference>,
    /// Whether they are there.
    pub sitter: Sitter,
    /// Their last changes, newest first.
    pub changes: Vec<Recorded>,
}

/// Whether somebody is there.
#[derive(Debug)]
pub enum Sitter {
    /// They are, in these groups.
    Here {
        /// The groups that they are in, directly or through others.
        groups: Vec<GroupOf>,
        /// The groups that follow from their attributes.
        derived: Vec<Derived>,
    },
    /// They were deleted, and can be brought back.
    Gone {
        /// When.
        deleted: Timestamp,
        /// Until when.
        until: Option<Timestamp>,
    },
}

/// Looks at the one person whom `name` means: who is here comes before who is gone.
pub fn of(view: &View<'_>, connection: Option<&str>, name: &str) -> Result<Portrait, Failure> {
    match people::one(view, connection, name) {
        Ok(person) => here(view, person),
        Err(Failure::Refused(Refusal::Person(nobody @ Objection::Nobody { .. }))) => {
            match tombstones::one(view, Kind::User, connection, name)? {
                Some((connection, tombstone)) => gone(view, connection, &tombstone),
                None => Err(nobody.into()),
            }
        }
        Err(failure) => Err(failure),
    }
}

fn here(view: &View<'_>, person: Person) -> Result<Portrait, Failure> {
    let number = person.stored.number;
    let mut groups = view
        .groups_of(&[number])?
        .remove(&number)
        .unwrap_or_default();
    let derived = view.derived_of(number)?;
    // What the identity provider sees of a derived group is not another group.
    groups.retain(|group| derived.iter().all(|known| known.id != group.id));
    let Person { connection, stored } = person;
    let attributes = stored.attributes()?;
    Ok(Portrait {
        connection,
        id: stored.id,
        meta: stored.meta,
        values: differences(None, Some(attributes.as_map())),
        attributes,
        changes: view.last_changes_of(&stored.id, CHANGES)?,
        sitter: Sitter::Here { groups, derived },
    })
}

fn gone(
    view: &View<'_>,
    connection: Connection,
    tombstone: &Tombstone,
) -> Result<Portrait, Failure> {
    let attributes = tombstone.attributes()?;
    Ok(Portrait {
        id: tombstone.id,
        meta: tombstone.meta,
        values: differences(None, Some(attributes.as_map())),
        attributes,
        changes: view.last_changes_of(&tombstone.id, CHANGES)?,
        sitter: Sitter::Gone {
            deleted: tombstone.deleted,
            until: tombstones::until(view, &connection, tombstone)?,
        },
        connection,
    })
}
