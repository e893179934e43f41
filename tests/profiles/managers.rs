//! Managers, bound to the people whom they are.

use serde_json::{Value, json};

use super::entrance::{ENTERPRISE, person, set, shown, with_profile};
use super::house::client::Client;

fn led_by(manager: &Value) -> Value {
    json!({ENTERPRISE: {"manager": manager}})
}

/// What somebody's manager is, as the provider sees it.
#[track_caller]
fn manager(idp: &Client, id: &str) -> Value {
    idp.get(&format!("/Users/{id}")).is(200).json()[ENTERPRISE]["manager"].clone()
}

#[test]
fn a_manager_is_found_by_id_external_id_or_user_name() {
    let (_house, idp) = with_profile("cybsafe");
    let more = json!({"externalId": "E-1", "displayName": "Grace Hopper"});
    let grace = idp.user_with("grace@example.net", more);
    for (number, reference) in [&*grace, "E-1", "GRACE@example.net"]
        .into_iter()
        .enumerate()
    {
        let name = format!("u{number}@example.net");
        let report = idp.user_with(&name, led_by(&json!({"value": reference})));
        let found = manager(&idp, &report);
        assert_eq!(found["value"], grace.as_str(), "{reference}");
        assert_eq!(found["displayName"], "Grace Hopper");
        let address = found["$ref"].as_str().unwrap();
        assert!(address.ends_with(&format!("/Users/{grace}")), "{address}");
        idp.find(
            "/Users",
            &format!("id eq \"{report}\" and manager eq \"{grace}\""),
        )
        .counts(1);
    }
    idp.find(
        "/Users",
        &format!("{ENTERPRISE}:manager.value eq \"{grace}\""),
    )
    .counts(3);
}

#[test]
fn every_spelling_of_entra_binds_and_asks_for_nothing_twice() {
    let (_house, idp) = with_profile("cybsafe");
    let grace = idp.user_with("grace@example.net", json!({"displayName": "Grace"}));
    let ada = idp.user("ada@example.net");
    let path = format!("/Users/{ada}");
    let urn = format!("{ENTERPRISE}:manager");
    for operation in [
        json!({"op": "Add", "path": urn, "value": grace}),
        json!({"op": "Add", "path": urn, "value": {"value": grace}}),
        json!({"op": "Replace", "path": format!("{urn}.value"), "value": grace}),
        json!({"op": "Add", "path": "manager", "value": [{"$ref": format!("/Users/{grace}"), "value": grace}]}),
        json!({"op": "replace", "value": {(urn.clone()): grace}}),
    ] {
        let changed = idp.patch(&path, json!([operation])).is(200);
        let found = changed.json()[ENTERPRISE]["manager"].clone();
        assert_eq!(found["value"], grace.as_str(), "{operation}");
        assert_eq!(found["displayName"], "Grace", "{operation}");
        let version = changed.at("/meta/version");
        let again = idp.patch(&path, json!([operation])).is(200);
        assert_eq!(again.at("/meta/version"), version, "{operation}");
        let remove = json!([{"op": "Remove", "path": urn}]);
        let without = idp.patch(&path, remove).is(200);
        assert!(without.json()[ENTERPRISE].get("manager").is_none());
    }
}

