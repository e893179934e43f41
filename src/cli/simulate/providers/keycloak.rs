//! Keycloak with a SCIM client extension. Its group traffic is not publicly recorded, so users only.

use serde_json::{Value, json};

use super::super::habits::Habits;
use super::super::messages::{body, look, put_user};
use super::super::scene::Scene;
use super::super::wire::{Blank, Halt, Manner, Method, Request};
use super::super::world::{Element, Path, Profile};
use crate::scim::Urn;

/// Keycloak.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli::simulate) struct Keycloak;

impl Habits for Keycloak {
    /// The base address ends in a slash, and another follows it.
    fn manner(&self) -> Manner {
        Manner {
            agent: "",
            accept: "application/scim+json",
            content: "application/scim+json",
            doubled_slash: true,
        }
    }

    fn test(&self, scene: &Scene) -> Result<(), Halt> {
        let path = "/ServiceProviderConfig";
        scene
            .ask(&Request::new(Method::Get, path, path), &[200], "")
            .map(drop)
    }

    /// Addresses have no type. Once the server's id is known, it becomes the external id.
    fn dress(&self, mut person: Profile, id: Option<&str>) -> Profile {
        person.keep(|path| match &path.element {
            Some(Element::Typed(kind)) => path.name == "emails" && kind == "work",
            _ => path.name != "externalId",
        });
        person.retype("emails", "work", &Element::At(0));
        if let Some(id) = id {
            person.set(Path::plain("externalId"), id);
        }
        person
    }

    fn lookups(&self, person: &Profile) -> Vec<Request> {
        vec![look(
            "/Users?filter=userName%20eq%20…",
            person.text("userName"),
            Blank::Percent,
        )]
    }

    /// It sends an `id` of its own, which is not for it to choose.
    fn create_user(&self, index: usize, person: &Profile) -> Value {
        let mut body = body(&[Urn::USER, Urn::ENTERPRISE], person);
        body.insert(
            "id".to_owned(),
            json!(format!("5d8f1c1e-0000-4000-8000-{index:012}")),
        );
        Value::Object(body)
    }

    /// The extension's data come without its URN among the schemas.
    fn update_user(&self, _index: usize, id: &str, _shown: &Value, wanted: &Profile) -> Request {
        put_user(id, Value::Object(body(&[Urn::USER], wanted)))
    }
}
