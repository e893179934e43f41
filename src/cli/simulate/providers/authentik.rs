//! authentik, after its client's source code.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::super::group_habits::{Change, GroupHabits, GroupLookup, Member};
use super::super::habits::Habits;
use super::super::messages::{body, look, patch_group, put_user, schemas};
use super::super::scene::Scene;
use super::super::wire::{Blank, Halt, Kind, Manner, Method, Request};
use super::super::world::{Element, Path, Profile, Team};
use crate::scim::Urn;

/// authentik.
#[derive(Debug, Default)]
pub(in crate::cli::simulate) struct Authentik {
    /// `bulk.maxOperations`, which it takes for the operations one PATCH may have; below 1 is any number.
    operations: OnceLock<usize>,
}

impl Habits for Authentik {
    fn manner(&self) -> Manner {
        Manner {
            agent: "goauthentik.io/providers/scim",
            accept: "application/scim+json",
            content: "application/scim+json",
            doubled_slash: false,
        }
    }

    fn groups(&self) -> Option<&dyn GroupHabits> {
        Some(self)
    }

    /// The configuration decides what it does later: without `patch.supported` and `filter.supported` much less.
    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        let path = "/ServiceProviderConfig";
        let request = Request::new(Method::Get, path, path);
        let Some(answer) = scene.ask(&request, &[200], "")? else {
            return Ok(());
        };
        let told = |feature: &str, member: &str| {
            answer
                .json()
                .and_then(|body| body.get(feature)?.get(member))
                .cloned()
        };
        for feature in ["patch", "filter"] {
            if told(feature, "supported") != Some(Value::Bool(true)) {
                let detail = format!("{feature}.supported is not true");
                scene.report(Kind::Form, &request, Some(&answer), "", detail);
            }
        }
        let most = told("bulk", "maxOperations")
            .and_then(|most| most.as_u64())
            .unwrap_or(0);
        _ = self
            .operations
            .set(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(())
    }

    /// The one address is of type `other`, and the external id a long hexadecimal text.
    fn dress(&self, mut person: Profile, _id: Option<&str>) -> Profile {
        person.keep(|path| match &path.element {
            Some(Element::Typed(kind)) => {
                path.name != "roles" && (path.name != "emails" || kind == "work")
            }
            _ => path.extension.is_none(),
        });
        person.retype("emails", "work", &Element::Typed("other".to_owned()));
        let id = person.text("externalId").replace('-', "").repeat(2);
        person.set(Path::plain("externalId"), id);
        person
    }

    /// It creates first.
    fn lookups(&self, _person: &Profile) -> Vec<Request> {
        Vec::new()
    }

    fn lookups_after_conflict(&self, person: &Profile) -> Vec<Request> {
        vec![look(
            "/Users?filter=userName+eq+…",
            person.text("userName"),
            Blank::Plus,
        )]
    }

    fn update_user(&self, _index: usize, id: &str, _shown: &Value, wanted: &Profile) -> Request {
        let mut body = body(&schemas(&wanted.to_resource()), wanted);
        body.insert("id".to_owned(), json!(id));
        put_user(id, Value::Object(body))
    }
}

impl GroupHabits for Authentik {
    /// It discovers groups without a `count`, from the first one it has not seen.
    fn group_lookup(&self, _team: &Team) -> GroupLookup {
        GroupLookup::List {
            template: "/Groups?startIndex=…",
            path: "/Groups?startIndex=",
            suffix: "",
        }
    }

    fn create_group(&self, _index: usize, team: &Team) -> Value {
        json!({"schemas": [Urn::GROUP], "externalId": team.external_id, "displayName": team.name})
    }

    /// The whole group as the value of a replace without path.
    fn rename_group(&self, id: &str, team: &Team, _members: &[Member]) -> Request {
        let whole = json!({
            "schemas": [Urn::GROUP], "id": id, "externalId": team.external_id, "displayName": team.name,
        });
        patch_group(id, &[json!({"op": "replace", "value": whole})])
    }

    /// One operation for each member, as many in a request as the server is thought to take.
    fn change_members(
        &self,
        _index: usize,
        id: &str,
        _team: &Team,
        change: &Change,
    ) -> Vec<Request> {
        let operation = |op: &str, member: &Member| json!({"op": op, "path": "members", "value": [member.reference()]});
        let coming = change.coming.iter().map(|member| operation("add", member));
        let leaving = change
            .leaving
            .iter()
            .map(|member| operation("remove", member));
        let operations: Vec<Value> = coming.chain(leaving).collect();
        let most = match self.operations.get() {
            None | Some(0) => operations.len().max(1),
            Some(most) => *most,
        };
        operations
            .chunks(most)
            .map(|some| patch_group(id, some))
            .collect()
    }
}
