//! `appliance connection undo`: what an identity provider took away is given back.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::house::client::Client;
use crate::house::run::appliance;
use crate::house::server::House;

fn undo(house: &House, more: &[&str], code: i32) -> Value {
    let args = [
        &["connection", "undo", "default", "--json", "--since", "1h"],
        more,
    ]
    .concat();
    serde_json::from_str(&house.cli(&args).exits(code).stdout).unwrap()
}

#[track_caller]
fn counts(undone: &Value, users: u64, groups: u64, activated: u64, memberships: u64, left: usize) {
    let found: Vec<&Value> = ["users", "groups", "activated", "memberships"]
        .iter()
        .map(|name| &undone[name])
        .collect();
    assert_eq!(found, [users, groups, activated, memberships], "{undone:#}");
    assert_eq!(undone["left"].as_array().unwrap().len(), left, "{undone:#}");
}

fn off(idp: &Client, id: &str) {
    let operations = json!([{"op": "replace", "path": "active", "value": false}]);
    idp.patch(&format!("/Users/{id}"), operations).is(200);
}

fn part(idp: &Client, group: &str, member: &str) {
    let path = format!("members[value eq \"{member}\"]");
    idp.patch(
        &format!("/Groups/{group}"),
        json!([{"op": "remove", "path": path}]),
    )
    .is(204);
}

fn members(idp: &Client, group: &str) -> Vec<String> {
    let shown = idp.get(&format!("/Groups/{group}")).is(200);
    shown.values("/members")
}

#[test]
fn everything_that_was_taken_away_is_given_back_once() {
    let house = House::open();
    let idp = house.idp();
    let users: Vec<String> = ["ada", "bob", "eve", "kim", "sue"]
        .iter()
        .map(|name| idp.user_with(name, json!({"active": true})))
        .collect();
    let ids: Vec<&str> = users.iter().map(String::as_str).collect();
    let [staff, audit] = ["Staff", "Audit"].map(|name| idp.group(name, &ids));
    let everybody = members(&idp, &staff);
    // A bad day: one is deleted, one made inactive and then deleted, one made inactive, two leave a
    // group, which then goes altogether.
    idp.delete(&format!("/Users/{}", ids[0])).is(204);
    off(&idp, ids[1]);
    idp.delete(&format!("/Users/{}", ids[1])).is(204);
    off(&idp, ids[2]);
    part(&idp, &staff, ids[3]);
    part(&idp, &audit, ids[3]);
    part(&idp, &audit, ids[4]);
    idp.delete(&format!("/Groups/{audit}")).is(204);

    let told = undo(&house, &["--check"], 0);
    counts(&told, 2, 1, 2, 3, 0);
    assert_eq!(told["done"], false);
    idp.get("/Users").counts(3);
    let said = house
        .cli(&["connection", "undo", "default", "--since", "1h", "--check"])
        .prints();
    for part in [
        "2 users would be back",
        "1 group would be back",
        "2 users would be active again",
        "3 memberships would be given back",
        "bring back the user",
        "put 1 member into the group",
        "Audit",
    ] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }

    let done = undo(&house, &[], 0);
    counts(&done, 2, 1, 2, 3, 0);
    assert_eq!(
        (&done["done"], &done["steps"]),
        (&json!(true), &told["steps"])
    );
    idp.get("/Users").counts(5);
    idp.find("/Users", "active eq false").counts(0);
    for group in [&staff, &audit] {
        assert_eq!(members(&idp, group), everybody);
    }
    let version = idp.get(&format!("/Groups/{staff}")).at("/meta/version");

    // Twice: everything is there, and nothing is written.
    counts(&undo(&house, &[], 0), 0, 0, 0, 0, 0);
    assert_eq!(
        idp.get(&format!("/Groups/{staff}")).at("/meta/version"),
        version
    );
    let told = house.cli(&["user", "history", "bob"]).prints();
    assert!(
        told.contains("the operator asked to give back user"),
        "{told}"
    );

    // What the provider does afterwards is its own again, and can be undone again.
    idp.delete(&format!("/Users/{}", ids[0])).is(204);
    counts(&undo(&house, &[], 0), 1, 0, 0, 0, 0);
    assert_eq!(members(&idp, &staff), everybody);
}

