//! What tells the identity providers apart that update by PUT: each is a list of habits, played by one routine.

use serde_json::{Map, Value, json};

use super::scene::Scene;
use super::wire::{Halt, Manner, Method, Request};
use super::world::{Profile, Team};
use crate::scim::Urn;

/// The habits of one provider. What is left out is what most of them do.
pub(super) trait Habits: Sync {
    /// How its requests look.
    fn manner(&self) -> Manner;

    /// Whether it ever deletes people.
    fn deletes(&self) -> bool {
        true
    }

    /// Whether it sends groups.
    fn groups(&self) -> bool {
        true
    }

    /// What it asks when its configuration is tested.
    fn test(&self, scene: &Scene) -> Result<(), Halt>;

    /// What of a person it sends, as the server must show it.
    fn dress(&self, person: Profile, _id: Option<&str>) -> Profile {
        person
    }

    /// The queries that look for a person before one is created, in their order; none for those who create first
    /// and look after a 409.
    fn lookups(&self, person: &Profile) -> Vec<Request>;

    /// The queries that look for a person after a 409.
    fn lookups_after_conflict(&self, person: &Profile) -> Vec<Request> {
        self.lookups(person)
    }

    /// The body that creates a person.
    fn create_user(&self, index: usize, person: &Profile) -> Value;

    /// The request that makes a person whom the server shows as `shown` what they should be.
    fn update_user(&self, index: usize, id: &str, shown: &Value, wanted: &Profile) -> Request;

    /// What it sends about a person besides, once they are in step.
    fn besides(&self, _index: usize, _id: &str) -> Option<Request> {
        None
    }

    /// What it does when everybody is there, e.g. an import of what the server holds.
    fn afterwards(&self, _scene: &Scene) -> Result<(), Halt> {
        Ok(())
    }

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

/// A person's attributes under these schemas.
pub(super) fn body(schemas: &[&str], person: &Profile) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("schemas".to_owned(), json!(schemas));
    body.extend(person.to_resource());
    body
}

/// The schemas of a person as the RFC would list them.
pub(super) fn schemas(person: &Map<String, Value>) -> Vec<&'static str> {
    let extended = person.contains_key(Urn::ENTERPRISE);
    if extended {
        vec![Urn::USER, Urn::ENTERPRISE]
    } else {
        vec![Urn::USER]
    }
}

/// A PUT of a user.
pub(super) fn put_user(id: &str, body: Value) -> Request {
    Request::resource(Method::Put, "/Users/{id}", id).with(body)
}

/// A PATCH message.
pub(super) fn patch(operations: &[Value]) -> Value {
    json!({"schemas": [Urn::PATCH_OP], "Operations": operations})
}

/// A PATCH of a group.
pub(super) fn patch_group(id: &str, operations: &[Value]) -> Request {
    Request::resource(Method::Patch, "/Groups/{id}", id).with(patch(operations))
}
