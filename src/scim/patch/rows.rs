//! RFC 7644 §3.5.2, row by row: add, replace and remove of everything that a path can name.

use serde_json::{Value, json};

use super::{PatchRequest, apply};
use crate::base::{Dialect, Limits, Policy};
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Reading, ScimError, Urn};

/// A user whom every test finds as she is here.
fn mira() -> Value {
    json!({
        "userName": "mira.holt@example.net",
        "name": {"givenName": "Mira", "familyName": "Holt"},
        "emails": [
            {"value": "mira@example.net", "type": "work", "primary": true},
            {"value": "mira@example.org", "type": "home"}
        ],
        Urn::ENTERPRISE: {"department": "Audit", "costCenter": "40"}
    })
}

fn patched(dialect: Dialect, before: Value, operations: Value) -> Result<Value, ScimError> {
    let schemas = Schemas::builtin().unwrap();
    let reading = Reading::new(&Policy::default(), &Limits::DEFAULT);
    let body = json!({"schemas": [Urn::PATCH_OP], "Operations": operations});
    let request = PatchRequest::parse(body, Kind::User, &schemas, &reading)?;
    let Value::Object(before) = before else {
        panic!("attributes are an object");
    };
    let before = Attributes::from_canonical(before);
    apply(&before, &request, &schemas, Kind::User, dialect)
        .map(|after| Value::Object(after.into_map()))
}

/// The pointer and what is there after one operation on Mira, in either dialect.
#[track_caller]
fn check(operation: &Value, pointer: &str, expected: &Value) {
    for dialect in [Dialect::Strict, Dialect::Tolerant] {
        let after = patched(dialect, mira(), json!([operation.clone()])).unwrap();
        let found = after.pointer(pointer).unwrap_or(&Value::Null);
        assert_eq!(found, expected, "{dialect:?}");
    }
}

#[track_caller]
fn unchanged(operation: &Value) {
    check(operation, "", &mira());
}

#[track_caller]
fn refused(operation: &Value, keyword: &str) -> String {
    let error = patched(Dialect::Strict, mira(), json!([operation])).unwrap_err();
    assert_eq!(error.body()["scimType"], keyword, "{}", error.detail());
    assert_eq!(error.status(), 400);
    error.detail().to_owned()
}

fn at_enterprise(name: &str) -> String {
    format!("{}:{name}", Urn::ENTERPRISE)
}

fn in_enterprise(name: &str) -> String {
    format!("/{}/{name}", Urn::ENTERPRISE)
}

#[test]
fn add_sets_a_single_value_and_overwrites_one() {
    check(
        &json!({"op": "add", "path": "nickName", "value": "Mi"}),
        "/nickName",
        &json!("Mi"),
    );
    check(
        &json!({"op": "add", "path": "userName", "value": "m"}),
        "/userName",
        &json!("m"),
    );
    check(
        &json!({"op": "Add", "path": "NICKNAME", "value": "Mi"}),
        "/nickName",
        &json!("Mi"),
    );
}

#[test]
fn add_and_replace_merge_into_a_complex_value() {
    for op in ["add", "replace"] {
        check(
            &json!({"op": op, "path": "name", "value": {"familyName": "Berg", "middleName": "A"}}),
            "/name",
            &json!({"givenName": "Mira", "familyName": "Berg", "middleName": "A"}),
        );
        check(
            &json!({"op": op, "path": "name", "value": {"familyName": null}}),
            "/name",
            &json!({"givenName": "Mira"}),
        );
        check(
            &json!({"op": op, "value": {"name": {"givenName": "M"}}}),
            "/name",
            &json!({"givenName": "M", "familyName": "Holt"}),
        );
    }
}

#[test]
fn add_appends_to_a_list_and_replace_takes_its_place() {
    let other = json!({"value": "m@example.com", "type": "other"});
    for path in [
        json!({"path": "emails", "value": [other]}),
        json!({"value": {"emails": [other]}}),
    ] {
        let mut add = path.clone();
        add["op"] = json!("add");
        check(&add, "/emails/2", &other);
        let mut replace = path;
        replace["op"] = json!("replace");
        check(&replace, "/emails", &json!([other]));
    }
    check(
        &json!({"op": "add", "path": "emails", "value": other}),
        "/emails/2",
        &other,
    );
}

#[test]
fn a_value_that_is_there_is_not_added_again() {
    unchanged(&json!({"op": "add", "path": "emails",
        "value": [{"value": "mira@example.org", "type": "home"}]}));
    unchanged(&json!({"op": "add", "path": "userName", "value": "mira.holt@example.net"}));
    unchanged(&json!({"op": "add", "path": "emails", "value": []}));
    unchanged(&json!({"op": "add", "value": {}}));
}

#[test]
fn primary_moves_to_the_newest() {
    check(
        &json!({"op": "add", "path": "emails", "value": [{"value": "n@example.net", "primary": true}]}),
        "/emails/0/primary",
        &json!(false),
    );
    check(
        &json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}),
        "/emails",
        &json!([
            {"value": "mira@example.net", "type": "work", "primary": false},
            {"value": "mira@example.org", "type": "home", "primary": true}
        ]),
    );
}

