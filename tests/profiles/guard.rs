//! Too much taken away at once is held back until the operator lets it pass.

use serde_json::{Value, json};

use super::entrance::{person, set, with_profile};
use super::house::client::Client;
use super::house::reply::Reply;
use super::house::server::House;

/// A connection `here` with this guard and so many people.
fn guarded(guard: &str, least: u32, people: usize) -> (House, Client, Vec<String>) {
    let (house, idp) = with_profile("generic");
    let ids = (0..people)
        .map(|number| idp.user(&format!("u{number}@example.net")))
        .collect();
    let least = format!("guard_least={least}");
    set(&house, &[&format!("guard={guard}"), &least]);
    (house, idp, ids)
}

fn off(idp: &Client, id: &str) -> Reply {
    let operations = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    idp.patch(&format!("/Users/{id}"), operations)
}

#[track_caller]
fn held(reply: Reply) {
    let reply = reply.refused(429, "");
    let after: u32 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((60..=1_800).contains(&after), "{after}");
    assert!(
        reply.text().contains("connection release here"),
        "{}",
        reply.text()
    );
}

fn status(house: &House) -> Value {
    let report: Value = serde_json::from_str(&house.cli(&["status", "--json"]).stdout).unwrap();
    let connections = report["connections"].as_array().unwrap();
    let here = connections
        .iter()
        .find(|one| one["name"] == "here")
        .unwrap();
    here["guard"].clone()
}

#[test]
fn people_beyond_the_share_stay_until_the_operator_has_looked() {
    let (mut house, idp, ids) = guarded("20%/1h", 2, 20);
    for id in &ids[..3] {
        off(&idp, id).is(200);
    }
    idp.delete(&format!("/Users/{}", ids[3])).is(204);
    held(off(&idp, &ids[4]));
    held(idp.delete(&format!("/Users/{}", ids[5])));
    let inactive = person("u6@example.net", json!({"active": false}));
    held(idp.put(&format!("/Users/{}", ids[6]), &inactive));
    // Nothing of it was stored, and everything else passes.
    let kept = idp.get(&format!("/Users/{}", ids[4])).is(200);
    assert_ne!(kept.at("/active"), false);
    assert_eq!(kept.at("/meta/version"), "W/\"1\"");
    idp.get(&format!("/Users/{}", ids[5])).is(200);
    let title = json!([{"op": "Replace", "path": "title", "value": "Clerk"}]);
    idp.patch(&format!("/Users/{}", ids[4]), title).is(200);
    idp.user("new@example.net");
    off(&idp, &ids[0]).is(200);
    assert_eq!(status(&house)["held"], 3);
    let told = house.cli(&["status"]).exits(5);
    assert!(
        told.stderr.contains("`appliance connection release here`"),
        "{}",
        told.stderr
    );
    assert!(house.log().contains("the guard holds a write back"));

    // It does not forget when the server does, and what was held back is not let in bit by bit.
    house.restart();
    let idp = house.client(idp.token());
    held(off(&idp, &ids[4]));
    house
        .cli(&["connection", "release", "here", "--for", "1h"])
        .exits(0);
    for id in &ids[4..] {
        off(&idp, id).is(200);
    }
    assert_eq!(status(&house)["held"], 0);
    let until = status(&house)["releasedUntil"].as_str().unwrap().to_owned();
    for command in [&["status"][..], &["connection", "show", "here"]] {
        let shown = house.cli(command).stdout;
        let said = format!("until {until}, for ");
        assert!(shown.contains(&said), "{shown}");
    }
}

#[test]
fn people_who_were_imported_are_not_switched_off_by_creating_them() {
    let (house, idp, _) = guarded("20%/1h", 2, 0);
    set(&house, &["link=userName"]);
    let names: Vec<String> = (0..20).map(|n| format!("u{n}@example.net")).collect();
    let sheet = house.data().join("people.csv");
    std::fs::write(&sheet, format!("userName\n{}\n", names.join("\n"))).unwrap();
    let sheet = sheet.to_str().unwrap();
    house
        .cli(&["import", "users", sheet, "--connection", "here"])
        .exits(0);
    let create = |name: &str| idp.post("/Users", &person(name, json!({"active": false})));
    for name in &names[..4] {
        create(name).is(201);
    }
    held(create(&names[4]));
    assert_eq!(status(&house)["held"], 1);
    let data = person(&names[5], json!({"active": false}));
    let operation = json!({"method": "POST", "path": "/Users", "bulkId": "1", "data": data});
    let new = person("new@example.net", json!({}));
    let other = json!({"method": "POST", "path": "/Users", "bulkId": "2", "data": new});
    let answered = idp.bulk(&[operation, other]).is(200).json();
    let statuses = ["/Operations/0/status", "/Operations/1/status"];
    assert_eq!(
        statuses.map(|place| answered.pointer(place).unwrap()),
        ["429", "201"]
    );
    assert_eq!(status(&house)["held"], 2);
}

#[test]
fn a_group_is_not_emptied_unseen() {
    let (house, idp, ids) = guarded("20%/1h", 2, 20);
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    let group = format!("/Groups/{}", idp.group("Staff", &all));
    // Coming and going of a few is everyday.
    for id in &ids[..3] {
        let path = format!("members[value eq \"{id}\"]");
        idp.patch(&group, json!([{"op": "remove", "path": path}]))
            .is(204);
    }
    held(idp.patch(&group, json!([{"op": "Remove", "path": "members"}])));
    held(idp.put(&group, &json!({"displayName": "Staff"})));
    held(idp.delete(&group));
    let shown: Value =
        serde_json::from_str(&house.cli(&["group", "show", "Staff", "--json"]).prints()).unwrap();
    assert_eq!(shown["members"], 17);
    house.cli(&["connection", "release", "here"]).exits(0);
    idp.delete(&group).is(204);
}

#[test]
fn each_operation_of_a_bulk_request_is_weighed_by_itself() {
    let (_house, idp, ids) = guarded("10%/1h", 1, 20);
    let mut operations: Vec<Value> = ids[..4]
        .iter()
        .map(|id| json!({"method": "DELETE", "path": format!("/Users/{id}")}))
        .collect();
    let new = person("new@example.net", json!({}));
    operations.push(json!({"method": "POST", "path": "/Users", "bulkId": "1", "data": new}));
    let answered = idp.bulk(&operations).is(200).json();
    let statuses: Vec<&Value> = answered["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["status"])
        .collect();
    assert_eq!(statuses, ["204", "204", "429", "429", "201"]);
}

#[test]
fn a_few_may_always_go_and_without_a_guard_all() {
    let (house, idp, ids) = guarded("1%/1h", 10, 12);
    for id in &ids[..10] {
        off(&idp, id).is(200);
    }
    held(off(&idp, &ids[10]));
    set(&house, &["guard=off"]);
    off(&idp, &ids[10]).is(200);
    off(&idp, &ids[11]).is(200);
    let told = house.cli(&["status"]).stdout;
    assert!(told.contains("guard=20%/1h"), "{told}");
    let guide = house
        .cli(&["connection", "show", "here", "--setup", "entra"])
        .prints();
    assert!(guide.contains("guard=20%/1h"), "{guide}");
    house.cli(&["connection", "release", "here"]).exits(4);
    set(&house, &["guard=20%/1h"]);
    for wrong in ["0h", "forever", "8d", "-1h", ""] {
        let length = format!("--for={wrong}");
        house
            .cli(&["connection", "release", "here", &length])
            .exits(2);
    }
    house.cli(&["connection", "release", "nowhere"]).exits(3);
}
