//! JumpCloud.

use serde_json::{Value, json};

use super::super::group_habits::{Change, GroupHabits, GroupLookup, Member};
use super::super::habits::Habits;
use super::super::messages::{look, patch_group};
use super::super::scene::Scene;
use super::super::wire::{Blank, Deed, Halt, Kind, Manner, Method, Request};
use super::super::world::{Profile, Team};
use crate::scim::Urn;

/// JumpCloud.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct JumpCloud;

impl Habits for JumpCloud {
    fn manner(&self) -> Manner {
        Manner {
            agent: "",
            accept: "application/scim+json, application/json",
            content: "application/scim+json",
            doubled_slash: false,
        }
    }

    fn groups(&self) -> Option<&dyn GroupHabits> {
        Some(self)
    }

    /// Activation creates a user and a group and deletes both; whoever activates twice creates the same again.
    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        for _ in 0..2 {
            let name = format!("jumpcloud.test.{}@example.org", scene.population.nobody(0));
            let user = json!({
                "schemas": [Urn::USER], "userName": name, "active": true,
                "name": {"givenName": "Test", "familyName": "User"},
                "emails": [{"type": "work", "primary": true, "value": name}],
            });
            let group = json!({"schemas": [Urn::GROUP], "displayName": format!("Test {name}")});
            for (create, delete, made, gone, body) in [
                (
                    "/Users",
                    "/Users/{id}",
                    Deed::UserCreated,
                    Deed::UserDeleted,
                    user,
                ),
                (
                    "/Groups",
                    "/Groups/{id}",
                    Deed::GroupCreated,
                    Deed::GroupDeleted,
                    group,
                ),
            ] {
                if create == "/Groups" && scene.population.groups == 0 {
                    continue;
                }
                let request = Request::new(Method::Post, create, create).with(body);
                let Some(answer) = scene.ask(&request, &[201], &name)? else {
                    continue;
                };
                let Some(id) = answer.id() else {
                    scene.report(
                        Kind::Form,
                        &request,
                        Some(&answer),
                        &name,
                        "the answer has no id",
                    );
                    continue;
                };
                scene.recorder().did(made, 1);
                if scene.remove(&Request::resource(Method::Delete, delete, id), &name)? {
                    scene.recorder().did(gone, 1);
                }
            }
        }
        Ok(())
    }

    /// No extension schemas.
    fn dress(&self, mut person: Profile, _id: Option<&str>) -> Profile {
        person.keep(|path| path.extension.is_none() && path.name != "roles");
        person
    }

    fn lookups(&self, person: &Profile) -> Vec<Request> {
        vec![look(
            "/Users?filter=userName%20eq%20…",
            person.text("userName"),
            Blank::Percent,
        )]
    }
}

impl GroupHabits for JumpCloud {
    fn group_lookup(&self, team: &Team) -> GroupLookup {
        GroupLookup::Queries(vec![look(
            "/Groups?filter=displayName%20eq%20…",
            &team.name,
            Blank::Percent,
        )])
    }

    fn create_group(&self, _index: usize, team: &Team) -> Value {
        json!({"schemas": [Urn::GROUP], "displayName": team.name, "members": []})
    }

    fn group_external_id<'a>(&self, _team: &'a Team) -> Option<&'a str> {
        None
    }

    fn rename_group(&self, id: &str, team: &Team, _members: &[Member]) -> Request {
        patch_group(
            id,
            &[json!({"op": "replace", "path": "displayName", "value": team.name})],
        )
    }

    /// Who comes is added twice: repeated adds must succeed without duplicates. Who leaves is named in a value.
    fn change_members(
        &self,
        _index: usize,
        id: &str,
        _team: &Team,
        change: &Change,
    ) -> Vec<Request> {
        let mut requests = Vec::new();
        for member in &change.leaving {
            let leaving = json!({"op": "remove", "path": "members", "value": [member.reference()]});
            requests.push(patch_group(id, &[leaving]));
        }
        for member in &change.coming {
            let coming = json!({"op": "add", "path": "members", "value": [member.reference()]});
            requests.push(patch_group(id, std::slice::from_ref(&coming)));
            requests.push(patch_group(id, &[coming]));
        }
        requests
    }
}
