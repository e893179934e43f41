//! RFC 7644 §3.5.2.3: replacing.

use serde_json::json;

use super::people::{ENTERPRISE, after, idp, strict};

#[test]
fn a_present_attribute_is_replaced_and_an_absent_one_set() {
    after(
        json!({"title": "A"}),
        json!([{"op": "replace", "path": "title", "value": "B"}]),
        json!({"title": "B"}),
    );
    after(
        json!({}),
        json!([{"op": "replace", "path": "title", "value": "B"}]),
        json!({"title": "B"}),
    );
    after(
        json!({"active": true}),
        json!([{"op": "replace", "path": "active", "value": false}]),
        json!({"active": false}),
    );
    after(
        json!({}),
        json!([{"op": "replace", "path": "name.givenName", "value": "Ada"}]),
        json!({"name": {"givenName": "Ada"}}),
    );
}

#[test]
fn a_complex_attribute_keeps_what_is_not_named() {
    after(
        json!({"name": {"givenName": "Ada", "familyName": "Lorn"}}),
        json!([{"op": "replace", "path": "name", "value": {"familyName": "Ray"}}]),
        json!({"name": {"givenName": "Ada", "familyName": "Ray"}}),
    );
    after(
        json!({"name": {"givenName": "Ada", "familyName": "Lorn"}, "title": "A"}),
        json!([{"op": "replace", "value": {"name": {"familyName": "Ray"}, "title": "B"}}]),
        json!({"name": {"givenName": "Ada", "familyName": "Ray"}, "title": "B"}),
    );
}

#[test]
fn a_multi_valued_attribute_is_replaced_as_a_whole() {
    let start = json!({"emails": [{"type": "work", "value": "a@example.net"}, {"type": "home", "value": "a@example.org"}]});
    let one = json!([{"type": "other", "value": "c@example.net"}]);
    after(
        start.clone(),
        json!([{"op": "replace", "path": "emails", "value": one}]),
        json!({"emails": one}),
    );
    after(
        start.clone(),
        json!([{"op": "replace", "value": {"emails": one}}]),
        json!({"emails": one}),
    );
    after(
        start,
        json!([{"op": "replace", "path": "emails", "value": []}]),
        json!({"emails": "{{absent}}"}),
    );
}

#[test]
fn a_value_filter_chooses_the_elements() {
    let start = json!({"emails": [
        {"type": "work", "value": "a@example.net", "primary": true},
        {"type": "home", "value": "a@example.org", "display": "A"}
    ]});
    after(
        start.clone(),
        json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@example.net"}]),
        json!({"emails": [
            {"type": "work", "value": "b@example.net", "primary": true},
            {"type": "home", "value": "a@example.org"}
        ]}),
    );
    after(
        start.clone(),
        json!([{"op": "replace", "path": "emails[type eq \"home\"]", "value": {"type": "other", "value": "c@example.org"}}]),
        json!({"emails": [{"type": "work"}, {"type": "other", "value": "c@example.org"}]}),
    );
    after(
        start,
        json!([{"op": "replace", "path": "emails[type eq \"home\"].primary", "value": true}]),
        json!({"emails": [{"type": "home", "primary": true}, {"type": "work", "value": "a@example.net"}]}),
    );
}

#[test]
fn a_filter_without_a_match_is_no_target_in_the_strict_dialect_and_creates_in_the_tolerant_one() {
    let operations = json!([
        {"op": "replace", "path": "title", "value": "B"},
        {"op": "replace", "path": "emails[type eq \"home\"].value", "value": "a@example.org"}
    ]);
    let start = json!({"title": "A", "emails": [{"type": "work", "value": "a@example.net"}]});
    let idp = strict();
    let path = format!("/Users/{}", idp.user_with("ada@example.net", start.clone()));
    idp.patch(&path, operations.clone())
        .refused(400, "noTarget");
    idp.get(&path).shows(start.clone());
    let idp = super::people::idp();
    let path = format!("/Users/{}", idp.user_with("ada@example.net", start));
    idp.patch(&path, operations).is(200).shows(json!({
        "title": "B",
        "emails": [{"type": "work", "value": "a@example.net"}, {"type": "home", "value": "a@example.org"}]
    }));
}

#[test]
fn a_filter_that_names_an_empty_text_describes_nothing_that_could_be_made() {
    let start = json!({"emails": [{"type": "work", "value": "a@example.net"}]});
    let idp = idp();
    let path = format!("/Users/{}", idp.user_with("ada@example.net", start.clone()));
    let operation = json!([
        {"op": "replace", "path": "emails[type eq \"\"].value", "value": "a@example.org"}
    ]);
    idp.patch(&path, operation).refused(400, "noTarget");
    idp.get(&path).shows(start);
}

#[test]
fn an_extension_is_replaced_attribute_by_attribute() {
    after(
        json!({(ENTERPRISE): {"department": "Audit", "costCenter": "7"}}),
        json!([{"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Sales"}]),
        json!({(ENTERPRISE): {"department": "Sales", "costCenter": "7"}}),
    );
    after(
        json!({(ENTERPRISE): {"department": "Audit", "costCenter": "7"}}),
        json!([{"op": "replace", "value": {(ENTERPRISE): {"department": "Sales"}}}]),
        json!({(ENTERPRISE): {"department": "Sales", "costCenter": "7"}}),
    );
}

#[test]
fn a_replaced_value_is_found_and_the_old_one_is_not() {
    let idp = idp();
    let more = json!({"title": "A", "emails": [{"type": "work", "value": "a@example.net"}]});
    let path = format!("/Users/{}", idp.user_with("ada@example.net", more));
    idp.patch(
        &path,
        json!([
            {"op": "replace", "path": "title", "value": "B"},
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@example.net"},
            {"op": "replace", "path": "userName", "value": "bea@example.net"}
        ]),
    )
    .is(200);
    for (filter, total) in [
        ("title eq \"A\"", 0),
        ("title eq \"B\"", 1),
        ("emails.value eq \"a@example.net\"", 0),
        ("emails[type eq \"work\" and value eq \"b@example.net\"]", 1),
        ("userName eq \"ada@example.net\"", 0),
        ("userName eq \"bea@example.net\"", 1),
    ] {
        assert_eq!(
            idp.find("/Users", filter).at("/totalResults"),
            total,
            "{filter}"
        );
    }
    idp.user("ada@example.net");
}

#[test]
fn a_name_that_is_taken_is_409_and_changes_nothing() {
    let idp = idp();
    idp.user("bo@example.net");
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    let before = idp.get(&path).json();
    let operations = json!([
        {"op": "replace", "path": "title", "value": "B"},
        {"op": "replace", "path": "userName", "value": "BO@example.net"}
    ]);
    idp.patch(&path, operations).refused(409, "uniqueness");
    assert_eq!(idp.get(&path).json(), before);
}

#[test]
fn a_group_is_answered_with_204_or_with_what_was_asked_for() {
    let idp = idp();
    let path = format!("/Groups/{}", idp.group("Crew", &[]));
    let rename = |name: &str| json!([{"op": "replace", "path": "displayName", "value": name}]);
    let reply = idp.patch(&path, rename("Crew 2")).is(204);
    assert!(reply.body.is_empty());
    idp.patch(&format!("{path}?attributes=displayName"), rename("Crew 3"))
        .is(200)
        .shows(json!({"displayName": "Crew 3"}));
}
