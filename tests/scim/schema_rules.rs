//! What a declared attribute is said to be is kept, by every verb (RFC 7643 §2.2 and §7).

use serde_json::{Value, json};

use super::custom_schemas::{declare, house};
use super::house::client::Client;
use super::people::USER;

const URN: &str = "urn:example:2.0:User";

fn person(name: &str, data: &Value) -> Value {
    json!({"schemas": [USER, URN], "userName": format!("{name}@example.net"), URN: data})
}

/// A user with these data, by its path.
#[track_caller]
fn made(idp: &Client, name: &str, data: &Value) -> String {
    format!(
        "/Users/{}",
        idp.post("/Users", &person(name, data)).is(201).id()
    )
}

#[test]
fn every_type_takes_its_own_values_and_no_others() {
    let (house, idp) = house();
    let attribute = |name, kind| json!({"name": name, "type": kind});
    declare(&house, &json!({"id": URN, "attributes": [
        attribute("text", "string"), attribute("flag", "boolean"), attribute("whole", "integer"),
        attribute("part", "decimal"), attribute("when", "dateTime"), attribute("bytes", "binary"),
        attribute("link", "reference"), attribute("open", "any"),
        {"name": "sites", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value"}, {"name": "type", "canonicalValues": ["work"]},
            {"name": "primary", "type": "boolean"}, {"name": "floor", "type": "integer"}]}
    ]}))
    .exits(0);
    let right = json!({
        "text": "Zürich", "flag": true, "whole": -7, "part": 1.5, "when": "2026-11-20T09:30:00+01:00",
        "bytes": "bWlyYQ==", "link": "https://example.net/mira", "open": 5,
        // What is canonical is advice.
        "sites": [{"value": "Bern", "type": "work", "primary": true, "floor": 2},
                  {"value": "Wien", "type": "elsewhere", "floor": 3}]
    });
    let mira = made(&idp, "mira", &right);
    idp.get(&mira).is(200).shows(json!({URN: right}));
    for (filter, count) in [
        ("text eq \"ZÜRICH\"", 1),
        ("flag eq true", 1),
        ("whole lt 0", 1),
        ("part ge 1.5", 1),
        ("when eq \"2026-11-20T08:30:00Z\"", 1),
        ("bytes eq \"bWlyYQ==\"", 1),
        ("link eq \"HTTPS://example.net/mira\"", 0),
        ("open gt 4", 1),
        ("sites[value eq \"wien\" and floor eq 3]", 1),
        ("sites[value eq \"wien\" and floor eq 2]", 0),
        ("sites.floor ge 2", 1),
    ] {
        idp.find("/Users", &format!("{URN}:{filter}")).counts(count);
    }
    for wrong in [
        "flag gt true",
        "bytes sw \"b\"",
        "whole eq \"x\"",
        "when gt \"soon\"",
        "nothing pr",
    ] {
        idp.find("/Users", &format!("{URN}:{wrong}"))
            .refused(400, "invalidFilter");
    }
    for (name, value) in [
        ("text", json!(7)),
        ("flag", json!("maybe")),
        ("whole", json!(1.5)),
        ("part", json!("many")),
        ("when", json!("2026-11-20")),
        ("bytes", json!("b?")),
        ("link", json!(false)),
        ("open", json!({"a": 1})),
        ("sites", json!([{"floor": "second"}])),
    ] {
        let mut data = json!({});
        data[name] = value.clone();
        idp.post("/Users", &person("lina", &data))
            .refused(400, "invalidValue");
        idp.patch(
            &mira,
            json!([{"op": "replace", "path": format!("{URN}:{name}"), "value": value}]),
        )
        .refused(400, "invalidValue");
    }
    // How directories say "never".
    let never =
        json!([{"op": "replace", "path": format!("{URN}:when"), "value": "9999-12-31T23:59:59Z"}]);
    idp.patch(&mira, never)
        .is(200)
        .shows(json!({URN: {"when": "9999-12-31T23:59:59Z"}}));
    idp.find(
        "/Users",
        &format!("{URN}:when eq \"9999-12-31T22:59:59-01:00\""),
    )
    .counts(1);
    idp.patch(
        &mira,
        json!([
            {"op": "add", "path": format!("{URN}:sites"), "value": [{"value": "Graz", "primary": true}]},
            {"op": "replace", "path": format!("{URN}:sites[value eq \"Wien\"].floor"), "value": 4},
            {"op": "remove", "path": format!("{URN}:sites[floor lt 3].type")}
        ]),
    )
    .is(200)
    .shows(json!({URN: {"sites": [
        {"value": "Bern", "type": "{{absent}}", "primary": false, "floor": 2},
        {"value": "Wien", "type": "elsewhere", "floor": 4},
        {"value": "Graz", "primary": true}
    ]}}));
}

