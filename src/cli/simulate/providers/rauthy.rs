//! rauthy, after its client's source code.

use serde_json::{Value, json};

use super::super::group_habits::{Change, GroupHabits, GroupLookup, Member};
use super::super::habits::Habits;
use super::super::messages::{body, look, patch_group, put_user};
use super::super::scene::Scene;
use super::super::wire::{Blank, Halt, Manner, Method, Request};
use super::super::world::{Element, Profile, Team};
use crate::scim::Urn;

/// rauthy.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct Rauthy;

impl Habits for Rauthy {
    fn manner(&self) -> Manner {
        Manner {
            agent: "",
            accept: "application/scim+json",
            content: "application/scim+json",
            doubled_slash: false,
        }
    }

    fn groups(&self) -> Option<&dyn GroupHabits> {
        Some(self)
    }

    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        if scene.population.groups == 0 {
            return Ok(());
        }
        let path = "/Groups?startIndex=1&count=100";
        scene
            .list(&Request::new(Method::Get, path, path), "")
            .map(drop)
    }

    /// Addresses have no type; there is no extension.
    fn dress(&self, mut person: Profile, _id: Option<&str>) -> Profile {
        person.keep(|path| match &path.element {
            Some(Element::Typed(kind)) => path.name == "emails" && kind == "work",
            _ => path.extension.is_none(),
        });
        person.retype("emails", "work", &Element::At(0));
        person
    }

    fn lookups(&self, person: &Profile) -> Vec<Request> {
        vec![
            look(
                "/Users?filter=externalId%20eq%20…",
                person.text("externalId"),
                Blank::Percent,
            ),
            look(
                "/Users?filter=userName%20eq%20…",
                person.text("userName"),
                Blank::Percent,
            ),
        ]
    }

    /// An object that no schema knows comes along.
    fn create_user(&self, _index: usize, person: &Profile) -> Value {
        let mut body = body(&[Urn::USER], person);
        body.insert("custom".to_owned(), json!({"shoe_size": 42}));
        Value::Object(body)
    }

    fn update_user(&self, index: usize, id: &str, _shown: &Value, wanted: &Profile) -> Request {
        let mut body = self.create_user(index, wanted);
        if let Some(body) = body.as_object_mut() {
            body.insert("id".to_owned(), json!(id));
        }
        put_user(id, body)
    }
}

impl GroupHabits for Rauthy {
    fn group_lookup(&self, team: &Team) -> GroupLookup {
        GroupLookup::Queries(vec![
            look(
                "/Groups?filter=externalId%20eq%20…",
                &team.external_id,
                Blank::Percent,
            ),
            look(
                "/Groups?filter=displayName%20eq%20…",
                &team.name,
                Blank::Percent,
            ),
        ])
    }

    fn create_group(&self, _index: usize, team: &Team) -> Value {
        json!({"schemas": [Urn::GROUP], "externalId": team.external_id, "displayName": team.name, "members": []})
    }

    fn rename_group(&self, id: &str, team: &Team, _members: &[Member]) -> Request {
        let value = json!({"displayName": team.name, "externalId": team.external_id});
        patch_group(id, &[json!({"op": "replace", "value": value})])
    }

    fn change_members(
        &self,
        _index: usize,
        id: &str,
        _team: &Team,
        change: &Change,
    ) -> Vec<Request> {
        let one = |op: &str, value: Value| {
            patch_group(
                id,
                &[json!({"op": op, "path": "members", "value": [value]})],
            )
        };
        let leaving = change
            .leaving
            .iter()
            .map(|member| one("remove", member.reference()));
        let coming = change
            .coming
            .iter()
            .map(|member| one("add", member.named_reference()));
        leaving.chain(coming).collect()
    }

    /// A group is unlinked before it goes.
    fn before_group_deletion(&self, id: &str, team: &Team) -> Option<Request> {
        let value = json!({"displayName": team.name, "externalId": null});
        Some(patch_group(id, &[json!({"op": "replace", "value": value})]))
    }
}
