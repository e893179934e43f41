//! PingFederate and PingOne: users by POST and PUT only, groups found by listing them all.

use serde_json::{Value, json};

use super::super::group_habits::{Change, GroupHabits, GroupLookup, Member};
use super::super::habits::Habits;
use super::super::messages::look;
use super::super::scene::Scene;
use super::super::wire::{Blank, Halt, Manner, Method, Request};
use super::super::world::{Profile, Team};
use crate::scim::Urn;

/// PingFederate's SCIM provisioner, with groups updated by PUT.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct Ping;

impl Habits for Ping {
    fn manner(&self) -> Manner {
        Manner {
            agent: "",
            accept: "application/scim+json, application/json",
            content: "application/json",
            doubled_slash: false,
        }
    }

    fn groups(&self) -> Option<&dyn GroupHabits> {
        Some(self)
    }

    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        let path = "/Users?startIndex=1&count=1";
        scene
            .list(&Request::new(Method::Get, path, path), "")
            .map(drop)
    }

    fn dress(&self, mut person: Profile, _id: Option<&str>) -> Profile {
        person.keep(|path| path.name != "roles");
        person
    }

    fn lookups(&self, person: &Profile) -> Vec<Request> {
        vec![look(
            "/Users?filter=userName+eq+…",
            person.text("userName"),
            Blank::Plus,
        )]
    }
}

impl GroupHabits for Ping {
    fn group_lookup(&self, _team: &Team) -> GroupLookup {
        GroupLookup::List {
            template: "/Groups?startIndex=…&count=100",
            path: "/Groups?startIndex=",
            suffix: "&count=100",
        }
    }

    fn create_group(&self, _index: usize, team: &Team) -> Value {
        json!({"schemas": [Urn::GROUP], "displayName": team.name, "externalId": team.external_id})
    }

    fn rename_group(&self, id: &str, team: &Team, members: &[Member]) -> Request {
        put_group(id, team, members)
    }

    fn change_members(
        &self,
        _index: usize,
        id: &str,
        team: &Team,
        change: &Change,
    ) -> Vec<Request> {
        vec![put_group(id, team, &change.all)]
    }
}

fn put_group(id: &str, team: &Team, members: &[Member]) -> Request {
    let members: Vec<Value> = members.iter().map(Member::reference).collect();
    let body = json!({
        "schemas": [Urn::GROUP], "id": id, "displayName": team.name, "externalId": team.external_id,
        "members": members,
    });
    Request::resource(Method::Put, "/Groups/{id}", id).with(body)
}
