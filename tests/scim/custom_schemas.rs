//! Schemas that the operator declares (RFC 7643 §7) are equal citizens from the next request on.

use serde_json::{Value, json};

use super::house::client::Client;
use super::house::run::Run;
use super::house::server::House;
use super::people::{ENTERPRISE, GROUP, USER};

pub(crate) const CUSTOM: &str =
    "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User";

/// A server of its own: schemas hold for a whole installation.
pub(crate) fn house() -> (House, Client) {
    let house = House::open();
    let idp = house.idp();
    (house, idp)
}

/// `appliance schema add -` with this document.
pub(crate) fn declare(house: &House, document: &Value) -> Run {
    Run::with_input(
        &house.data(),
        &["schema", "add", "-"],
        &document.to_string(),
    )
}

fn person(name: &str, urn: &str, data: &Value) -> Value {
    json!({"schemas": [USER, urn], "userName": format!("{name}@example.net"), urn: data})
}

#[test]
fn a_field_is_there_at_the_next_request_and_gone_at_the_next() {
    let (house, idp) = house();
    let field = format!("{CUSTOM}:postalCode");
    let mira = person("mira", CUSTOM, &json!({"postalCode": "8004"}));
    let early = idp.post("/Users", &mira).is(201);
    early
        .clone()
        .shows(json!({"schemas": [USER], CUSTOM: "{{absent}}"}));
    idp.find("/Users", &format!("{field} pr"))
        .refused(400, "invalidFilter");

    house
        .cli(&["schema", "add", &format!("{field}:any")])
        .exits(0);
    let path = format!("/Users/{}", early.id());
    idp.get(&path).is(200).shows(json!({CUSTOM: "{{absent}}"}));
    idp.put(&path, &mira)
        .is(200)
        .shows(json!({"schemas": [USER, CUSTOM], CUSTOM: {"postalCode": "8004"}}));
    let lina = idp
        .post(
            "/Users",
            &person("lina", CUSTOM, &json!({"POSTALCODE": 1010})),
        )
        .is(201)
        .shows(json!({CUSTOM: {"postalCode": 1010}}));
    for (filter, count) in [
        (format!("{field} eq \"8004\""), 1),
        (format!("{field} eq 1010"), 1),
        (format!("{field} sw \"80\" and userName co \"mira\""), 1),
        (format!("{} pr", field.to_uppercase()), 2),
        (format!("not ({field} eq \"8004\")"), 1),
        (format!("schemas eq \"{CUSTOM}\""), 2),
    ] {
        idp.find("/Users", &filter).counts(count);
    }
    let sorted = idp.get(&format!("/Users?sortBy={field}&sortOrder=descending"));
    assert_eq!(
        sorted.column("userName"),
        ["mira@example.net", "lina@example.net"]
    );
    idp.get(&format!("/Users?attributes={field}"))
        .is(200)
        .shows(json!({"Resources": [
            {"userName": "{{absent}}", CUSTOM: {"postalCode": "8004"}},
            {"userName": "{{absent}}", CUSTOM: {"postalCode": 1010}}
        ]}));
    idp.patch(
        &path,
        json!([{"op": "replace", "path": field, "value": "9000"}]),
    )
    .is(200)
    .shows(json!({CUSTOM: {"postalCode": "9000"}}));
    idp.patch(
        &format!("/Users/{}", lina.id()),
        json!([{"op": "remove", "path": CUSTOM}]),
    )
    .is(200)
    .shows(json!({"schemas": [USER], CUSTOM: "{{absent}}"}));

    let csv = house.cli(&["export", "users"]).prints();
    let (titles, rows) = csv.split_once('\n').unwrap();
    assert!(
        titles
            .trim_end()
            .ends_with(&format!("lastModified,{field}")),
        "{titles}"
    );
    assert!(rows.contains(",9000"), "{rows}");
    let found = house.cli(&[
        "export",
        "users",
        "--filter",
        &format!("{field} eq \"9000\""),
    ]);
    assert_eq!(found.prints().lines().count(), 2);

    let refused = house.cli(&["schema", "remove", CUSTOM]).exits(4);
    let told = format!("1 resource in the way, for example {}", early.id());
    assert!(refused.stderr.contains(&told), "{}", refused.stderr);
    let before = idp.get(&path).is(200);
    house.cli(&["schema", "remove", &field, "--force"]).exits(0);
    let after = idp
        .get(&path)
        .is(200)
        .shows(json!({"schemas": [USER], CUSTOM: "{{absent}}"}));
    assert_ne!(before.at("/meta/version"), after.at("/meta/version"));
    idp.find("/Users", &format!("{field} pr"))
        .refused(400, "invalidFilter");
    idp.find("/Users", &format!("schemas eq \"{CUSTOM}\""))
        .counts(0);
    idp.get(&format!("/Schemas/{CUSTOM}")).refused(404, "");
    house.cli(&["schema", "show", CUSTOM]).exits(3);
}

