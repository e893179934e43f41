//! Okta, by the application templates of its integration network or by its application wizard.

use serde_json::{Value, json};

use super::super::group_habits::{Change, GroupHabits, GroupLookup, Member};
use super::super::habits::Habits;
use super::super::messages::{body, look, patch, patch_group, put_user};
use super::super::scene::{Match, Scene};
use super::super::wire::{Blank, Halt, Kind, Manner, Method, Request};
use super::super::world::{Path, Profile, Team};
use crate::scim::Urn;

/// The extra schema of a group that has a description; it cannot be switched off at Okta.
const DESCRIBED: &str = "urn:okta:custom:group:1.0";
/// People on one page of an import. The next page begins exactly so many further on.
const PAGE: usize = 100;

/// Okta.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct Okta {
    /// Whether the application was made by the wizard: such never send PATCH.
    pub(in crate::cli::simulate) wizard: bool,
}

impl Habits for Okta {
    fn manner(&self) -> Manner {
        Manner {
            agent: "Okta SCIM Client 1.0.0",
            accept: "application/scim+json",
            content: "application/scim+json; charset=utf-8",
            doubled_slash: false,
        }
    }

    fn groups(&self) -> Option<&dyn GroupHabits> {
        Some(self)
    }

    fn deletes(&self) -> bool {
        false
    }

    /// Saving the credentials lists two people; the published test also asks for nobody, by name and by id.
    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        let path = "/Users?startIndex=1&count=2";
        scene.list(&Request::new(Method::Get, path, path), "")?;
        let nobody = scene.population.nobody(0);
        let request = match_user(&nobody);
        if scene.find(&request, "")? != Match::Nobody {
            scene.report(
                Kind::Lost,
                &request,
                None,
                "",
                "there is a hit for a random value",
            );
        }
        let request = Request::resource(Method::Get, "/Users/{id}", &nobody);
        if let Some(answer) = scene.ask(&request, &[404], "")?
            && !answer.is_error_body()
        {
            scene.report(
                Kind::Form,
                &request,
                Some(&answer),
                "",
                "the body is not a SCIM error",
            );
        }
        Ok(())
    }

    fn dress(&self, mut person: Profile, _id: Option<&str>) -> Profile {
        let id: String = person
            .text("externalId")
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let id: String = id.chars().take(17).collect();
        person.set(Path::plain("externalId"), format!("00u{id}"));
        person.keep(|path| path.name != "roles");
        person
    }

    fn lookups(&self, person: &Profile) -> Vec<Request> {
        vec![match_user(person.text("userName"))]
    }

    fn create_user(&self, index: usize, person: &Profile) -> Value {
        let mut body = body(&[Urn::USER, Urn::ENTERPRISE], person);
        body.insert("groups".to_owned(), json!([]));
        body.insert(
            "password".to_owned(),
            json!(format!("Not-a-secret-{index}")),
        );
        Value::Object(body)
    }

    /// The GET body with changes in it: `id`, `meta` and `groups` come along, and what is empty is `""`.
    fn update_user(&self, _index: usize, id: &str, shown: &Value, wanted: &Profile) -> Request {
        let differences = wanted.differences(&Profile::of(shown));
        if let [only] = differences.as_slice()
            && only.path == Path::plain("active")
            && !self.wizard
        {
            let operation = json!({"op": "replace", "value": {"active": only.wanted}});
            return Request::resource(Method::Patch, "/Users/{id}", id).with(patch(&[operation]));
        }
        let mut whole = wanted.clone();
        for cleared in differences.iter().filter(|one| one.wanted.is_none()) {
            if cleared.path.element.is_none() {
                whole.set(cleared.path.clone(), "");
            }
        }
        whole.set(Path::sub("name", "middleName"), "");
        let mut body = body(&[Urn::USER, Urn::ENTERPRISE], &whole);
        for name in ["id", "meta", "groups"] {
            if let Some(value) = shown.get(name) {
                body.insert(name.to_owned(), value.clone());
            }
        }
        put_user(id, Value::Object(body))
    }

    /// The password of some is synchronised on its own.
    fn besides(&self, index: usize, id: &str) -> Option<Request> {
        let operation =
            json!({"op": "replace", "value": {"password": format!("Still-none-{index}")}});
        let request = Request::resource(Method::Patch, "/Users/{id}", id).with(patch(&[operation]));
        Some(request).filter(|_| !self.wizard && index.is_multiple_of(10))
    }

    /// An import: every page once, and everybody on exactly one of them.
    fn afterwards(&self, scene: &Scene) -> Result<(), Halt> {
        let template = "/Users?startIndex=…&count=100";
        let mut start = 1;
        let mut seen = std::collections::HashSet::new();
        loop {
            let request = Request::new(
                Method::Get,
                template,
                format!("/Users?startIndex={start}&count={PAGE}"),
            );
            let Some((total, page)) = scene.list(&request, "")? else {
                return Ok(());
            };
            for user in &page {
                let id = user.get("id").and_then(Value::as_str).unwrap_or_default();
                if !seen.insert(id.to_owned()) {
                    scene.report(Kind::Duplicate, &request, None, id, "shown on two pages");
                }
            }
            start += PAGE;
            let total = usize::try_from(total).unwrap_or(usize::MAX);
            if start > total {
                if seen.len() != total {
                    let detail = format!("{} people on the pages, {total} in all", seen.len());
                    scene.report(Kind::Count, &request, None, "", detail);
                }
                return Ok(());
            }
        }
    }
}