#[test]
fn what_is_unique_is_there_once_in_a_connection() {
    let (house, idp) = house();
    declare(
        &house,
        &json!({"id": URN, "attributes": [
            {"name": "badge", "uniqueness": "server"},
            {"name": "serial", "uniqueness": "global", "caseExact": true},
            {"name": "keys", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "uniqueness": "server"}]}
        ]}),
    )
    .exits(0);
    let mira = made(
        &idp,
        "mira",
        &json!({"badge": "b-7", "serial": "x", "keys": [{"value": "1"}]}),
    );
    let lina = made(
        &idp,
        "lina",
        &json!({"badge": "b-8", "serial": "X", "keys": [{"value": "2"}]}),
    );
    for data in [
        json!({"badge": "B-7"}),
        json!({"serial": "x"}),
        json!({"keys": [{"value": "3"}, {"value": "2"}]}),
    ] {
        let other = person("third", &data);
        idp.post("/Users", &other).refused(409, "uniqueness");
        let name = data.as_object().unwrap().keys().next().unwrap().clone();
        let operation =
            json!([{"op": "replace", "path": format!("{URN}:{name}"), "value": data[&name]}]);
        let third = made(&idp, "third", &json!({}));
        idp.patch(&third, operation).refused(409, "uniqueness");
        idp.put(&third, &other).refused(409, "uniqueness");
        let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{"method": "PUT", "path": third, "data": other}]});
        idp.post("/Bulk", &bulk)
            .is(200)
            .shows(json!({"Operations": [{"status": "409"}]}));
        idp.delete(&third).is(204);
    }
    // One's own value is not in one's way, and another connection has values of its own.
    idp.put(
        &lina,
        &person("lina", &json!({"badge": "B-8", "serial": "X"})),
    )
    .is(200);
    idp.delete(&mira).is(204);
    idp.patch(
        &lina,
        json!([{"op": "replace", "path": format!("{URN}:badge"), "value": "b-7"}]),
    )
    .is(200);
    let okta = house.connection("okta", &[]);
    made(&okta, "mira", &json!({"badge": "b-7"}));
}

#[test]
fn what_is_required_is_required_where_the_extension_is() {
    let (house, idp) = house();
    declare(
        &house,
        &json!({"id": URN, "attributes": [
        {"name": "badge", "required": true}, {"name": "desk"}]}),
    )
    .exits(0);
    idp.user("plain@example.net");
    let reply = idp
        .post("/Users", &person("mira", &json!({"desk": "4b"})))
        .refused(400, "invalidValue");
    assert!(
        reply.text().contains(&format!("{URN}:badge")),
        "{}",
        reply.text()
    );
    let mira = made(&idp, "mira", &json!({"badge": "7", "desk": "4b"}));
    idp.patch(
        &mira,
        json!([{"op": "remove", "path": format!("{URN}:badge")}]),
    )
    .refused(400, "mutability");
    idp.put(&mira, &person("mira", &json!({"desk": "5a"})))
        .refused(400, "invalidValue");
    // The extension as a whole is not required.
    idp.patch(&mira, json!([{"op": "remove", "path": URN}]))
        .is(200);
    idp.patch(
        &mira,
        json!([{"op": "add", "path": format!("{URN}:desk"), "value": "4b"}]),
    )
    .refused(400, "invalidValue");
}

#[test]
fn what_is_immutable_is_set_once() {
    let (house, idp) = house();
    declare(
        &house,
        &json!({"id": URN, "attributes": [
        {"name": "serial", "mutability": "immutable"}, {"name": "desk"}]}),
    )
    .exits(0);
    let serial = format!("{URN}:serial");
    let mira = made(&idp, "mira", &json!({"desk": "4b"}));
    idp.patch(&mira, json!([{"op": "add", "path": serial, "value": "7"}]))
        .is(200);
    for operation in [
        json!([{"op": "replace", "path": serial, "value": "8"}]),
        json!([{"op": "remove", "path": serial}]),
        json!([{"op": "remove", "path": URN}]),
    ] {
        idp.patch(&mira, operation).refused(400, "mutability");
    }
    idp.patch(
        &mira,
        json!([{"op": "replace", "path": serial, "value": "7"}]),
    )
    .is(200);
    idp.put(&mira, &person("mira", &json!({"serial": "8"})))
        .refused(400, "mutability");
    // A PUT that does not speak of it leaves it.
    idp.put(&mira, &person("mira", &json!({"desk": "5a"})))
        .is(200)
        .shows(json!({URN: {"serial": "7", "desk": "5a"}}));
}