#[test]
fn the_enterprise_extension_can_be_given_more() {
    let (house, idp) = house();
    let hired = format!("{ENTERPRISE}:hireDate");
    house
        .cli(&[
            "schema",
            "add",
            &hired,
            &format!("{ENTERPRISE}:employeeLevel:integer"),
        ])
        .exits(0);
    let body = person(
        "mira",
        ENTERPRISE,
        &json!({"department": "Audit", "hireDate": "2026-11-20", "employeeLevel": 3}),
    );
    let mira = idp
        .post("/Users", &body)
        .is(201)
        .shows(json!({ENTERPRISE: body[ENTERPRISE]}));
    idp.find(
        "/Users",
        &format!("{ENTERPRISE}:employeeLevel gt 2 and {hired} sw \"2026\""),
    )
    .counts(1);
    let names = idp
        .get(&format!("/Schemas/{ENTERPRISE}"))
        .is(200)
        .at("/attributes");
    assert_eq!(names.as_array().unwrap().len(), 8);
    // What is taken back leaves the rest alone.
    house
        .cli(&["schema", "remove", ENTERPRISE, "--force"])
        .exits(0);
    idp.get(&format!("/Users/{}", mira.id())).is(200).shows(json!({
        "schemas": [USER, ENTERPRISE],
        ENTERPRISE: {"department": "Audit", "hireDate": "{{absent}}", "employeeLevel": "{{absent}}"}
    }));
    house.cli(&["schema", "remove", ENTERPRISE]).exits(4);
}

#[test]
fn one_schema_may_extend_both_kinds_under_a_urn_with_dots() {
    let (house, idp) = house();
    let urn = "urn:example:hr.people:2.0";
    declare(&house, &json!({"id": urn, "extends": ["User", "Group"], "attributes": [
        {"name": "owner", "type": "complex", "subAttributes": [{"name": "value"}, {"name": "desk"}]},
        {"name": "tags", "multiValued": true}
    ]}))
    .exits(0);
    let listed = idp.get("/Schemas").is(200).resources();
    assert_eq!(
        listed.iter().filter(|schema| schema["id"] == urn).count(),
        1
    );
    idp.get("/ResourceTypes")
        .is(200)
        .shows(json!({"Resources": [
            {"id": "User", "schemaExtensions": [{"schema": ENTERPRISE}, {"schema": urn}]},
            {"id": "Group", "schemaExtensions": [{"schema": urn, "required": false}]}
        ]}));
    let group = json!({"schemas": [GROUP, urn], "displayName": "Audit",
        urn: {"owner": {"value": "Mira", "desk": "4b"}, "tags": ["a", "b"]}});
    let group = idp.post("/Groups", &group).is(201);
    let path = format!("/Groups/{}", group.id());
    let shown = format!("{path}?attributes=displayName");
    for (operations, expected) in [
        (
            json!([{"op": "add", "path": format!("{urn}:tags"), "value": ["b", "c"]}]),
            json!({"tags": ["a", "b", "c"]}),
        ),
        (
            json!([{"op": "remove", "path": format!("{urn}:tags[value eq \"a\"]")}]),
            json!({"tags": ["b", "c"]}),
        ),
        (
            json!([{"op": "replace", "path": format!("{urn}:owner.desk"), "value": "5a"}]),
            json!({"owner": {"value": "Mira", "desk": "5a"}}),
        ),
        (
            json!([{"op": "replace", "value": {urn: {"owner": {"value": "Lina"}}}}]),
            json!({"owner": {"value": "Lina", "desk": "5a"}, "tags": ["b", "c"]}),
        ),
        (
            json!([{"op": "remove", "path": format!("{urn}:owner.desk")}]),
            json!({"owner": {"value": "Lina", "desk": "{{absent}}"}}),
        ),
    ] {
        idp.patch(&shown, operations).is(200);
        idp.get(&path).is(200).shows(json!({urn: expected}));
    }
    for filter in [
        format!("{urn}:owner.value eq \"LINA\""),
        format!("{urn}:owner[value sw \"li\"]"),
        format!("{urn}:tags eq \"c\""),
    ] {
        idp.find("/Groups", &filter).counts(1);
    }
    idp.get(&format!("{path}?attributes={urn}"))
        .is(200)
        .shows(json!({"displayName": "{{absent}}", urn: {"tags": ["b", "c"]}}));
    idp.get(&format!("{path}?excludedAttributes={urn}:owner"))
        .is(200)
        .shows(json!({"displayName": "Audit", urn: {"owner": "{{absent}}", "tags": ["b", "c"]}}));
    idp.patch(&shown, json!([{"op": "remove", "path": urn}]))
        .is(200);
    idp.get(&path)
        .is(200)
        .shows(json!({"schemas": [GROUP], urn: "{{absent}}"}));
    house.cli(&["schema", "remove", urn]).exits(0);
}

