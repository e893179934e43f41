//! The requests Entra ID sends, in its spelling.

use serde_json::{Value, json};

use super::super::wire::{Blank, Method, Request, escape, literal};
use super::super::world::{Path, Profile, Team};
use crate::scim::Urn;

/// The second URN of a group. No server defines it, and all must tolerate it.
const GROUP_SCHEMA: &str =
    "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// Asks for the user whose `path` has this value.
pub(super) fn match_user(path: &Path, value: &str) -> Request {
    let filter = format!("{path} eq {}", literal(value));
    let template = match path.name.as_str() {
        "userName" => "/Users?filter=userName+eq+…",
        "externalId" => "/Users?filter=externalId+eq+…",
        _ => "/Users?filter=emails[type+eq+\"work\"].value+eq+…",
    };
    let query = escape(&filter, Blank::Plus);
    Request::new(Method::Get, template, format!("/Users?filter={query}"))
}

/// Asks for the group whose attribute has this value. The parameters have this order.
pub(super) fn match_group(attribute: &str, value: &str) -> Request {
    let template = match attribute {
        "displayName" => "/Groups?excludedAttributes=members&filter=displayName+eq+…",
        _ => "/Groups?excludedAttributes=members&filter=externalId+eq+…",
    };
    let query = escape(&format!("{attribute} eq {}", literal(value)), Blank::Plus);
    let path = format!("/Groups?excludedAttributes=members&filter={query}");
    Request::new(Method::Get, template, path)
}

/// Creates a user with everything but the manager, who may not exist yet.
pub(super) fn create_user(profile: &Profile) -> Request {
    let mut body = profile.to_resource();
    body.insert("schemas".to_owned(), json!([Urn::USER, Urn::ENTERPRISE]));
    body.insert("meta".to_owned(), json!({"resourceType": "User"}));
    body.entry("roles").or_insert_with(|| json!([]));
    Request::new(Method::Post, "/Users", "/Users").with(Value::Object(body))
}

/// Creates a group, always empty.
pub(super) fn create_group(team: &Team) -> Request {
    let body = json!({
        "schemas": [Urn::GROUP, GROUP_SCHEMA],
        "externalId": team.external_id,
        "displayName": team.name,
        "meta": {"resourceType": "Group"},
    });
    Request::new(Method::Post, "/Groups", "/Groups").with(body)
}

/// Reads a user.
pub(super) fn read_user(id: &str) -> Request {
    Request::resource(Method::Get, "/Users/{id}", id)
}

/// Reads a group without its members.
pub(super) fn read_group(id: &str) -> Request {
    Request::resource(Method::Get, "/Groups/{id}?excludedAttributes=members", id)
}

/// Changes a user.
pub(super) fn patch_user(id: &str, operations: &[Value]) -> Request {
    Request::resource(Method::Patch, "/Users/{id}", id).with(message(operations))
}

/// Changes a group.
pub(super) fn patch_group(id: &str, operations: &[Value]) -> Request {
    Request::resource(Method::Patch, "/Groups/{id}", id).with(message(operations))
}

/// Deletes a user for good.
pub(super) fn delete_user(id: &str) -> Request {
    Request::resource(Method::Delete, "/Users/{id}", id)
}

/// Deletes a group for good.
pub(super) fn delete_group(id: &str) -> Request {
    Request::resource(Method::Delete, "/Groups/{id}", id)
}

/// Asks whether somebody is in a group: one hit or none.
pub(super) fn has_member(group: &str, member: &str) -> Request {
    let filter = format!(
        "id eq {} and members eq {}",
        literal(group),
        literal(member)
    );
    let path = format!(
        "/Groups?excludedAttributes=members&filter={}",
        escape(&filter, Blank::Plus)
    );
    let template = "/Groups?excludedAttributes=members&filter=id+eq+…+and+members+eq+…";
    Request::new(Method::Get, template, path)
}

/// Asks whether somebody has this manager: one hit or none. The operands come in either order.
pub(super) fn has_manager(user: &str, manager: &str, manager_first: bool) -> Request {
    let (user, manager) = (
        format!("id eq {}", literal(user)),
        format!("manager eq {}", literal(manager)),
    );
    let filter = if manager_first {
        format!("{manager} and {user}")
    } else {
        format!("{user} and {manager}")
    };
    let path = format!(
        "/Users?filter={}&attributes=id",
        escape(&filter, Blank::Plus)
    );
    let template = "/Users?filter=id+eq+…+and+manager+eq+…&attributes=id";
    Request::new(Method::Get, template, path)
}

fn message(operations: &[Value]) -> Value {
    json!({"schemas": [Urn::PATCH_OP], "Operations": operations})
}
