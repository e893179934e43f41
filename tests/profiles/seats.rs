//! Seats: above the limit people are stored inactive and wait.

use serde_json::{Value, json};

use super::entrance::{set, with_profile};
use super::house::client::Client;
use super::house::server::House;

/// How the seats of the connection `here` stand: limit, taken, waiting.
#[track_caller]
fn seats(house: &House) -> (Value, u64, u64) {
    let status = house.cli(&["status", "--json"]);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    let connections = status["connections"].as_array().unwrap();
    let here = connections
        .iter()
        .find(|one| one["name"] == "here")
        .unwrap();
    let seats = &here["seats"];
    assert_eq!(seats["taken"], here["users"]["active"]);
    let number = |name: &str| seats[name].as_u64().unwrap();
    (seats["limit"].clone(), number("taken"), number("waiting"))
}

fn active(idp: &Client, id: &str) -> Value {
    idp.get(&format!("/Users/{id}")).is(200).at("/active")
}

fn set_active(value: bool) -> Value {
    let value = if value { "True" } else { "False" };
    json!([{"op": "Replace", "path": "active", "value": value}])
}

/// Who is there, one after the other, and active or not.
#[track_caller]
fn create(idp: &Client, names: &[&str]) -> Vec<String> {
    names
        .iter()
        .map(|name| idp.user_with(name, json!({"active": true})))
        .collect()
}

#[test]
fn above_the_limit_people_are_created_inactive_and_wait_for_the_operator() {
    let (house, idp) = with_profile("cybsafe");
    set(&house, &["seats=2"]);
    let people = create(&idp, &["ada", "bob", "cyd", "dan"]);
    let states: Vec<Value> = people.iter().map(|id| active(&idp, id)).collect();
    assert_eq!(json!(states), json!([true, true, false, false]));
    assert_eq!(seats(&house), (json!(2), 2, 2));
    let warned = house.cli(&["status"]).exits(5);
    assert!(
        warned
            .stderr
            .contains("no seat is free; `appliance connection set here seats=N`"),
        "{}",
        warned.stderr
    );

    // The identity provider insists: no error, no change, still waiting.
    let cyd = format!("/Users/{}", people[2]);
    let version = idp.get(&cyd).is(200).at("/meta/version");
    for _ in 0..3 {
        let answer = idp.patch(&cyd, set_active(true)).is(200);
        assert_eq!(answer.at("/active"), false);
        assert_eq!(answer.at("/meta/version"), version);
    }
    let title = json!([{"op": "Add", "path": "title", "value": "Clerk"}]);
    let answer = idp.patch(&cyd, title).is(200);
    answer.shows(json!({"active": false, "title": "Clerk"}));
    assert_eq!(seats(&house), (json!(2), 2, 2));

    // Raising the limit is not enough by itself, and does not let the identity provider in either.
    set(&house, &["seats=3"]);
    idp.patch(&cyd, set_active(true)).is(200);
    assert_eq!(active(&idp, &people[2]), false);
    let done = house
        .cli(&["user", "activate", "--waiting", "--connection", "here"])
        .exits(5);
    assert!(
        done.stdout.contains("1 person was activated"),
        "{}",
        done.stdout
    );
    assert_eq!(active(&idp, &people[2]), true, "the longest waiting");
    assert_eq!(active(&idp, &people[3]), false);
    assert_eq!(seats(&house), (json!(3), 3, 1));
    let told = house.cli(&["status"]).exits(5).stderr;
    let said = "1 person is inactive because no seat is free";
    assert!(told.contains(said), "{told}");

    let full = house.cli(&["user", "activate", "dan"]).exits(4);
    assert!(full.stderr.contains("no seat"), "{}", full.stderr);
    set(&house, &["seats=4"]);
    let told = house.cli(&["status"]).exits(5).stderr;
    let said = "1 person waits for a seat and there is one for 1";
    assert!(told.contains(said), "{told}");
    house.cli(&["user", "activate", "--waiting"]).exits(0);
    assert_eq!(seats(&house), (json!(4), 4, 0));
}

