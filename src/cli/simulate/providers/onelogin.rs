//! OneLogin, whose bodies come from a template that administrators edit.

use serde_json::{Value, json};

use super::super::group_habits::{Change, GroupHabits, GroupLookup, Member};
use super::super::habits::Habits;
use super::super::messages::{body, look, patch};
use super::super::scene::{Match, Scene};
use super::super::wire::{Blank, Halt, Kind, Manner, Method, Request};
use super::super::world::{Path, Profile, Team};
use crate::scim::Urn;

/// OneLogin.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct OneLogin;

impl Habits for OneLogin {
    fn manner(&self) -> Manner {
        Manner {
            agent: "",
            accept: "application/json",
            content: "application/scim+json",
            doubled_slash: false,
        }
    }

    fn groups(&self) -> Option<&dyn GroupHabits> {
        Some(self)
    }

    /// Enabling the connection looks for somebody who is known not to exist.
    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        let request = match_user(&scene.population.nobody(0));
        if scene.find(&request, "")? != Match::Nobody {
            scene.report(
                Kind::Lost,
                &request,
                None,
                "",
                "there is a hit for a random value",
            );
        }
        Ok(())
    }

    fn dress(&self, mut person: Profile, _id: Option<&str>) -> Profile {
        person.keep(|path| path.name != "roles" && path.name != "addresses");
        person
    }

    fn lookups(&self, person: &Profile) -> Vec<Request> {
        vec![match_user(person.text("userName"))]
    }

    fn create_user(&self, _index: usize, person: &Profile) -> Value {
        from_template(person)
    }

    /// With a question mark that nothing follows.
    fn update_user(&self, _index: usize, id: &str, _shown: &Value, wanted: &Profile) -> Request {
        Request::resource(Method::Put, "/Users/{id}?", id).with(from_template(wanted))
    }
}

impl GroupHabits for OneLogin {
    fn group_lookup(&self, _team: &Team) -> GroupLookup {
        GroupLookup::List {
            template: "/Groups?startIndex=…",
            path: "/Groups?startIndex=",
            suffix: "&",
        }
    }

    fn create_group(&self, _index: usize, team: &Team) -> Value {
        json!({"schemas": [Urn::GROUP], "displayName": team.name})
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

    fn change_members(
        &self,
        _index: usize,
        id: &str,
        _team: &Team,
        change: &Change,
    ) -> Vec<Request> {
        let mut requests = Vec::new();
        for member in &change.leaving {
            let path = format!("members[value eq \"{}\"]", member.id);
            requests.push(patch_group(id, &[json!({"op": "remove", "path": path})]));
        }
        for members in change.coming.chunks(50) {
            let members: Vec<Value> = members.iter().map(Member::reference).collect();
            requests.push(patch_group(
                id,
                &[json!({"op": "add", "path": "members", "value": members})],
            ));
        }
        requests
    }
}

/// Booleans as text, nulls, schemas of versions 1.0 and 2.0 side by side, and a manager as SCIM 1.1 had it.
fn from_template(person: &Profile) -> Value {
    let old = [
        "urn:scim:schemas:core:1.0",
        "urn:scim:schemas:core:2.0",
        Urn::USER,
        Urn::ENTERPRISE,
    ];
    let active = person.value(&Path::plain("active")) == Some(&Value::Bool(true));
    let mut body = body(&old, person);
    body.insert("id".to_owned(), Value::Null);
    body.insert("profileUrl".to_owned(), Value::Null);
    body.insert("active".to_owned(), json!(active.to_string()));
    if let Some(enterprise) = body.get_mut(Urn::ENTERPRISE).and_then(Value::as_object_mut) {
        enterprise.insert(
            "manager".to_owned(),
            json!({"managerId": null, "displayName": null}),
        );
    }
    Value::Object(body)
}

fn patch_group(id: &str, operations: &[Value]) -> Request {
    Request::resource(Method::Patch, "/Groups/{id}?", id).with(patch(operations))
}

/// With an ampersand that nothing follows.
fn match_user(name: &str) -> Request {
    look("/Users?filter=userName+eq+…&", name, Blank::Plus)
}