#[test]
fn a_declaration_is_published_in_the_words_of_the_rfc() {
    let (house, idp) = house();
    let declared = json!({"id": "urn:example:2.0:User", "name": "Badge", "attributes": [
        {"name": "badge", "type": "any"},
        {"name": "site", "type": "complex", "multiValued": true, "description": "Where.",
         "subAttributes": [{"name": "value", "canonicalValues": ["Bern"], "required": true}]}
    ]});
    declare(&house, &declared).exits(0);
    let location = format!("{}/Schemas/urn:example:2.0:User", house.url());
    idp.get("/Schemas/URN:example:2.0:user").is(200).shows(json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": "urn:example:2.0:User", "name": "Badge",
        "attributes": [
            // The RFC has no type for it; nearly always it is a text.
            {"name": "badge", "type": "string", "multiValued": false, "required": false,
             "caseExact": false, "mutability": "readWrite", "returned": "default",
             "uniqueness": "none"},
            {"name": "site", "type": "complex", "multiValued": true, "description": "Where.",
             "subAttributes": [{"name": "value", "canonicalValues": ["Bern"], "required": true}]}
        ],
        "meta": {"resourceType": "Schema", "location": location}
    }));
    // The operator's own words come back as they were, ready to be declared elsewhere.
    let shown = house
        .cli(&["schema", "show", "urn:example:2.0:user", "--json"])
        .prints();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["attributes"][0]["type"], "any");
    let again = declare(&house, &shown).exits(0);
    assert!(
        again.stderr.contains("declared already"),
        "{}",
        again.stderr
    );
}

#[test]
fn what_is_left_out_is_reported_with_the_command_that_would_declare_it() {
    let (mut house, idp) = house();
    let mut mira = person(
        "mira",
        "urn:example:2.0:User",
        &json!({"badge": "7", "desk": "4b"}),
    );
    mira["shoeSize"] = json!(38);
    let mira = idp.post("/Users", &mira).is(201);
    let badge = "urn:example:2.0:User:badge";
    idp.patch(
        &format!("/Users/{}", mira.id()),
        json!([{"op": "add", "value": {"urn:example:2.0:User": {"badge": "8"}}}]),
    )
    .is(200);
    // What was counted is written down when the server ends, at the latest.
    house.restart();
    let report = |house: &House| -> Value {
        let shown = house
            .cli(&["connection", "show", "default", "--json"])
            .prints();
        serde_json::from_str::<Value>(&shown).unwrap()["unknownAttributes"].clone()
    };
    let command = format!("appliance schema add {badge}");
    let listed = report(&house);
    assert_eq!(listed[0]["attribute"], badge);
    assert_eq!(listed[0]["times"], 2);
    assert_eq!(listed[0]["declareWith"], command.as_str());
    assert_eq!(listed.as_array().unwrap().len(), 3);
    let size = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["attribute"] == "shoeSize");
    assert_eq!(size.unwrap()["declareWith"], Value::Null);
    let shown = house.cli(&["connection", "show", "default"]).prints();
    assert!(shown.contains(&command), "{shown}");

    let words: Vec<&str> = command.split(' ').skip(1).collect();
    house.cli(&words).exits(0);
    let listed = report(&house);
    assert!(!listed.to_string().contains(badge), "{listed}");
    let idp = house.idp();
    idp.patch(
        &format!("/Users/{}", mira.id()),
        json!([{"op": "add", "path": badge, "value": "8"}]),
    )
    .is(200)
    .shows(json!({"urn:example:2.0:User": {"badge": "8"}}));
}

#[test]
fn declared_attributes_take_what_entra_sends() {
    let (house, idp) = house();
    let name = |name: &str| format!("{CUSTOM}:{name}");
    house
        .cli(&[
            "schema",
            "add",
            &name("postalCode"),
            &name("remote:boolean"),
            &name("floor:integer"),
        ])
        .exits(0);
    let body = person(
        "mira",
        CUSTOM,
        &json!({"remote": "False", "postalCode": ""}),
    );
    let mira = idp
        .post("/Users", &body)
        .is(201)
        .shows(json!({CUSTOM: {"remote": false, "postalCode": "{{absent}}"}}));
    let path = format!("/Users/{}", mira.id());
    idp.patch(
        &path,
        json!([
            {"op": "Add", "path": name("remote"), "value": "True"},
            {"op": "Replace", "value": {name("postalCode"): "8004", "displayName": "Mira"}}
        ]),
    )
    .is(200)
    .shows(json!({"displayName": "Mira", CUSTOM: {"remote": true, "postalCode": "8004"}}));
    idp.find("/Users", &format!("{} eq \"True\"", name("remote")))
        .counts(1);
    idp.patch(
        &path,
        json!([{"op": "Replace", "path": name("postalCode"), "value": ""}]),
    )
    .is(200)
    .shows(json!({CUSTOM: {"remote": true, "postalCode": "{{absent}}"}}));
}
