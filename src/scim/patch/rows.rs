//! RFC 7644 §3.5.2, row by row: add, replace and remove of everything that a path can name.

use serde_json::{Value, json};

use super::trial::{check, mira, patched, refused, unchanged};
use crate::base::Dialect;

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
fn an_add_of_an_empty_object_or_list_changes_nothing() {
    for (path, nothing) in [
        ("name", json!({})),
        ("emails", json!({})),
        ("emails", json!([])),
    ] {
        unchanged(&json!({"op": "add", "path": path, "value": nothing}));
        unchanged(&json!({"op": "add", "value": {path: nothing}}));
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
    let after = patched(Dialect::Tolerant, mira(), &json!([replace])).unwrap();
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
        &json!([
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
