//! Bodies and requests that several providers send alike.

use serde_json::{Map, Value, json};

use super::wire::{Blank, Method, Request, escape, literal};
use super::world::Profile;
use crate::scim::Urn;

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

/// A query for one value: `template` is its path, with `…` in the place of the value.
pub(super) fn look(template: &'static str, value: &str, blank: Blank) -> Request {
    let path = template.replace('…', &escape(&literal(value), blank));
    Request::new(Method::Get, template, path)
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
