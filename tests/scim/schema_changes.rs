//! A schema that changes while there are data: they come along, or nothing happens.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::custom_schemas::{declare, house};
use super::house::server::House;
use super::people::USER;

const URN: &str = "urn:example:2.0:User";

fn person(name: &str, data: &Value) -> Value {
    json!({"schemas": [USER, URN], "userName": format!("{name}@example.net"), URN: data})
}

/// Declares one attribute, which is refused for so many resources, of which this is one.
#[track_caller]
fn refused(house: &House, attribute: &Value, resources: &str, example: &str) {
    let run = declare(house, &json!({"id": URN, "attributes": [attribute]})).exits(4);
    let told = format!("{resources} in the way, for example {example} of connection `default`");
    assert!(run.stderr.contains(&told), "{}", run.stderr);
}

#[track_caller]
fn accepted(house: &House, attribute: &Value) {
    declare(house, &json!({"id": URN, "attributes": [attribute]})).exits(0);
}

#[test]
fn data_are_looked_at_before_a_schema_is_changed() {
    let (house, idp) = house();
    accepted(
        &house,
        &json!({"name": "badge", "type": "any", "caseExact": true}),
    );
    accepted(&house, &json!({"name": "desk"}));
    let mira = idp
        .post("/Users", &person("mira", &json!({"badge": "b-7"})))
        .is(201)
        .id();
    let lina = idp
        .post(
            "/Users",
            &person("lina", &json!({"badge": "B-7", "desk": "4b"})),
        )
        .is(201)
        .id();
    idp.post("/Users", &person("nora", &json!({"badge": 9})))
        .is(201);

    refused(
        &house,
        &json!({"name": "badge", "type": "integer"}),
        "2 resources",
        &mira,
    );
    refused(
        &house,
        &json!({"name": "badge", "type": "any", "mutability": "writeOnly"}),
        "3 resources",
        &mira,
    );
    refused(
        &house,
        &json!({"name": "desk", "required": true}),
        "2 resources",
        &mira,
    );
    refused(
        &house,
        &json!({"name": "seat", "required": true}),
        "3 resources",
        &mira,
    );
    // As long as letter case counts they differ.
    refused(
        &house,
        &json!({"name": "badge", "type": "any", "uniqueness": "server"}),
        "2 resources",
        &mira,
    );
    accepted(
        &house,
        &json!({"name": "badge", "type": "any", "uniqueness": "server", "caseExact": true}),
    );

    let badge = format!("{URN}:badge");
    idp.find("/Users", &format!("{badge} eq \"B-7\"")).counts(1);
    accepted(&house, &json!({"name": "badge", "type": "any"}));
    idp.find("/Users", &format!("{badge} eq \"B-7\"")).counts(2);
    idp.find("/Users", &format!("{badge} sw \"b-\" and {URN}:desk pr"))
        .counts(1);
    // Comparing otherwise is no change of anybody.
    idp.get(&format!("/Users/{lina}"))
        .is(200)
        .shows(json!({"meta": {"version": "W/\"1\""}}));

    // A single value becomes a list of one, which is one.
    accepted(&house, &json!({"name": "desk", "multiValued": true}));
    idp.get(&format!("/Users/{lina}"))
        .is(200)
        .shows(json!({URN: {"desk": ["4b"]}, "meta": {"version": "W/\"2\""}}));
    idp.patch(
        &format!("/Users/{lina}"),
        json!([{"op": "add", "path": format!("{URN}:desk"), "value": ["5a"]}]),
    )
    .is(200)
    .shows(json!({URN: {"desk": ["4b", "5a"]}}));
    refused(&house, &json!({"name": "desk"}), "1 resource", &lina);
    idp.delete(&format!("/Users/{lina}")).is(204);
    accepted(&house, &json!({"name": "desk"}));
    // Nothing of what was refused is left behind.
    let shown = house.cli(&["schema", "show", URN, "--json"]).prints();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["attributes"].as_array().unwrap().len(), 2);
}

#[test]
fn every_connection_is_looked_at() {
    let (house, idp) = house();
    accepted(&house, &json!({"name": "badge"}));
    idp.user("plain@example.net");
    let okta = house.connection("okta", &[]);
    let mira = okta
        .post("/Users", &person("mira", &json!({"badge": "7"})))
        .is(201)
        .id();
    let run = house.cli(&["schema", "remove", URN]).exits(4);
    let told = format!("1 resource in the way, for example {mira} of connection `okta`");
    assert!(run.stderr.contains(&told), "{}", run.stderr);
    let run = house
        .cli(&["schema", "remove", URN, "--force", "--json"])
        .prints();
    let run: Value = serde_json::from_str(&run).unwrap();
    assert_eq!(run, json!({"urn": URN, "resources": 1}));
    okta.get(&format!("/Users/{mira}"))
        .is(200)
        .shows(json!({URN: "{{absent}}"}));
}

/// Writers that read a body by the old schema and come to the writer after the new one.
#[test]
fn a_write_in_between_leaves_nothing_that_no_schema_knows() {
    let (house, idp) = house();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (idp, done) = (idp.again(), &done);
            scope.spawn(move || {
                for number in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    let body = person(&format!("u{writer}-{number}"), &json!({"badge": "7"}));
                    let reply = idp
                        .request("POST", "/Users")
                        .json(&body)
                        .try_send()
                        .unwrap();
                    assert!([201, 503].contains(&reply.status), "{}", reply.told());
                    if reply.status == 503 {
                        assert!(reply.header("retry-after").is_some(), "{}", reply.told());
                    }
                }
            });
        }
        for _ in 0..6 {
            accepted(&house, &json!({"name": "badge"}));
            house.cli(&["schema", "remove", URN, "--force"]).exits(0);
        }
        done.store(true, Ordering::Relaxed);
    });
    let all = house
        .cli(&["export", "users", "--format", "ndjson"])
        .prints();
    assert!(
        !all.is_empty() && !all.contains(URN),
        "data under a schema that is gone"
    );
    accepted(&house, &json!({"name": "badge"}));
    idp.find("/Users", &format!("{URN}:badge pr")).counts(0);
    idp.find("/Users", &format!("schemas eq \"{URN}\""))
        .counts(0);
}
