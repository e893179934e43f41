//! What else holds for a PATCH: extensions, references, what may not be changed, and how much.

use serde_json::{Value, json};

use super::trial::{check, mira, patched, refused, unchanged};
use crate::base::Dialect;
use crate::scim::Urn;

fn at_enterprise(name: &str) -> String {
    format!("{}:{name}", Urn::ENTERPRISE)
}

fn in_enterprise(name: &str) -> String {
    format!("/{}/{name}", Urn::ENTERPRISE)
}

#[test]
fn an_extension_is_changed_in_parts_and_removed_as_a_whole() {
    check(
        &json!({"op": "add", "path": at_enterprise("employeeNumber"), "value": "40112"}),
        &in_enterprise("employeeNumber"),
        &json!("40112"),
    );
    for operation in [
        json!({"op": "replace", "path": Urn::ENTERPRISE, "value": {"department": "Legal"}}),
        json!({"op": "replace", "value": {Urn::ENTERPRISE: {"Department": "Legal"}}}),
    ] {
        let expected = json!({"department": "Legal", "costCenter": "40"});
        check(&operation, &format!("/{}", Urn::ENTERPRISE), &expected);
    }
    let gone = format!("/{}", Urn::ENTERPRISE);
    check(
        &json!({"op": "remove", "path": Urn::ENTERPRISE}),
        &gone,
        &Value::Null,
    );
    let after = patched(
        Dialect::Strict,
        mira(),
        &json!([
            {"op": "remove", "path": at_enterprise("department")},
            {"op": "remove", "path": at_enterprise("costCenter")}
        ]),
    )
    .unwrap();
    assert_eq!(after.get(Urn::ENTERPRISE), None);
}

#[test]
fn the_address_of_a_manager_follows_the_id() {
    let pointer = in_enterprise("manager");
    let linked = json!({"value": "26118915", "$ref": "../Users/26118915"});
    for operation in [
        json!({"op": "add", "path": at_enterprise("manager"), "value": {"value": "26118915"}}),
        json!({"op": "add", "path": at_enterprise("manager.value"), "value": "26118915"}),
        json!({"op": "add", "path": at_enterprise("manager.$ref"), "value": "../Users/26118915"}),
        json!({"op": "add", "path": at_enterprise("manager"), "value": {"$ref": "../Users/26118915"}}),
    ] {
        check(&operation, &pointer, &linked);
    }
    let mut before = mira();
    before[Urn::ENTERPRISE]["manager"] = linked;
    for path in ["manager", "manager.value"] {
        let remove = json!([{"op": "remove", "path": at_enterprise(path)}]);
        let after = patched(Dialect::Strict, before.clone(), &remove).unwrap();
        assert_eq!(after, mira());
    }
}

#[test]
fn what_only_the_server_sets_is_refused_by_path_and_ignored_in_an_object() {
    for path in [
        "id",
        "meta",
        "meta.created",
        "groups",
        "groups[value eq \"1\"]",
    ] {
        refused(
            &json!({"op": "replace", "path": path, "value": "x"}),
            "mutability",
        );
        refused(&json!({"op": "remove", "path": path}), "mutability");
    }
    let display = at_enterprise("manager.displayName");
    refused(
        &json!({"op": "add", "path": display, "value": "x"}),
        "mutability",
    );
    unchanged(&json!({"op": "replace", "value": {
        "id": "x", "meta": {"version": "1"}, "groups": [], "schemas": ["urn:x:y"],
        "password": "not kept"
    }}));
    unchanged(&json!({"op": "replace", "path": "password", "value": "not kept"}));
    unchanged(&json!({"op": "add", "path": "schemas", "value": ["urn:x:y"]}));
}

#[test]
fn what_is_required_cannot_be_removed() {
    assert_eq!(
        refused(&json!({"op": "remove", "path": "userName"}), "mutability"),
        "Operations[0]: userName: required, so it can be replaced but not removed"
    );
    refused(
        &json!({"op": "replace", "path": "userName", "value": ""}),
        "mutability",
    );
    refused(
        &json!({"op": "replace", "value": {"userName": null}}),
        "mutability",
    );
}

#[test]
fn all_operations_happen_in_order_or_none() {
    let after = patched(
        Dialect::Strict,
        mira(),
        &json!([
            {"op": "add", "path": "nickName", "value": "a"},
            {"op": "replace", "path": "nickName", "value": "b"},
            {"op": "remove", "path": "emails"},
            {"op": "add", "path": "emails", "value": [{"value": "c@example.net"}]}
        ]),
    )
    .unwrap();
    assert_eq!(after["nickName"], "b");
    assert_eq!(after["emails"], json!([{"value": "c@example.net"}]));
    let error = patched(
        Dialect::Strict,
        mira(),
        &json!([
            {"op": "remove", "path": "emails"},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "x@example.net"}
        ]),
    )
    .unwrap_err();
    assert!(error.detail().starts_with("Operations[1]: "));
}

#[test]
fn work_on_the_writer_is_bounded() {
    let many: Vec<Value> = (0..1_000)
        .map(|number| json!({"value": format!("{number}@example.net")}))
        .collect();
    let before = json!({"userName": "mira", "emails": many});
    let path = format!(
        "emails[{}].display",
        vec!["value co \"@\""; 50].join(" or ")
    );
    let operation = json!({"op": "remove", "path": path});
    let error = patched(Dialect::Strict, before, &json!(vec![operation; 200])).unwrap_err();
    assert_eq!(error.body()["scimType"], "tooMany");
    let too_many: Vec<Value> = (0..1_001)
        .map(|number| json!({"value": number.to_string()}))
        .collect();
    refused(
        &json!({"op": "add", "path": "ims", "value": too_many}),
        "invalidValue",
    );
}