impl GroupHabits for Okta {
    fn group_lookup(&self, team: &Team) -> GroupLookup {
        GroupLookup::Queries(vec![look(
            "/Groups?filter=displayName%20eq%20…&startIndex=1&count=100",
            &team.name,
            Blank::Percent,
        )])
    }

    fn create_group(&self, index: usize, team: &Team) -> Value {
        let mut group = json!({"schemas": [Urn::GROUP], "displayName": team.name, "members": []});
        if index.is_multiple_of(2)
            && let Some(group) = group.as_object_mut()
        {
            group.insert("schemas".to_owned(), json!([Urn::GROUP, DESCRIBED]));
            group.insert(DESCRIBED.to_owned(), json!({"description": "pushed"}));
        }
        group
    }

    fn group_external_id<'a>(&self, _team: &'a Team) -> Option<&'a str> {
        None
    }

    /// The value has the read-only `id` in it.
    fn rename_group(&self, id: &str, team: &Team, members: &[Member]) -> Request {
        if self.wizard {
            return put_group(id, team, members);
        }
        patch_group(
            id,
            &[json!({"op": "replace", "value": {"id": id, "displayName": team.name}})],
        )
    }

    /// A rename precedes every change of members, even without a new name. One request mixes who leaves with who
    /// comes; *push now* replaces everybody.
    fn change_members(&self, index: usize, id: &str, team: &Team, change: &Change) -> Vec<Request> {
        if self.wizard {
            return vec![put_group(id, team, &change.all)];
        }
        let references = |members: &[Member]| -> Vec<Value> {
            members.iter().map(Member::named_reference).collect()
        };
        let rename = self.rename_group(id, team, &change.all);
        if index % 3 == 2 {
            let push =
                json!({"op": "replace", "path": "members", "value": references(&change.all)});
            return vec![rename, patch_group(id, &[push])];
        }
        let mut operations: Vec<Value> = change
            .leaving
            .iter()
            .map(|member| json!({"op": "remove", "path": format!("members[value eq \"{}\"]", member.id)}))
            .collect();
        if !change.coming.is_empty() {
            operations
                .push(json!({"op": "add", "path": "members", "value": references(&change.coming)}));
        }
        vec![rename, patch_group(id, &operations)]
    }
}

/// A group as a whole, with everybody in it.
fn put_group(id: &str, team: &Team, members: &[Member]) -> Request {
    let members: Vec<Value> = members.iter().map(Member::named_reference).collect();
    let body =
        json!({"schemas": [Urn::GROUP], "id": id, "displayName": team.name, "members": members});
    Request::resource(Method::Put, "/Groups/{id}", id).with(body)
}

fn match_user(name: &str) -> Request {
    look(
        "/Users?filter=userName%20eq%20…&startIndex=1&count=100",
        name,
        Blank::Percent,
    )
}