#[test]
fn what_is_immutable_in_one_of_several_values_is_set_once() {
    let (house, idp) = house();
    let parts = json!([{"name": "value"}, {"name": "fix", "mutability": "immutable"}]);
    declare(
        &house,
        &json!({"id": URN, "attributes": [
        {"name": "many", "type": "complex", "multiValued": true, "subAttributes": parts}]}),
    )
    .exits(0);
    let many = json!([{"value": "v", "fix": "a"}, {"value": "w", "fix": "b"}, {"value": "x"}]);
    let mira = made(&idp, "mira", &json!({"many": many}));
    let at = |behind: &str| format!("{URN}:many{behind}");
    for operation in [
        json!({"op": "replace", "path": at("[value eq \"v\"].fix"), "value": "zz"}),
        json!({"op": "add", "path": at("[value eq \"v\"]"), "value": {"fix": "zz"}}),
        json!({"op": "remove", "path": at("[value eq \"w\"].fix")}),
        json!({"op": "replace", "path": at(".fix"), "value": "all"}),
        json!({"op": "remove", "path": at(".fix")}),
    ] {
        idp.patch(&mira, json!([operation]))
            .refused(400, "mutability");
    }
    let same = json!([
        {"op": "replace", "path": at("[value eq \"v\"].fix"), "value": "a"},
        {"op": "add", "path": at("[value eq \"x\"].fix"), "value": "c"},
        {"op": "remove", "path": at("[value eq \"w\"]")}
    ]);
    let many = json!([{"value": "v", "fix": "a"}, {"value": "x", "fix": "c"}]);
    idp.patch(&mira, same)
        .is(200)
        .shows(json!({(URN): {"many": many}}));
}

#[test]
fn what_is_shown_is_shown_when_the_schema_says() {
    let (house, idp) = house();
    declare(
        &house,
        &json!({"id": URN, "attributes": [
        {"name": "always", "returned": "always"}, {"name": "asked", "returned": "request"},
        {"name": "usual"}, {"name": "secret", "returned": "never"},
        {"name": "pin", "mutability": "writeOnly"}]}),
    )
    .exits(0);
    let data = json!({"always": "a", "asked": "b", "usual": "c", "secret": "d-canary",
        "pin": "e-canary"});
    let created = idp.post("/Users", &person("mira", &data)).is(201);
    let usual = json!({"always": "a", "usual": "c", "asked": "{{absent}}", "secret": "{{absent}}",
        "pin": "{{absent}}"});
    created.clone().shows(json!({URN: usual}));
    let mira = format!("/Users/{}", created.id());
    idp.get(&mira).is(200).shows(json!({URN: usual}));
    idp.patch(
        &format!("{mira}?attributes={URN}:asked"),
        json!([{"op": "replace", "path": format!("{URN}:pin"), "value": "f-canary"},
               {"op": "replace", "path": "title", "value": "Clerk"}]),
    )
    .is(200)
    .shows(
        json!({"title": "{{absent}}", URN: {"always": "a", "asked": "b", "usual": "{{absent}}"}}),
    );
    idp.get(&format!(
        "{mira}?attributes=userName,{URN}:secret,{URN}:pin"
    ))
    .is(200)
    .shows(json!({URN: {"always": "a", "secret": "{{absent}}", "pin": "{{absent}}"}}));
    idp.get(&format!("{mira}?excludedAttributes={URN}"))
        .is(200)
        .shows(json!({URN: {"always": "a", "usual": "{{absent}}"}}));
    idp.find("/Users", &format!("{URN}:asked eq \"b\""))
        .counts(1);
    for hidden in ["secret", "pin"] {
        idp.find("/Users", &format!("{URN}:{hidden} pr"))
            .refused(400, "invalidFilter");
    }
    // What nobody may read is nowhere: not in an export, not in any file.
    let all = house
        .cli(&["export", "users", "--format", "ndjson"])
        .prints();
    assert!(!all.contains("canary"), "{all}");
    for entry in std::fs::read_dir(house.data()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("canary"), "{}", path.display());
    }
}