#[test]
fn a_filter_selects_the_values_that_change() {
    check(
        &json!({"op": "replace", "path": "emails[type eq \"WORK\"].Value", "value": "m@example.net"}),
        "/emails/0",
        &json!({"value": "m@example.net", "type": "work", "primary": true}),
    );
    check(
        &json!({"op": "replace", "path": "emails[type eq \"home\"]", "value": {"value": "h@example.net"}}),
        "/emails/1",
        &json!({"value": "h@example.net", "type": "home"}),
    );
    check(
        &json!({"op": "add", "path": "emails[type eq \"home\"]", "value": {"display": "Mira"}}),
        "/emails/1",
        &json!({"value": "mira@example.org", "type": "home", "display": "Mira"}),
    );
    check(
        &json!({"op": "replace", "path": "emails.display", "value": "Mira"}),
        "/emails/1/display",
        &json!("Mira"),
    );
    check(
        &json!({"op": "add", "path": "phoneNumbers.value", "value": "+41 44 000 00 00"}),
        "/phoneNumbers",
        &json!([{"value": "+41 44 000 00 00"}]),
    );
}

#[test]
fn a_filter_that_matches_nothing_creates_or_is_no_target() {
    check(
        &json!({"op": "add", "path": "emails[type eq \"other\"].value", "value": "o@example.net"}),
        "/emails/2",
        &json!({"value": "o@example.net", "type": "other"}),
    );
    let replace = json!({"op": "replace", "path": "emails[type eq \"other\"].value", "value": "o@example.net"});
    assert_eq!(
        refused(&replace, "noTarget"),
        "Operations[0]: path: no value of emails fulfils [type eq \"other\"]"
    );
    let after = patched(Dialect::Tolerant, mira(), json!([replace])).unwrap();
    assert_eq!(
        after["emails"][2],
        json!({"value": "o@example.net", "type": "other"})
    );
    let role = json!({"op": "add", "path": "roles[primary eq \"True\"].value", "value": "Editor"});
    check(
        &role,
        "/roles",
        &json!([{"primary": true, "value": "Editor"}]),
    );
    for vague in [
        "type eq \"a\" or type eq \"b\"",
        "not (type eq \"work\" or type eq \"home\")",
        "type co \"x\"",
    ] {
        let path = format!("emails[{vague}].value");
        refused(
            &json!({"op": "add", "path": path, "value": "x@example.net"}),
            "noTarget",
        );
    }
}

#[test]
fn several_operations_on_a_new_value_land_on_one() {
    let part = |name: &str, value: &str| json!({"op": "Replace", "path": format!("addresses[type eq \"work\"].{name}"), "value": value});
    let after = patched(
        Dialect::Tolerant,
        mira(),
        json!([
            part("streetAddress", "Seeweg 1"),
            part("locality", "Zug"),
            part("country", "CH")
        ]),
    )
    .unwrap();
    assert_eq!(
        after["addresses"],
        json!([{"type": "work", "streetAddress": "Seeweg 1", "locality": "Zug", "country": "CH"}])
    );
}

#[test]
fn remove_takes_what_it_names_and_nothing_else() {
    check(
        &json!({"op": "remove", "path": "name"}),
        "/name",
        &Value::Null,
    );
    check(
        &json!({"op": "remove", "path": "name.givenName"}),
        "/name",
        &json!({"familyName": "Holt"}),
    );
    check(
        &json!({"op": "remove", "path": "emails"}),
        "/emails",
        &Value::Null,
    );
    let home = json!([{"value": "mira@example.org", "type": "home"}]);
    check(
        &json!({"op": "remove", "path": "emails[type eq \"work\"]"}),
        "/emails",
        &home,
    );
    check(
        &json!({"op": "remove", "path": "emails[type eq \"work\"].value"}),
        "/emails",
        &home,
    );
    check(
        &json!({"op": "remove", "path": "emails[type eq \"work\"].primary"}),
        "/emails/0",
        &json!({"value": "mira@example.net", "type": "work"}),
    );
    unchanged(&json!({"op": "remove", "path": "emails[type eq \"fax\"]"}));
    unchanged(&json!({"op": "remove", "path": "nickName"}));
}

#[test]
fn remove_with_values_takes_those_and_never_all() {
    let home = json!([{"value": "mira@example.org", "type": "home"}]);
    for value in [
        json!([{"value": "MIRA@example.net"}]),
        json!({"value": "mira@example.net", "type": "work"}),
    ] {
        check(
            &json!({"op": "remove", "path": "emails", "value": value}),
            "/emails",
            &home,
        );
    }
    for value in [
        json!([]),
        json!([{}]),
        json!([{"value": "nobody@example.net"}]),
        json!([{"value": "mira@example.net", "type": "home"}]),
    ] {
        unchanged(&json!({"op": "remove", "path": "emails", "value": value}));
    }
    check(
        &json!({"op": "remove", "path": "nickName", "value": "x"}),
        "/nickName",
        &Value::Null,
    );
}

#[test]
fn a_replace_that_leaves_nothing_removes() {
    for nothing in [json!(null), json!(""), json!([]), json!({})] {
        for path in ["name", "emails", "nickName"] {
            let operation = json!({"op": "replace", "path": path, "value": nothing});
            check(&operation, &format!("/{path}"), &Value::Null);
        }
        check(
            &json!({"op": "replace", "value": {"name": nothing}}),
            "/name",
            &Value::Null,
        );
    }
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
        json!([
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
        let after = patched(Dialect::Strict, before.clone(), remove).unwrap();
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
        json!([
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
        json!([
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
    let error = patched(Dialect::Strict, before, json!(vec![operation; 200])).unwrap_err();
    assert_eq!(error.body()["scimType"], "tooMany");
    let too_many: Vec<Value> = (0..1_001)
        .map(|number| json!({"value": number.to_string()}))
        .collect();
    refused(
        &json!({"op": "add", "path": "ims", "value": too_many}),
        "invalidValue",
    );
}