#[test]
fn deactivating_somebody_who_waits_ends_the_waiting() {
    let (house, idp) = with_profile("generic");
    set(&house, &["seats=1"]);
    let people = create(&idp, &["ada", "bob", "cyd", "dan"]);
    idp.patch(&format!("/Users/{}", people[1]), set_active(false))
        .is(200);
    let cyd = json!({"userName": "cyd", "active": false});
    idp.put(&format!("/Users/{}", people[2]), &cyd).is(200);
    house.cli(&["user", "deactivate", "dan"]).exits(0);
    assert_eq!(seats(&house), (json!(1), 1, 0));
    set(&house, &["seats=9"]);
    house.cli(&["user", "activate", "--waiting"]).exits(0);
    assert_eq!(seats(&house), (json!(9), 1, 0));
    // Who was deactivated comes back by the identity provider's word alone.
    let back = idp.patch(&format!("/Users/{}", people[1]), set_active(true));
    assert_eq!(back.is(200).at("/active"), true);
}

#[test]
fn every_way_of_leaving_frees_a_seat_for_the_longest_waiting() {
    let (house, idp) = with_profile("generic");
    set(&house, &["seats=2", "seat_activation=automatic"]);
    let people = create(&idp, &["a", "b", "c", "d", "e", "f", "g", "h"]);
    let path = |index: usize| format!("/Users/{}", people[index]);
    assert_eq!(active(&idp, &people[2]), false);
    idp.patch(&path(0), set_active(false)).is(200);
    assert_eq!(active(&idp, &people[2]), true);
    assert_eq!(active(&idp, &people[3]), false);
    idp.delete(&path(1)).is(204);
    assert_eq!(active(&idp, &people[3]), true);
    let gone = json!({"userName": "c", "active": false});
    idp.put(&path(2), &gone).is(200);
    assert_eq!(active(&idp, &people[4]), true);
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "DELETE", "path": path(3)}]
    });
    idp.post("/Bulk", &bulk).is(200);
    assert_eq!(active(&idp, &people[5]), true);
    house.cli(&["user", "deactivate", "e"]).exits(0);
    assert_eq!(active(&idp, &people[6]), true);
    assert_eq!(seats(&house), (json!(2), 2, 1));
    // A seat that is added is given away in the same way.
    let said = house
        .cli(&["connection", "set", "here", "seats=unlimited"])
        .exits(0);
    assert!(said.stderr.contains("1 person was"), "{}", said.stderr);
    assert_eq!(active(&idp, &people[7]), true);
    let history = house.cli(&["user", "history", "h"]).prints();
    assert!(history.contains("active: false → true"), "{history}");
}

#[test]
fn lowering_the_limit_deactivates_nobody_and_says_so() {
    let (house, idp) = with_profile("generic");
    let people = create(&idp, &["ada", "bob", "cyd"]);
    let said = house
        .cli(&["connection", "set", "here", "seats=1"])
        .exits(0);
    assert!(said.stderr.contains("3 of 1 seats"), "{}", said.stderr);
    assert!(
        said.stderr.contains("nobody is deactivated"),
        "{}",
        said.stderr
    );
    assert!(people.iter().all(|id| active(&idp, id) == true));
    let title = json!([{"op": "Add", "path": "title", "value": "Clerk"}]);
    let kept = idp.patch(&format!("/Users/{}", people[0]), title).is(200);
    assert_eq!(kept.at("/active"), true);
    let late = create(&idp, &["dan"]);
    assert_eq!(active(&idp, &late[0]), false);
    assert_eq!(seats(&house), (json!(1), 3, 1));
    for wrong in ["seats=0", "seats=-1", "seats=all", "seat_activation=yes"] {
        house.cli(&["connection", "set", "here", wrong]).exits(2);
    }
}

#[test]
fn of_many_who_would_take_the_last_seat_one_does() {
    let (house, idp) = with_profile("generic");
    set(&house, &["seats=1"]);
    let clients: Vec<Client> = (0..16).map(|_| idp.again()).collect();
    let got: Vec<Value> = std::thread::scope(|scope| {
        let running: Vec<_> = clients
            .iter()
            .enumerate()
            .map(|(index, client)| {
                scope.spawn(move || {
                    let id = client.user(&format!("p{index}"));
                    active(client, &id)
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let seated = got.iter().filter(|state| **state != false).count();
    assert_eq!(seated, 1, "{got:?}");
    assert_eq!(seats(&house), (json!(1), 1, 15));
}
