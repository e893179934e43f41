//! RFC 7644 §3.5.2.2: removing.

use serde_json::json;

use super::people::{ENTERPRISE, USER, after, idp, strict};

#[test]
fn a_single_attribute_becomes_unassigned() {
    after(
        json!({"title": "A", "nickName": "N"}),
        json!([{"op": "remove", "path": "title"}]),
        json!({"title": "{{absent}}", "nickName": "N"}),
    );
    after(
        json!({"name": {"givenName": "Ada", "familyName": "Lorn"}}),
        json!([{"op": "remove", "path": "name.givenName"}]),
        json!({"name": {"givenName": "{{absent}}", "familyName": "Lorn"}}),
    );
    after(
        json!({"name": {"givenName": "Ada"}}),
        json!([{"op": "remove", "path": "name.givenName"}]),
        json!({"name": "{{absent}}"}),
    );
    after(
        json!({"name": {"givenName": "Ada"}}),
        json!([{"op": "remove", "path": "name"}]),
        json!({"name": "{{absent}}"}),
    );
}

#[test]
fn a_multi_valued_attribute_loses_all_or_what_the_filter_matches() {
    let emails = json!([
        {"type": "work", "value": "a@example.net"},
        {"type": "home", "value": "a@example.org"},
        {"type": "home", "value": "b@example.org", "display": "B"}
    ]);
    let start = json!({"emails": emails});
    for (path, expected) in [
        ("emails", json!("{{absent}}")),
        ("emails[type eq \"home\"]", json!([{"type": "work"}])),
        (
            "emails[type eq \"home\" and value sw \"b\"]",
            json!([{"type": "work"}, {"value": "a@example.org"}]),
        ),
        ("emails[value pr]", json!("{{absent}}")),
        ("emails[type eq \"other\"]", emails.clone()),
        ("emails[type eq \"other\"].value", emails.clone()),
        (
            "emails[type eq \"home\"].display",
            json!([{}, {}, {"value": "b@example.org", "display": "{{absent}}"}]),
        ),
        (
            "emails.display",
            json!([{}, {}, {"value": "b@example.org", "display": "{{absent}}"}]),
        ),
        ("EMAILS[TYPE EQ \"HOME\"]", json!([{"type": "work"}])),
    ] {
        after(
            start.clone(),
            json!([{"op": "remove", "path": path}]),
            json!({"emails": expected}),
        );
    }
}

#[test]
fn an_element_without_anything_left_is_gone() {
    after(
        json!({"emails": [{"value": "a@example.net"}, {"value": "b@example.net", "type": "work"}]}),
        json!([{"op": "remove", "path": "emails[value eq \"a@example.net\"].value"}]),
        json!({"emails": [{"value": "b@example.net"}]}),
    );
}

#[test]
fn an_extension_or_a_part_of_it_is_removed() {
    let start = json!({(ENTERPRISE): {"department": "Audit", "manager": {"value": "26"}}});
    after(
        start.clone(),
        json!([{"op": "remove", "path": format!("{ENTERPRISE}:department")}]),
        json!({(ENTERPRISE): {"department": "{{absent}}", "manager": {"value": "26"}}, "schemas": [USER, ENTERPRISE]}),
    );
    after(
        start,
        json!([{"op": "remove", "path": ENTERPRISE}]),
        json!({(ENTERPRISE): "{{absent}}", "schemas": [USER]}),
    );
}

#[test]
fn removing_what_is_absent_succeeds_and_changes_nothing() {
    after(
        json!({"title": "A"}),
        json!([{"op": "remove", "path": "nickName"}, {"op": "remove", "path": "emails"}, {"op": "remove", "path": "name.givenName"}]),
        json!({"title": "A", "meta": {"version": "W/\"1\""}}),
    );
}

#[test]
fn what_cannot_be_removed_is_refused() {
    let idp = strict();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    let before = idp.get(&path).json();
    for (operation, scim_type) in [
        (json!({"op": "remove"}), "noTarget"),
        (json!({"op": "remove", "path": "userName"}), "mutability"),
        (json!({"op": "remove", "path": "id"}), "mutability"),
        (json!({"op": "remove", "path": "meta"}), "mutability"),
        (json!({"op": "remove", "path": "groups"}), "mutability"),
    ] {
        let reply = idp.patch(&path, json!([operation]));
        // What the server itself assigns may be ignored as well.
        if reply.status != 200 || scim_type == "noTarget" || operation["path"] == "userName" {
            reply.refused(400, scim_type);
        }
        assert_eq!(idp.get(&path).json(), before, "{operation}");
    }
    let group = format!("/Groups/{}", idp.group("Crew", &[]));
    idp.patch(&group, json!([{"op": "remove", "path": "displayName"}]))
        .refused(400, "mutability");
}

#[test]
fn primary_that_is_not_given_is_false() {
    let start = json!({"emails": [
        {"type": "work", "value": "a@example.net", "primary": true},
        {"type": "home", "value": "a@example.org"}
    ]});
    let left = json!({"emails": [{"type": "work", "value": "a@example.net", "primary": true}]});
    after(
        start.clone(),
        json!([{"op": "remove", "path": "emails[primary eq false]"}]),
        left.clone(),
    );
    after(
        start,
        json!([{"op": "remove", "path": "emails[primary ne true]"}]),
        left.clone(),
    );
    // That a value is not the primary one describes nobody's address.
    for idp in [idp(), strict()] {
        let user = idp.user_with("ada@example.net", left.clone());
        let make =
            json!([{"op": "replace", "path": "emails[primary eq false].primary", "value": true}]);
        idp.patch(&format!("/Users/{user}"), make)
            .refused(400, "noTarget");
    }
}
