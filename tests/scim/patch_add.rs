//! RFC 7644 §3.5.2.1: adding.

use serde_json::{Value, json};

use super::people::{ENTERPRISE, Idp, USER, after, idp, strict, user};

fn one(idp: &Idp, start: Value) -> (String, Value) {
    let mut body = user("ada@example.net", start);
    body["schemas"] = json!([USER, ENTERPRISE]);
    let reply = idp.post("/Users", &body).is(201);
    (format!("/Users/{}", reply.id()), reply.json())
}

#[test]
fn an_absent_attribute_is_set_and_a_present_one_overwritten() {
    after(
        json!({}),
        json!([{"op": "add", "path": "title", "value": "Clerk"}]),
        json!({"title": "Clerk"}),
    );
    after(
        json!({"title": "A"}),
        json!([{"op": "add", "path": "title", "value": "B"}]),
        json!({"title": "B"}),
    );
    after(
        json!({}),
        json!([{"op": "add", "path": "active", "value": false}]),
        json!({"active": false}),
    );
}

#[test]
fn a_complex_attribute_is_merged() {
    let start = json!({"name": {"givenName": "Ada", "familyName": "Lorn"}});
    after(
        start.clone(),
        json!([{"op": "add", "path": "name", "value": {"familyName": "Ray", "honorificPrefix": "Dr"}}]),
        json!({"name": {"givenName": "Ada", "familyName": "Ray", "honorificPrefix": "Dr"}}),
    );
    after(
        start.clone(),
        json!([{"op": "add", "path": "name", "value": {}}, {"op": "add", "value": {"name": {}}}]),
        start.clone(),
    );
    after(
        start,
        json!([{"op": "add", "path": "name.middleName", "value": "Jo"}]),
        json!({"name": {"givenName": "Ada", "familyName": "Lorn", "middleName": "Jo"}}),
    );
    after(
        json!({}),
        json!([{"op": "add", "path": "name.middleName", "value": "Jo"}]),
        json!({"name": {"middleName": "Jo", "givenName": "{{absent}}"}}),
    );
}

#[test]
fn values_are_appended_and_equal_ones_are_not_added_twice() {
    let work = json!({"type": "work", "value": "a@example.net"});
    let home = json!({"type": "home", "value": "a@example.org"});
    let start = json!({"emails": [work]});
    after(
        start.clone(),
        json!([{"op": "add", "path": "emails", "value": [home]}]),
        json!({"emails": [work, home]}),
    );
    after(
        start.clone(),
        json!([{"op": "add", "path": "emails", "value": [work, home, home]}]),
        json!({"emails": [work, home]}),
    );
    after(
        start.clone(),
        json!([{"op": "add", "value": {"emails": [home]}}]),
        json!({"emails": [work, home]}),
    );
    after(
        start,
        json!([{"op": "add", "path": "emails", "value": home}]),
        json!({"emails": [work, home]}),
    );
}

#[test]
fn a_new_primary_takes_it_from_the_old_one() {
    let start = json!({"emails": [{"value": "a@example.net", "primary": true}, {"value": "b@example.net"}]});
    for operations in [
        json!([{"op": "add", "path": "emails", "value": [{"value": "c@example.net", "primary": true}]}]),
        json!([{"op": "add", "value": {"emails": [{"value": "c@example.net", "primary": true}]}}]),
    ] {
        let idp = idp();
        let (path, _) = one(&idp, start.clone());
        let user = idp.patch(&path, operations).is(200).json();
        let primary: Vec<&Value> = user["emails"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|email| email["primary"] == true)
            .collect();
        assert_eq!(primary.len(), 1, "{user}");
        assert_eq!(primary[0]["value"], "c@example.net");
    }
    let idp = idp();
    let (path, _) = one(&idp, start);
    let operations =
        json!([{"op": "add", "path": "emails[value eq \"b@example.net\"].primary", "value": true}]);
    let user = idp.patch(&path, operations).is(200).json();
    let primary = user["emails"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|email| email["primary"] == true)
        .count();
    assert_eq!(primary, 1, "{user}");
    assert_eq!(user["emails"][1]["primary"], true, "{user}");
}

