//! A connection with a profile, and what tests ask of all of them.

use serde_json::{Value, json};

use super::house::client::Client;
use super::house::server::House;

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A server with a connection `here` of this profile, and its identity provider.
#[track_caller]
pub(crate) fn with_profile(profile: &str) -> (House, Client) {
    let house = House::open();
    house
        .cli(&["connection", "new", "here", "--profile", profile])
        .exits(0);
    if shown(&house)["settings"]["terms"] != "none" {
        house
            .cli(&["connection", "accept-terms", "here", "--by", "Grace"])
            .exits(0);
    }
    if shown(&house)["profile"] == "sosafe" {
        set(&house, &["tenant_id=contoso"]);
    }
    let idp = house.idp_of("here");
    (house, idp)
}

/// Changes settings of the connection `here`.
#[track_caller]
pub(crate) fn set(house: &House, settings: &[&str]) {
    house
        .cli(&[&["connection", "set", "here"], settings].concat())
        .exits(0);
}

/// What `connection show here` says, in JSON.
#[track_caller]
pub(crate) fn shown(house: &House) -> Value {
    let text = house.cli(&["connection", "show", "here", "--json"]);
    serde_json::from_str(&text.prints()).unwrap()
}

/// Whether something was noticed about this attribute.
pub(crate) fn noticed(house: &House, what: &str, subject: &str) -> bool {
    let shown = shown(house);
    let noticed = shown["noticed"].as_array().unwrap();
    noticed
        .iter()
        .any(|seen| seen["what"] == what && seen["subject"] == subject)
}

/// The body of a user with everything that `more` says.
pub(crate) fn person(user_name: &str, more: Value) -> Value {
    let mut body = json!({"schemas": [USER, ENTERPRISE], "userName": user_name, "active": true});
    super::house::client::merge(&mut body, more);
    body
}

/// Entra's connection test: a search for somebody who is not there.
#[track_caller]
pub(crate) fn connection_test(idp: &Client, attribute: &str) {
    let filter = format!("{attribute} eq \"0f3c2a1e-8f7d-4b8e-9a57-2f4a8f0f8f11\"");
    idp.find("/Users", &filter).is(200).counts(0);
}

/// Asserts that nothing of what was sent was left out. The server is stopped: what it only remembers is
/// written then.
#[track_caller]
pub(crate) fn nothing_was_left_out(house: &mut House) {
    house.stop();
    let shown = shown(house);
    assert_eq!(shown["unknownAttributes"], json!([]));
    let noticed = shown["noticed"].as_array().unwrap();
    assert!(
        noticed
            .iter()
            .all(|seen| seen["what"] != "unlisted attribute"),
        "{noticed:?}"
    );
}

/// Asserts that attributes are kept which the profile does not list, roles among them.
#[track_caller]
pub(crate) fn keeps_everything(idp: &Client) {
    let more = json!({
        "profileUrl": "https://example.net/eve",
        "roles": [{"value": "Editor"}],
        "ims": [{"type": "xmpp", "value": "eve"}],
        "name": {"middleName": "Augusta"}
    });
    let id = idp.user_with("eve@example.net", more.clone());
    let path = format!("/Users/{id}");
    idp.get(&path).is(200).shows(more);
    let roles = json!([{"op": "Add", "path": "roles", "value": [{"value": "Reviewer"}]}]);
    let shown = idp.patch(&path, roles).is(200).json();
    assert_eq!(
        shown["roles"].as_array().map(Vec::len),
        Some(2),
        "{shown:#}"
    );
}

/// The users-only connections have no groups, in no way.
#[track_caller]
pub(crate) fn has_no_groups(idp: &Client) {
    let group = json!({"schemas": [GROUP], "displayName": "Staff"});
    idp.post("/Groups", &group).refused(404, "");
    idp.get("/Groups").refused(404, "");
    idp.get("/Groups/0f3c2a1e-8f7d-4b8e-9a57-2f4a8f0f8f11")
        .refused(404, "");
    let types = idp.get("/ResourceTypes").is(200);
    assert_eq!(types.column("id"), ["User"]);
    idp.get("/ResourceTypes/Group").refused(404, "");
    let schemas = idp.get("/Schemas").is(200).column("id");
    assert!(!schemas.iter().any(|id| id == GROUP), "{schemas:?}");
    idp.get(&format!("/Schemas/{GROUP}")).refused(404, "");
}