#[test]
fn what_cannot_be_given_back_is_left_with_the_reason() {
    let house = House::open();
    let idp = house.idp();
    let [ada, bob, eve] =
        ["ada", "bob", "eve"].map(|name| idp.user_with(name, json!({"active": true})));
    let group = idp.group("Staff", &[&ada, &bob, &eve]);
    idp.delete(&format!("/Users/{ada}")).is(204);
    let twin = idp.user("ADA");
    off(&idp, &bob);
    // The operator looks at bob, and wants him off too.
    house.cli(&["user", "activate", "bob"]).exits(0);
    house.cli(&["user", "deactivate", "bob"]).exits(0);
    part(&idp, &group, &eve);

    for check in [&["--check"][..], &[]] {
        let undone = undo(&house, check, 5);
        counts(&undone, 0, 0, 0, 1, 2);
        let reasons = undone["left"].to_string();
        for part in [
            &format!("userName belongs to {twin} by now"),
            "the operator wanted it so, later",
        ] {
            assert!(reasons.contains(part), "no `{part}` in {reasons}");
        }
    }
    assert_eq!(members(&idp, &group).len(), 2);
    idp.get(&format!("/Users/{ada}")).is(404);
    assert_eq!(
        idp.get(&format!("/Users/{bob}")).at("/active"),
        json!(false)
    );
    let said = house
        .cli(&["connection", "undo", "default", "--since", "1h"])
        .exits(5);
    assert!(
        said.stderr.contains("warning: 2 left as they are"),
        "{}",
        said.stderr
    );
    assert!(said.stdout.contains("belongs to"), "{}", said.stdout);

    // When the name is free again, the one who went last comes back to it.
    idp.delete(&format!("/Users/{twin}")).is(204);
    let undone = undo(&house, &[], 5);
    assert_eq!(undone["users"], 1, "{undone:#}");
    let reasons = undone["left"].to_string();
    assert!(reasons.contains("belongs to"), "{reasons}");
    idp.find("/Users", "userName eq \"ada\"").counts(1);
}

#[test]
fn only_what_happened_since_then_and_there_is_undone() {
    let house = House::open();
    let idp = house.idp();
    let there = house.connection("okta", &[]);
    let [ada, bob] = ["ada", "bob"].map(|name| idp.user(name));
    let eve = there.user("eve");
    there.delete(&format!("/Users/{eve}")).is(204);
    idp.delete(&format!("/Users/{ada}")).is(204);
    let printed = house
        .cli(&["export", "users", "--connection", "default"])
        .prints();
    assert!(!printed.contains(&ada), "{printed}");
    let log = house.cli(&["user", "show", &ada, "--json"]).prints();
    let deleted: Value = serde_json::from_str(&log).unwrap();
    let deleted = deleted["deleted"].as_str().unwrap().to_owned();
    idp.delete(&format!("/Users/{bob}")).is(204);

    // From the instant of the first deletion on, this one included.
    let args = ["connection", "undo", "default", "--json", "--since"];
    let undone: Value =
        serde_json::from_str(&house.cli(&[&args[..], &[&deleted]].concat()).prints()).unwrap();
    counts(&undone, 2, 0, 0, 0, 0);
    there.get("/Users").counts(0);
    for (wrong, code) in [("soon", 2), ("-1h", 2), ("", 2)] {
        house
            .cli(&["connection", "undo", "default", &format!("--since={wrong}")])
            .exits(code);
    }
    house
        .cli(&["connection", "undo", "nowhere", "--since", "1h"])
        .exits(3);
    let future = house
        .cli(&[&args[..], &["2999-01-01T00:00:00Z"]].concat())
        .exits(2);
    assert!(
        future.stderr.contains("is still to come"),
        "{}",
        future.stderr
    );
}