#[test]
fn a_value_filter_reaches_the_elements_it_matches() {
    let start = json!({"emails": [
        {"type": "work", "value": "a@example.net"},
        {"type": "home", "value": "a@example.org"},
        {"type": "home", "value": "b@example.org"}
    ]});
    after(
        start.clone(),
        json!([{"op": "add", "path": "emails[type eq \"home\"].display", "value": "Home"}]),
        json!({"emails": [
            {"type": "work", "display": "{{absent}}"},
            {"value": "a@example.org", "display": "Home"},
            {"value": "b@example.org", "display": "Home"}
        ]}),
    );
    after(
        start.clone(),
        json!([{"op": "add", "path": "emails[type eq \"work\"]", "value": {"display": "Work"}}]),
        json!({"emails": [{"type": "work", "value": "a@example.net", "display": "Work"}, {"type": "home"}, {"type": "home"}]}),
    );
    after(
        start,
        json!([{"op": "add", "path": "emails.display", "value": "All"}]),
        json!({"emails": [{"display": "All"}, {"display": "All"}, {"display": "All"}]}),
    );
}

#[test]
fn without_a_path_the_value_is_merged() {
    after(
        json!({"title": "A", "nickName": "N", "name": {"givenName": "Ada"}}),
        json!([{"op": "add", "value": {"title": "B", "name": {"familyName": "Lorn"}, "active": true}}]),
        json!({"title": "B", "nickName": "N", "name": {"givenName": "Ada", "familyName": "Lorn"}, "active": true}),
    );
}

#[test]
fn extensions_are_reached_by_their_urn() {
    after(
        json!({}),
        json!([{"op": "add", "path": format!("{ENTERPRISE}:department"), "value": "Audit"}]),
        json!({"schemas": [USER, ENTERPRISE], (ENTERPRISE): {"department": "Audit"}}),
    );
    after(
        json!({(ENTERPRISE): {"costCenter": "7"}}),
        json!([{"op": "add", "path": ENTERPRISE, "value": {"department": "Audit"}}]),
        json!({(ENTERPRISE): {"department": "Audit", "costCenter": "7"}}),
    );
    after(
        json!({(ENTERPRISE): {"costCenter": "7"}}),
        json!([{"op": "add", "value": {(ENTERPRISE): {"department": "Audit"}}}]),
        json!({(ENTERPRISE): {"department": "Audit", "costCenter": "7"}}),
    );
    after(
        json!({}),
        json!([{"op": "add", "path": format!("{ENTERPRISE}:manager.value"), "value": "26"}]),
        json!({(ENTERPRISE): {"manager": {"value": "26"}}}),
    );
    after(
        json!({}),
        json!([{"op": "add", "path": format!("{USER}:name.givenName"), "value": "Ada"}]),
        json!({"name": {"givenName": "Ada"}}),
    );
}

#[test]
fn operations_are_carried_out_in_order() {
    after(
        json!({}),
        json!([
            {"op": "add", "path": "title", "value": "A"},
            {"op": "replace", "path": "title", "value": "B"},
            {"op": "add", "path": "emails", "value": [{"type": "work", "value": "a@example.net"}]},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@example.net"},
            {"op": "remove", "path": "title"},
            {"op": "add", "path": "title", "value": "C"}
        ]),
        json!({"title": "C", "emails": [{"type": "work", "value": "b@example.net"}]}),
    );
}

#[test]
fn nothing_new_moves_no_version() {
    let idp = idp();
    let start = json!({"title": "A", "emails": [{"type": "work", "value": "a@example.net"}], "name": {"givenName": "Ada"}});
    let (path, before) = one(&idp, start);
    for operations in [
        json!([{"op": "add", "path": "title", "value": "A"}]),
        json!([{"op": "add", "path": "emails", "value": [{"type": "work", "value": "a@example.net"}]}]),
        json!([{"op": "add", "value": {"name": {"givenName": "Ada"}}}]),
        json!([{"op": "replace", "path": "userName", "value": "ada@example.net"}]),
        json!([{"op": "remove", "path": "nickName"}]),
        json!([{"op": "add", "path": "title", "value": "B"}, {"op": "replace", "path": "title", "value": "A"}]),
    ] {
        let reply = idp.patch(&path, operations).is(200);
        assert_eq!(reply.json(), before, "{}", reply.told());
    }
    assert_eq!(idp.get(&path).json(), before);
}

