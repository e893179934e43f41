//! The links an identity provider keeps: which of its objects is which resource of the server.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::world::Day;

/// The links of all people, or of all groups, by their place in the directory.
#[derive(Debug)]
pub(super) struct Roster(Vec<Mutex<Option<Link>>>);

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    /// The server's id of the resource.
    pub(super) id: Arc<str>,
    /// The day whose state the resource was brought to.
    pub(super) day: Day,
}

impl Roster {
    /// A roster with this many places and no links.
    pub(super) fn new(places: usize) -> Self {
        Self((0..places).map(|_| Mutex::new(None)).collect())
    }

    /// The link of one place.
    pub(super) fn link(&self, index: usize) -> Option<Link> {
        self.slot(index)?.clone()
    }

    /// The server's id of one place.
    pub(super) fn id(&self, index: usize) -> Option<Arc<str>> {
        self.link(index).map(|link| link.id)
    }

    /// Links a place, or moves its link on to another day.
    pub(super) fn set(&self, index: usize, id: &str, day: Day) {
        if let Some(mut slot) = self.slot(index) {
            *slot = Some(Link {
                id: Arc::from(id),
                day,
            });
        }
    }

    /// Drops a link.
    pub(super) fn forget(&self, index: usize) {
        if let Some(mut slot) = self.slot(index) {
            *slot = None;
        }
    }

    fn slot(&self, index: usize) -> Option<MutexGuard<'_, Option<Link>>> {
        let slot = self.0.get(index)?;
        Some(slot.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
