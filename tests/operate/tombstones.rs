//! What a DELETE leaves, and the way back.

use serde_json::{Value, json};

use crate::house::client::Client;
use crate::house::server::House;

fn restore(house: &House, who: &str) -> Value {
    let printed = house.cli(&["user", "restore", who, "--json"]).prints();
    serde_json::from_str(&printed).unwrap()
}

/// The ids of the groups that a user is in.
fn groups(idp: &Client, user: &str) -> Vec<String> {
    let shown = idp.get(&format!("/Users/{user}")).is(200);
    shown.values("/groups")
}

#[test]
fn who_was_deleted_comes_back_under_the_same_id_with_attributes_and_memberships() {
    let house = House::open();
    let idp = house.idp();
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let mira = idp.user_with(
        "mira@example.net",
        json!({
            "externalId": "mh-1", "active": true, "displayName": "Mira Holt",
            "emails": [{"type": "work", "value": "m.holt@example.net"}],
            enterprise: {"department": "Audit"}
        }),
    );
    let [audit, staff] = ["Audit", "Staff"].map(|name| idp.group(name, &[&mira]));
    let path = format!("/Users/{mira}");
    let before = idp.get(&path).is(200).json();
    idp.delete(&path).is(204);
    idp.get(&path).is(404);
    idp.delete(&path).is(404);
    idp.find("/Users", "userName eq \"mira@example.net\"")
        .counts(0);

    let said = house
        .cli(&["user", "restore", "M.Holt@Example.net"])
        .prints();
    assert_eq!(
        said,
        format!(
            "Mira Holt (mira@example.net) of connection default is back as {mira}, in 2 groups"
        )
    );
    let after = idp.get(&path).is(200).json();
    for name in [
        "userName",
        "externalId",
        "active",
        "emails",
        enterprise,
        "groups",
        "schemas",
    ] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!(after["meta"]["created"], before["meta"]["created"]);
    assert_eq!(after["meta"]["version"], "W/\"2\"");
    for group in [&audit, &staff] {
        let group = idp.get(&format!("/Groups/{group}")).is(200).json();
        assert_eq!(group["members"][0]["value"], json!(mira));
        assert_eq!(group["meta"]["version"], "W/\"3\"");
    }
    idp.find("/Users", "externalId eq \"mh-1\"").counts(1);
    idp.find("/Users", &format!("{enterprise}:department eq \"Audit\""))
        .counts(1);
    idp.get("/Users").counts(1);

    // Once more: there is nothing to do, and nothing is done.
    let again = restore(&house, &mira);
    assert_eq!(
        (&again["changed"], &again["groups"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(idp.get(&path).is(200).at("/meta/version"), "W/\"2\"");
    let told = house.cli(&["user", "history", &mira]).prints();
    assert!(
        told.contains("the operator asked to restore user"),
        "{told}"
    );
}

#[test]
fn a_new_person_of_the_name_has_a_new_id_and_is_in_the_way() {
    let house = House::open();
    let idp = house.idp();
    let old = idp.user_with("ada@example.net", json!({"title": "Countess"}));
    idp.delete(&format!("/Users/{old}")).is(204);
    let new = idp.user("Ada@example.net");
    assert_ne!(old, new);

    let refused = house.cli(&["user", "restore", &old]).exits(4);
    for part in ["userName: the user", &new, "can be there once only"] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    idp.get(&format!("/Users/{old}")).is(404);
    idp.get("/Users").counts(1);

    // The other gives way: now both are gone, and the name alone does not say who is meant.
    idp.delete(&format!("/Users/{new}")).is(204);
    let refused = house.cli(&["user", "restore", "ada@example.net"]).exits(4);
    for part in [&old, &new, "deleted 20"] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    assert_eq!(restore(&house, &old)["changed"], true);
    assert_eq!(
        idp.get(&format!("/Users/{old}")).is(200).at("/title"),
        "Countess"
    );
}

#[test]
fn who_is_unknown_cannot_come_back() {
    let house = House::open();
    let idp = house.idp();
    idp.group("Staff", &[]);
    for name in [
        "Staff",
        "nobody",
        "",
        "019abc00-0000-7000-8000-000000000001",
    ] {
        let refused = house.cli(&["user", "restore", name]).exits(3);
        assert!(
            refused.stderr.contains("no user that is gone was called"),
            "{}",
            refused.stderr
        );
    }
    // The people of one connection are nobody's business in another.
    let there = house.connection("okta", &[]);
    let eve = there.user("eve");
    there.delete(&format!("/Users/{eve}")).is(204);
    house
        .cli(&["user", "restore", "eve", "--connection", "default"])
        .exits(3);
    house
        .cli(&["user", "restore", "eve", "--connection", "okta"])
        .exits(0);
    there.get("/Users").counts(1);
    idp.get("/Users").counts(0);
}

#[test]
fn memberships_come_back_in_whatever_order_people_and_groups_do() {
    let house = House::open();
    let idp = house.idp();
    let user = idp.user("ada");
    let delete = |path: &str| idp.delete(path).is(204);
    for (name, user_goes_first, user_comes_first) in [
        ("a", true, true),
        ("b", true, false),
        ("c", false, true),
        ("d", false, false),
    ] {
        let group = idp.group(name, &[&user]);
        let (of_user, of_group) = (format!("/Users/{user}"), format!("/Groups/{group}"));
        if user_goes_first {
            delete(&of_user);
            delete(&of_group);
        } else {
            delete(&of_group);
            delete(&of_user);
        }
        let user_back = || restore(&house, &user);
        let group_back = || house.cli(&["group", "restore", name]).exits(0);
        if user_comes_first {
            assert_eq!(user_back()["groups"], 0);
            group_back();
        } else {
            group_back();
            assert_eq!(user_back()["groups"], 1);
        }
        assert_eq!(groups(&idp, &user), vec![group], "{name}");
        let shown = idp.get(&of_group).is(200).json();
        assert_eq!(shown["members"].as_array().unwrap().len(), 1, "{name}");
        delete(&of_group);
    }
}

#[test]
fn a_group_that_stays_away_is_not_missed() {
    let house = House::open();
    let idp = house.idp();
    let [ada, bob] = ["ada", "bob"].map(|name| idp.user(name));
    let staff = idp.group("Staff", &[&ada, &bob]);
    let outer = idp.group("All", &[&staff]);
    idp.delete(&format!("/Users/{ada}")).is(204);
    idp.delete(&format!("/Groups/{staff}")).is(204);
    assert_eq!(restore(&house, &ada)["groups"], 0);
    assert!(groups(&idp, &ada).is_empty());

    // The group may hold by now what held it: then that membership would close a circle.
    let said = house.cli(&["group", "restore", "staff"]).prints();
    assert!(
        said.contains("Staff") && said.contains("2 members"),
        "{said}"
    );
    idp.delete(&format!("/Groups/{staff}")).is(204);
    idp.delete(&format!("/Groups/{outer}")).is(204);
    house.cli(&["group", "restore", &outer]).exits(0);
    house.cli(&["group", "restore", &staff]).exits(0);
    assert_eq!(groups(&idp, &bob).len(), 2);
}

#[test]
fn a_mass_delete_in_bulk_leaves_everybody_to_be_brought_back() {
    let house = House::open();
    let idp = house.idp();
    let users: Vec<String> = (0..60).map(|n| idp.user(&format!("u{n}"))).collect();
    let ids: Vec<&str> = users.iter().map(String::as_str).collect();
    let staff = idp.group("Staff", &ids);
    let operations: Vec<Value> = users
        .iter()
        .map(|id| json!({"method": "DELETE", "path": format!("/Users/{id}")}))
        .collect();
    let reply = idp.bulk(&operations).is(200);
    assert_eq!(reply.at("/Operations/59/status"), "204");
    idp.get("/Users").counts(0);
    for id in [&users[0], &users[59]] {
        assert_eq!(restore(&house, id)["groups"], 1);
    }
    idp.get("/Users").counts(2);
    let shown = idp.get(&format!("/Groups/{staff}")).is(200).json();
    assert_eq!(shown["members"].as_array().unwrap().len(), 2);
}

#[test]
fn what_is_not_declared_any_more_stays_behind() {
    let house = House::open();
    let idp = house.idp();
    let urn = "urn:example:2.0:User";
    house
        .cli(&["schema", "add", &format!("{urn}:badge:string")])
        .exits(0);
    let ada = idp.user_with("ada", json!({urn: {"badge": "7"}, "title": "Countess"}));
    idp.delete(&format!("/Users/{ada}")).is(204);
    house.cli(&["schema", "remove", urn]).exits(0);
    restore(&house, "ada");
    let back = idp.get(&format!("/Users/{ada}")).is(200).json();
    assert_eq!(
        (&back["title"], &back[urn]),
        (&json!("Countess"), &Value::Null)
    );

    // Of another type by now, it is in the way; nothing is half done.
    idp.delete(&format!("/Users/{ada}")).is(204);
    let bob = idp.user_with("bob", json!({"title": "Clerk"}));
    house
        .cli(&["schema", "add", &format!("{urn}:badge:string")])
        .exits(0);
    idp.patch(
        &format!("/Users/{bob}"),
        json!([{"op": "add", "path": format!("{urn}:badge"), "value": "seven"}]),
    )
    .is(200);
    idp.delete(&format!("/Users/{bob}")).is(204);
    house.cli(&["schema", "remove", urn]).exits(0);
    house
        .cli(&["schema", "add", &format!("{urn}:badge:integer")])
        .exits(0);
    let refused = house.cli(&["user", "restore", "bob"]).exits(4);
    assert!(refused.stderr.contains("badge"), "{}", refused.stderr);
    idp.get(&format!("/Users/{bob}")).is(404);
}
