//! A change worked out beside the writer. The writer has one thread for everybody, and to read a
//! document and apply a request to it would be a third of its work.

use super::change;
use super::seats;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::scim::patch::Patched;
use crate::scim::{Attributes, Kind, Precondition, ResourceId};
use crate::store::{Store, Stored, Tx, View};

/// Which resource a change is meant for, and in which versions.
#[derive(Debug, Clone)]
pub struct Aim {
    /// Its type.
    pub kind: Kind,
    /// Its identifier.
    pub id: ResourceId,
    /// The versions that the client accepts.
    pub given: Precondition,
}

/// What a request makes of a resource, before anybody else is asked.
#[derive(Debug)]
pub struct Foreseen {
    pub(super) stored: Stored,
    pub(super) before: Attributes,
    pub(super) made: Patched,
}

impl Foreseen {
    /// What nobody need work out.
    pub(super) const fn known(stored: Stored, before: Attributes, after: Attributes) -> Self {
        let made = Patched {
            attributes: after,
            made: Vec::new(),
        };
        Self {
            stored,
            before,
            made,
        }
    }

    /// What `change` makes of somebody as they are in a snapshot; an error of its own is final. `None`
    /// for a group: what costs there is the membership, which only the writer knows.
    pub(super) fn beside(
        store: &Store,
        ask: &Ask,
        aim: &Aim,
        change: impl FnOnce(&Attributes) -> Result<Patched, Failure>,
    ) -> Result<Option<Self>, Failure> {
        match aim.kind {
            Kind::User => store
                .read(|view| Self::read(view, ask, aim, change))
                .map(Some),
            Kind::Group => Ok(None),
        }
    }

    /// What was foreseen, or, if the resource has changed since then, what `change` makes of it now.
    pub(super) fn in_force(
        foreseen: Option<Self>,
        tx: &Tx<'_>,
        ask: &Ask,
        aim: &Aim,
        change: impl FnOnce(&Attributes) -> Result<Patched, Failure>,
    ) -> Result<Self, Failure> {
        if let Some(foreseen) = foreseen {
            ask.still_holds(tx)?;
            if tx.is_current(&foreseen.stored)? {
                return Ok(foreseen);
            }
        }
        Self::read(tx, ask, aim, change)
    }

    fn read(
        view: &View<'_>,
        ask: &Ask,
        aim: &Aim,
        change: impl FnOnce(&Attributes) -> Result<Patched, Failure>,
    ) -> Result<Self, Failure> {
        let stored = change::find(view, ask, aim)?;
        let before = stored.attributes()?;
        let made = change(&seats::wished(&stored, &before))?;
        Ok(Self {
            stored,
            before,
            made,
        })
    }
}
