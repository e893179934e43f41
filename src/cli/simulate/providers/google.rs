//! Google Workspace's automated provisioning. Of updates and deletions no public capture exists; they are played
//! as PUT and DELETE.

use serde_json::Value;

use super::super::habits::{Change, GroupLookup, Habits, Member, body, put_user};
use super::super::scene::Scene;
use super::super::wire::{Blank, Halt, Manner, Method, Request, escape, literal};
use super::super::world::{Profile, Team};
use crate::scim::Urn;

/// Google Workspace.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct Google;

/// It lists a URN of SCIM 1.0 first.
const SCHEMAS: [&str; 2] = ["urn:scim:schemas:core:1.0", Urn::USER];

impl Habits for Google {
    /// Another content type than SCIM's cannot be configured.
    fn manner(&self) -> Manner {
        Manner {
            agent: "Google-Auto-Provisioning",
            accept: "application/json",
            content: "application/json",
            doubled_slash: false,
        }
    }

    fn groups(&self) -> bool {
        false
    }

    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        scene
            .list(&Request::new(Method::Get, "/Users", "/Users"), "")
            .map(drop)
    }

    fn dress(&self, mut person: Profile, _id: Option<&str>) -> Profile {
        let sent = [
            "userName",
            "externalId",
            "active",
            "displayName",
            "name",
            "emails",
        ];
        person.keep(|path| path.extension.is_none() && sent.contains(&path.name.as_str()));
        person
    }

    fn lookups(&self, person: &Profile) -> Vec<Request> {
        let filter = format!("userName eq {}", literal(person.text("userName")));
        let path = format!(
            "/Users?filter={}&startIndex=1",
            escape(&filter, Blank::Percent)
        );
        vec![Request::new(
            Method::Get,
            "/Users?filter=userName%20eq%20…&startIndex=1",
            path,
        )]
    }

    fn create_user(&self, _index: usize, person: &Profile) -> Value {
        Value::Object(body(&SCHEMAS, person))
    }

    fn update_user(&self, _index: usize, id: &str, _shown: &Value, wanted: &Profile) -> Request {
        put_user(id, Value::Object(body(&SCHEMAS, wanted)))
    }

    fn group_lookup(&self, _team: &Team) -> GroupLookup {
        GroupLookup::Queries(Vec::new())
    }

    fn create_group(&self, _index: usize, _team: &Team) -> Value {
        Value::Null
    }

    fn rename_group(&self, id: &str, _team: &Team, _members: &[Member]) -> Request {
        Request::resource(Method::Get, "/Groups/{id}", id)
    }

    fn change_members(
        &self,
        _index: usize,
        _id: &str,
        _team: &Team,
        _change: &Change,
    ) -> Vec<Request> {
        Vec::new()
    }
}