#[test]
fn what_cannot_be_added_is_refused() {
    let idp = strict();
    let (path, before) = one(&idp, json!({"title": "A"}));
    let refusing = super::people::idp_with(&["unknown=refuse"]);
    let (unknown, _) = one(&refusing, json!({}));
    for (operation, scim_type) in [
        (json!({"op": "add", "path": "title"}), "invalidValue"),
        (json!({"op": "add"}), "invalidValue"),
        (json!({"op": "add", "value": "x"}), "invalidValue"),
        (json!({"op": "add", "value": ["x"]}), "invalidValue"),
        (
            json!({"op": "add", "path": "title", "value": 7}),
            "invalidValue",
        ),
        (
            json!({"op": "add", "path": "emails", "value": "x"}),
            "invalidValue",
        ),
        (
            json!({"op": "add", "path": "emails", "value": [{"value": 7}]}),
            "invalidValue",
        ),
        (
            json!({"op": "add", "path": "a b", "value": "x"}),
            "invalidPath",
        ),
        (
            json!({"op": "add", "path": 7, "value": "x"}),
            "invalidSyntax",
        ),
    ] {
        let operations = json!([{"op": "replace", "path": "title", "value": "Never"}, operation]);
        let reply = idp.patch(&path, operations).is(400);
        assert_eq!(idp.get(&path).json(), before, "{}", reply.told());
        if scim_type != "invalidSyntax" {
            reply.refused(400, scim_type);
        }
    }
    for path in ["shoeSize", "title.x", "name.shoeSize", "urn:example:a:b"] {
        let operations = json!([{"op": "add", "path": path, "value": "44"}]);
        let reply = refusing.patch(&unknown, operations);
        reply.refused(400, "invalidPath");
    }
}

#[test]
fn what_the_server_assigns_is_left_alone() {
    let idp = strict();
    let (path, before) = one(&idp, json!({"title": "A"}));
    for operations in [
        json!([{"op": "add", "path": "id", "value": "x"}]),
        json!([{"op": "add", "path": "meta.created", "value": "2001-01-01T00:00:00Z"}]),
        json!([{"op": "add", "path": "groups", "value": [{"value": "x"}]}]),
        json!([{"op": "add", "value": {"id": "x", "meta": {}, "groups": [], "schemas": [USER]}}]),
    ] {
        // RFC 7644 §3.5.2 would have these refused; identity providers send them, so they are ignored.
        let reply = idp.patch(&path, operations);
        if reply.status != 200 {
            reply.refused(400, "mutability");
        }
        assert_eq!(idp.get(&path).json(), before);
    }
}

#[test]
fn a_message_that_is_no_patch_is_refused() {
    let idp = strict();
    let (path, before) = one(&idp, json!({}));
    let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    let fine = json!([{"op": "add", "path": "title", "value": "x"}]);
    for body in [
        json!({}),
        json!([]),
        json!({"schemas": [schema]}),
        json!({"schemas": [schema], "Operations": {}}),
        json!({"schemas": [schema], "Operations": []}),
        json!({"schemas": [schema], "Operations": ["add"]}),
        json!({"schemas": [schema], "Operations": [{}]}),
        json!({"schemas": [schema], "Operations": [{"op": "jump", "path": "title", "value": "x"}]}),
        json!({"schemas": [schema], "Operations": [{"op": 1, "path": "title", "value": "x"}]}),
        json!({"schemas": ["urn:other"], "Operations": fine}),
        json!({"Operations": fine}),
    ] {
        let reply = idp.request("PATCH", &path).json(&body).send();
        assert_eq!(reply.status, 400, "{}", reply.told());
    }
    assert_eq!(idp.get(&path).json(), before);
}