#[test]
fn a_mass_deletion_is_undone_part_by_part() {
    let house = House::open();
    let idp = house.idp();
    let users: Vec<String> = (0..450).map(|n| idp.user(&format!("u{n}"))).collect();
    let ids: Vec<&str> = users.iter().map(String::as_str).collect();
    let staff = idp.group("Staff", &ids);
    let nobody = idp.group("Nobody", &ids);
    let empty = json!([{"op": "replace", "path": "members", "value": []}]);
    idp.patch(&format!("/Groups/{nobody}"), empty).is(204);
    for some in ids.chunks(150) {
        let operations: Vec<Value> = some
            .iter()
            .map(|id| json!({"method": "DELETE", "path": format!("/Users/{id}")}))
            .collect();
        idp.bulk(&operations).is(200);
    }
    idp.get("/Users").counts(0);
    counts(&undo(&house, &["--check"], 0), 450, 0, 0, 450, 0);
    counts(&undo(&house, &[], 0), 450, 0, 0, 450, 0);
    idp.get("/Users").counts(450);
    assert_eq!(members(&idp, &staff).len(), 450);
    assert_eq!(members(&idp, &nobody).len(), 450);
    counts(&undo(&house, &[], 0), 0, 0, 0, 0, 0);
}

#[test]
fn derived_groups_follow_and_are_not_undone_themselves() {
    let house = House::open();
    let idp = house.connection("awareness", &["derive=department"]);
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let ada = idp.user_with("ada", json!({urn: {"department": "Engines"}}));
    idp.delete(&format!("/Users/{ada}")).is(204);
    let undone = house
        .cli(&["connection", "undo", "awareness", "--since", "1h", "--json"])
        .prints();
    counts(&serde_json::from_str(&undone).unwrap(), 1, 0, 0, 0, 0);
    let shown = house.cli(&["user", "show", "ada"]).prints();
    assert!(shown.contains("Department/Engines"), "{shown}");
}

#[test]
fn where_no_seat_is_free_nobody_is_made_active() {
    let house = House::open();
    let idp = house.connection("awareness", &["seats=1"]);
    let [ada, bob] = ["ada", "bob"].map(|name| idp.user(name));
    off(&idp, &ada);
    // The seat goes to the other, who waited for one.
    let said = house.cli(&["user", "activate", "bob"]).exits(0);
    assert!(said.stdout.contains("now active"), "{}", said.stdout);
    let undone = house
        .cli(&["connection", "undo", "awareness", "--since", "1h", "--json"])
        .exits(5);
    let undone: Value = serde_json::from_str(&undone.stdout).unwrap();
    counts(&undone, 0, 0, 0, 0, 1);
    let reason = undone["left"][0]["reason"].to_string();
    assert!(reason.contains("no seat is free"), "{reason}");
    let state = |id: &str| idp.get(&format!("/Users/{id}")).is(200).at("/active");
    assert_eq!(state(&ada), json!(false));
    assert_ne!(state(&bob), json!(false));
}