#[test]
fn who_comes_later_is_bound_then_and_nobody_fails_meanwhile() {
    let (house, idp) = with_profile("cybsafe");
    let ada = idp.user_with("ada@example.net", led_by(&json!("E-7")));
    let bob = idp.user_with("bob@example.net", led_by(&json!("grace@example.net")));
    assert_eq!(manager(&idp, &ada)["value"], "E-7");
    let waiting = shown(&house)["unboundManagers"].clone();
    assert_eq!(waiting.as_array().unwrap().len(), 2, "{waiting}");
    assert_eq!(waiting[0]["manager"], "E-7");
    let table = house.cli(&["connection", "show", "here"]).prints();
    assert!(table.contains("waits for manager"), "{table}");
    let args = ["user", "list", "--unbound-managers"];
    let listed = house.cli(&[&args[..], &["--json"]].concat()).prints();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let of = |one: &Value| (one["user"]["id"].clone(), one["manager"].clone());
    let listed: Vec<_> = listed.as_array().unwrap().iter().map(of).collect();
    assert_eq!(
        listed,
        [
            (json!(ada), json!("E-7")),
            (json!(bob), json!("grace@example.net"))
        ]
    );
    let table = house
        .cli(&[&args[..], &["--connection", "here"]].concat())
        .prints();
    assert!(
        table.contains("ada@example.net") && table.contains("E-7"),
        "{table}"
    );
    house.cli(&[&args[..], &["--deleted"]].concat()).exits(2);

    let more = json!({"externalId": "E-7", "displayName": "Grace"});
    let grace = idp.user_with("Grace@Example.net", more);
    for id in [&ada, &bob] {
        let found = manager(&idp, id);
        assert_eq!(found["value"], grace.as_str());
        assert_eq!(found["displayName"], "Grace");
    }
    assert_eq!(shown(&house)["unboundManagers"], json!([]));
    let nobody = house.cli(&args).exits(0);
    let said = format!("{}{}", nobody.stdout, nobody.stderr);
    assert!(said.contains("nobody waits for a manager"), "{said}");
    // The name follows, and so does the version that says so.
    let before = idp.get(&format!("/Users/{ada}")).at("/meta/version");
    let rename = json!([{"op": "Replace", "path": "displayName", "value": "Rear Admiral"}]);
    idp.patch(&format!("/Users/{grace}"), rename).is(200);
    assert_eq!(manager(&idp, &ada)["displayName"], "Rear Admiral");
    assert_ne!(
        idp.get(&format!("/Users/{ada}")).at("/meta/version"),
        before
    );

    // Gone, the reference stays, without a name; back, it has one again.
    idp.delete(&format!("/Users/{grace}")).is(204);
    let found = manager(&idp, &ada);
    assert_eq!(found["value"], grace.as_str());
    assert!(found.get("displayName").is_none());
    house.cli(&["user", "restore", &grace]).exits(0);
    assert_eq!(manager(&idp, &ada)["displayName"], "Rear Admiral");
}

#[test]
fn a_put_keeps_what_only_the_server_knows_and_odd_references_harm_nobody() {
    let (_house, idp) = with_profile("cybsafe");
    let grace = idp.user_with("grace@example.net", json!({"displayName": "Grace"}));
    let body = person("ada@example.net", led_by(&json!({"value": grace})));
    let ada = idp.post("/Users", &body).is(201);
    let path = format!("/Users/{}", ada.id());
    let put = idp.put(&path, &body).is(200);
    assert_eq!(put.at("/meta/version"), ada.at("/meta/version"));
    assert_eq!(put.json()[ENTERPRISE]["manager"]["displayName"], "Grace");
    let own = ada.id();
    for reference in [
        "",
        " ",
        "../../admin",
        "ada@example.net",
        &own,
        &"x".repeat(5_000),
    ] {
        let manager = led_by(&json!({"value": reference}));
        idp.put(&path, &person("ada@example.net", manager)).is(200);
    }
    let own_manager = person("ada@example.net", led_by(&json!({"value": own})));
    idp.put(&path, &own_manager).is(200);
    idp.delete(&path).is(204);
}

#[test]
fn two_with_one_external_id_are_nobody_and_a_setting_binds_everybody() {
    let (house, idp) = with_profile("generic");
    let ada = idp.user_with("ada@example.net", led_by(&json!("E-1")));
    let bob = idp.user_with("bob@example.net", led_by(&json!("E-2")));
    let one = idp.user_with("one@example.net", json!({"externalId": "E-1"}));
    for name in ["two@example.net", "three@example.net"] {
        idp.user_with(name, json!({"externalId": "E-2"}));
    }
    // As sent, while nobody asked for more.
    assert_eq!(manager(&idp, &ada)["value"], "E-1");
    assert_eq!(shown(&house)["unboundManagers"], Value::Null);
    set(&house, &["manager_by=id,externalId"]);
    assert_eq!(manager(&idp, &ada)["value"], one.as_str());
    assert_eq!(manager(&idp, &bob)["value"], "E-2");
    house
        .cli(&["connection", "set", "here", "manager_by=mail"])
        .exits(2);
}
