//! What is done about one loss, or why nothing is.

use thiserror::Error;

use crate::base::Timestamp;
use crate::scim::{Kind, ResourceId};
use crate::store::{Recorded, Taken};

/// One thing that is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody, or a group, comes back under the same id, with attributes and memberships.
    Restore {
        /// What it is.
        kind: Kind,
        /// Its id.
        id: ResourceId,
        /// Its userName, or the name of the group.
        name: String,
    },
    /// Somebody is active again.
    Activate {
        /// Their id.
        id: ResourceId,
        /// Their userName.
        name: String,
    },
    /// Members are in a group again.
    Join {
        /// The id of the group.
        group: ResourceId,
        /// Its name.
        name: String,
        /// Who they are.
        members: Vec<ResourceId>,
    },
}

/// A loss that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The change that was the loss.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// What it happened to.
    pub kind: Kind,
    /// Its id.
    pub id: ResourceId,
    /// Why it stays so.
    pub reason: Reason,
}

impl Left {
    pub(super) fn new(recorded: &Recorded, reason: Reason) -> Self {
        Self {
            sequence: recorded.sequence,
            at: recorded.change.at,
            kind: recorded.change.kind,
            id: recorded.change.resource,
            reason,
        }
    }
}

/// Why a loss stays.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Reason {
    /// A value that only one may have is somebody else's by now.
    #[error("{} belongs to {} by now", .0.place, .0.by)]
    Taken(Taken),
    /// Another one with the same value comes back, who went later.
    #[error("another one that is brought back has the same {0}")]
    TakenOnTheWay(String),
    /// The tombstone is not there any more.
    #[error("it was deleted for good: the retention of the connection is over")]
    Purged,
    /// The schemas changed.
    #[error("the schemas do not allow it any more: {0}")]
    Unsuitable(String),
    /// The operator did the same since.
    #[error("the operator wanted it so, later")]
    Operator,
    /// There is no seat.
    #[error("no seat is free; they wait for one")]
    NoSeat,
    /// The group is not there.
    #[error("the group is gone")]
    NoGroup,
    /// The group would contain itself.
    #[error("the group would contain itself by now")]
    Circle,
}
