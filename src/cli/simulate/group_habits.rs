//! What tells the identity providers apart that send groups.

use serde_json::{Value, json};

use super::wire::Request;
use super::world::Team;

/// How one provider sends groups. What is left out is what most of them do.
pub(super) trait GroupHabits {
    /// How it finds a group.
    fn group_lookup(&self, team: &Team) -> GroupLookup;

    /// The body that creates a group.
    fn create_group(&self, index: usize, team: &Team) -> Value;

    /// What a group should show as its `externalId`, if it is sent.
    fn group_external_id<'a>(&self, team: &'a Team) -> Option<&'a str> {
        Some(&team.external_id)
    }

    /// The request that renames a group; `members` are those it has afterwards.
    fn rename_group(&self, id: &str, team: &Team, members: &[Member]) -> Request;

    /// The requests that change who is in a group.
    fn change_members(&self, index: usize, id: &str, team: &Team, change: &Change) -> Vec<Request>;

    /// What precedes the DELETE of a group.
    fn before_group_deletion(&self, _id: &str, _team: &Team) -> Option<Request> {
        None
    }
}

/// How a provider finds a group that may be there.
#[derive(Debug)]
pub(super) enum GroupLookup {
    /// These queries, until one hits.
    Queries(Vec<Request>),
    /// All groups, page by page, compared by name; the path up to `startIndex`, whose value is appended.
    List {
        /// How the pages are counted together.
        template: &'static str,
        /// The path up to the value of `startIndex`.
        path: &'static str,
        /// What follows that value.
        suffix: &'static str,
    },
}

/// A change of who is in a group: ids and names.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// Who leaves.
    pub(super) leaving: Vec<Member>,
    /// Who comes.
    pub(super) coming: Vec<Member>,
    /// Who is there afterwards.
    pub(super) all: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    /// The server's id.
    pub(super) id: String,
    /// A readable name.
    pub(super) name: String,
}

impl Member {
    /// The reference that most providers send.
    pub(super) fn reference(&self) -> Value {
        json!({"value": self.id})
    }

    /// The reference with the readable name beside it.
    pub(super) fn named_reference(&self) -> Value {
        json!({"value": self.id, "display": self.name})
    }
}
