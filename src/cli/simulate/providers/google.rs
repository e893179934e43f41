//! Google Workspace's automated provisioning. Of updates and deletions no public capture exists; they are played
//! as PUT and DELETE.

use serde_json::Value;

use super::super::habits::Habits;
use super::super::messages::{body, look};
use super::super::scene::Scene;
use super::super::wire::{Blank, Halt, Manner, Method, Request};
use super::super::world::Profile;
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
        vec![look(
            "/Users?filter=userName%20eq%20…&startIndex=1",
            person.text("userName"),
            Blank::Percent,
        )]
    }

    fn create_user(&self, _index: usize, person: &Profile) -> Value {
        Value::Object(body(&SCHEMAS, person))
    }
}
