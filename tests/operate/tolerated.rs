use serde_json::{Value, json};

use crate::house::server::House;

#[test]
fn what_was_tolerated_is_told_with_what_to_change_at_the_identity_provider() {
    let mut house = House::open();
    let idp = house.idp();
    for name in ["mira", "noah"] {
        let id = idp.user_with(&format!("{name}@example.net"), json!({"active": "True"}));
        let operations = json!([{"op": "Replace", "path": "active", "value": "False"}]);
        idp.patch(&format!("/Users/{id}"), operations).is(200);
    }
    house.stop();

    let shown = house.cli(&["connection", "show", "default"]).prints();
    for part in [
        "boolean as text: true and false come as texts",
        "met 4 times, first ",
        "active",
        "for example {\"active\":\"True\"}",
        "aadOptscim062020",
        "letter case: words of the protocol",
        "for example {\"op\":\"Replace\",\"path\":\"active\",\"value\":\"False\"}",
    ] {
        assert!(shown.contains(part), "no `{part}` in: {shown}");
    }
    assert!(!shown.contains("example.net"), "{shown}");

    let json = house
        .cli(&["connection", "show", "default", "--json"])
        .prints();
    let json: Value = serde_json::from_str(&json).unwrap();
    let booleans = json["tolerated"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["what"] == "boolean as text")
        .unwrap();
    assert_eq!(
        (&booleans["attribute"], &booleans["times"]),
        (&json!("active"), &json!(4))
    );
    assert!(booleans["remedy"].as_str().unwrap().contains("Tenant URL"));
    assert!(booleans["firstSeen"].as_str() <= booleans["lastSeen"].as_str());
}

#[test]
fn names_without_end_share_a_row() {
    let mut house = House::open();
    let idp = house.idp();
    let body = |from: usize| -> Value {
        let unknown = (from..from + 60).map(|number| (format!("unknown{number}"), json!(1)));
        let mut body: serde_json::Map<String, Value> = unknown.collect();
        let schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
        body.insert("schemas".into(), json!(schemas));
        body.insert("userName".into(), json!(format!("user{from}@example.net")));
        Value::Object(body)
    };
    for from in (0..600).step_by(60).chain([0]) {
        idp.post("/Users", &body(from));
    }
    house.stop();
    let shown = house.cli(&["connection", "show", "default", "--json"]);
    let shown: Value = serde_json::from_str(&shown.prints()).unwrap();
    let unknown = shown["unknownAttributes"].as_array().unwrap();
    assert_eq!(unknown.len(), 501);
    let times = unknown.iter().map(|one| one["times"].as_u64().unwrap());
    assert_eq!(times.sum::<u64>(), 660);
    let others = unknown.iter().find(|one| one["attribute"] == "(others)");
    assert!(
        others.unwrap()["times"].as_u64().unwrap() >= 100,
        "{others:?}"
    );
}

#[test]
fn a_replace_of_what_is_not_there_is_told_but_an_add_and_a_refusal_are_not() {
    let mut house = House::open();
    let idp = house.idp();
    let path = format!("/Users/{}", idp.user("mira@example.net"));
    let at = |op: &str, kind: &str, value: Value| json!({"op": op, "path": format!("addresses[type eq \"{kind}\"].locality"), "value": value});
    idp.patch(&path, json!([at("add", "home", json!("Bern"))]))
        .is(200);
    idp.patch(&path, json!([at("replace", "other", json!(7))]))
        .is(400);
    let work = json!([
        at("replace", "work", json!("Zurich")),
        at("replace", "work", json!("Chur"))
    ]);
    idp.patch(&path, work).is(200);
    house.stop();
    let shown = house.cli(&["connection", "show", "default", "--json"]);
    let shown: Value = serde_json::from_str(&shown.prints()).unwrap();
    let tolerated = shown["tolerated"].as_array().unwrap();
    let [one] = tolerated.as_slice() else {
        panic!("{tolerated:?}");
    };
    assert_eq!(one["what"], "replace without target");
    assert_eq!(
        (&one["attribute"], &one["times"]),
        (&json!("addresses"), &json!(1))
    );
    assert!(one["remedy"].as_str().unwrap().contains("dialect=strict"));
}