#[test]
fn who_would_come_back_without_a_seat_is_foreseen() {
    let house = House::open();
    let idp = house.connection("awareness", &["seats=3"]);
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| idp.user(name));
    idp.delete(&format!("/Users/{ada}")).is(204);
    off(&idp, &bob);
    idp.delete(&format!("/Users/{bob}")).is(204);
    off(&idp, &eve);
    let [kim, sue] = ["kim", "sue"].map(|name| idp.user(name));
    // One seat is free: eve went last and has it; bob and ada come back and wait.
    let args = ["connection", "undo", "awareness", "--since", "1h", "--json"];
    let told = house.cli(&[&args[..], &["--check"]].concat()).exits(5);
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    let done = house.cli(&args).exits(5);
    let done: Value = serde_json::from_str(&done.stdout).unwrap();
    for undone in [&told, &done] {
        counts(undone, 2, 0, 1, 0, 2);
        let reasons = undone["left"].to_string();
        assert_eq!(reasons.matches("no seat is free").count(), 2, "{reasons}");
    }
    assert_eq!(told["steps"], done["steps"]);
    assert_eq!(told["left"], done["left"]);
    let state = |id: &str| idp.get(&format!("/Users/{id}")).is(200).at("/active");
    for (id, active) in [
        (&ada, false),
        (&bob, false),
        (&eve, true),
        (&kim, true),
        (&sue, true),
    ] {
        assert_eq!(state(id) != json!(false), active, "{id}");
    }
    // Twice: those who wait are said no more to be without a seat than they are.
    let again = house.cli(&args).stdout;
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["steps"], json!([]), "{again:#}");
}

/// A request in which each of `paths` is treated alike.
fn each(idp: &Client, paths: &[String], operation: &Value) {
    for some in paths.chunks(500) {
        let one = |path: &String| {
            let mut one = operation.clone();
            one["path"] = json!(path);
            one
        };
        let operations: Vec<Value> = some.iter().map(one).collect();
        idp.bulk(&operations).is(200);
    }
}

#[test]
fn a_large_group_comes_back_in_steps_and_what_was_interrupted_is_finished() {
    let house = House::open();
    let idp = house.idp();
    let create = |number: usize| {
        json!({"method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": {
            "userName": format!("u{number}")
        }})
    };
    let operations: Vec<Value> = (0..3_000).map(create).collect();
    let mut users = Vec::new();
    for some in operations.chunks(500) {
        users.extend(idp.bulk(some).is(200).bulk_ids());
    }
    let ids: Vec<&str> = users.iter().map(String::as_str).collect();
    let [staff, audit] = ["Staff", "Audit"].map(|name| idp.group(name, &ids));
    let paths: Vec<String> = ids.iter().map(|id| format!("/Users/{id}")).collect();
    let off = json!({"method": "PATCH", "data": {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": false}]
    }});
    // Some are deactivated, some deleted; one group is emptied at once, the other goes altogether.
    each(&idp, &paths[..600], &off);
    each(&idp, &paths[600..1_000], &json!({"method": "DELETE"}));
    let empty = json!([{"op": "replace", "path": "members", "value": []}]);
    idp.patch(&format!("/Groups/{audit}"), empty).is(204);
    idp.delete(&format!("/Groups/{staff}")).is(204);

    let mut child = appliance()
        .args([
            "connection",
            "undo",
            "default",
            "--since",
            "1h",
            "--data-dir",
        ])
        .arg(house.data())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let path = format!("/Groups/{staff}?attributes=displayName");
    while idp.get(&path).status != 200 {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    assert!(
        !child.wait().unwrap().success(),
        "it was too late to kill it"
    );
    assert!(members(&idp, &staff).len() < 2_600);

    let told = undo(&house, &["--check"], 0);
    let done = undo(&house, &[], 0);
    assert_eq!(told["steps"], done["steps"]);
    assert_eq!(
        (&done["users"], &done["activated"]),
        (&json!(400), &json!(600))
    );
    idp.get("/Users").counts(3_000);
    idp.find("/Users", "active eq false").counts(0);
    for group in [&staff, &audit] {
        assert_eq!(members(&idp, group).len(), 3_000);
    }
    counts(&undo(&house, &[], 0), 0, 0, 0, 0, 0);

    // No transaction took long: none gave more than a few hundred back to a group.
    let changes = house
        .cli(&["export", "changes", "--format", "ndjson"])
        .prints();
    let joined = changes
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|change| change["cause"] == "undo")
        .map(|change| change["joined"].as_array().map_or(0, Vec::len));
    assert_eq!(joined.max(), Some(500));
}
