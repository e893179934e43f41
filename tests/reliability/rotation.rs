//! A token is replaced without a moment in which none is good, and without two for longer than meant.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::house::client::Client;
use super::house::server::House;

fn rotated(house: &House, args: &[&str]) -> Client {
    house.client(&house.cli(&[&["token", "rotate"], args].concat()).prints())
}

fn listed(house: &House) -> Vec<Value> {
    serde_json::from_str(&house.cli(&["token", "list", "--json"]).prints()).unwrap()
}

/// Asserts that a client is refused a moment later at most: what ends a token is written behind the
/// answer that ended it.
fn is_refused_soon(client: &Client) {
    let begun = Instant::now();
    while client.get("/Users").status != 401 {
        assert!(begun.elapsed() < Duration::from_secs(2), "it stays good");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn both_tokens_are_good_until_the_new_one_is_used() {
    let mut house = House::open();
    let old = house.idp();
    let new = rotated(&house, &["1", "--overlap", "24h"]);
    old.get("/Users").is(200);
    old.get("/Users").is(200);
    assert_eq!(listed(&house)[0]["successor"], 2);
    assert_eq!(listed(&house)[0]["state"], "active");
    new.get("/Users").is(200);
    is_refused_soon(&old);
    new.get("/Users").is(200);
    assert_eq!(listed(&house)[0]["state"], "revoked");
    house.restart();
    house.client(old.token()).get("/Users").is(401);
    house.client(new.token()).get("/Users").is(200);
}

#[test]
fn a_successor_that_is_rotated_itself_hands_over_what_it_was_to_replace() {
    let house = House::open();
    let first = house.idp();
    let lost = rotated(&house, &["1", "--overlap", "90d"]);
    let third = rotated(&house, &["2", "--overlap", "1h"]);
    first.get("/Users").is(200);
    let tokens = listed(&house);
    assert_eq!(tokens[0]["successor"], 3);
    assert_eq!(tokens[0]["overlapEnds"], tokens[1]["overlapEnds"]);
    third.get("/Users").is(200);
    is_refused_soon(&first);
    is_refused_soon(&lost);
    third.get("/Users").is(200);
}

#[test]
fn an_overlap_that_has_begun_is_not_made_longer_by_rotating_the_successor() {
    let house = House::open();
    house.idp();
    rotated(&house, &["1", "--overlap", "1h"]);
    let end = listed(&house)[0]["overlapEnds"].clone();
    rotated(&house, &["2", "--overlap", "90d"]);
    let tokens = listed(&house);
    assert_eq!(tokens[0]["successor"], 3);
    assert_eq!(tokens[0]["overlapEnds"], end);
    assert_ne!(tokens[1]["overlapEnds"], end);
}

#[test]
fn without_an_overlap_everything_that_is_replaced_ends() {
    let house = House::open();
    let first = house.idp();
    let lost = rotated(&house, &["1", "--overlap", "90d"]);
    let third = rotated(&house, &["2", "--overlap", "none"]);
    first.get("/Users").is(401);
    lost.get("/Users").is(401);
    third.get("/Users").is(200);
}

#[test]
fn the_old_token_ends_with_the_overlap_even_if_the_new_one_is_never_used() {
    let house = House::open();
    let old = house.idp();
    let begun = Instant::now();
    rotated(&house, &["1", "--overlap", "2s"]);
    old.get("/Users").is(200);
    while old.get("/Users").status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(begun.elapsed() >= Duration::from_secs(2));
    assert_eq!(listed(&house)[0]["state"], "revoked");
}

#[test]
fn a_successor_that_is_called_back_leaves_the_old_token_as_it_was() {
    let house = House::open();
    let old = house.idp();
    let new = rotated(&house, &["1", "--overlap", "1h"]);
    let said = house.cli(&["token", "revoke", "2"]).exits(0);
    assert!(said.stderr.contains("stays good"), "{}", said.stderr);
    new.get("/Users").is(401);
    old.get("/Users").is(200);
    let listed = listed(&house);
    assert_eq!(listed[0]["successor"], Value::Null);
    assert_eq!(listed[0]["overlapEnds"], Value::Null);
}

#[test]
fn a_connection_with_a_single_token_refuses_an_overlap() {
    let house = House::open();
    let old = house.connection("one", &["single_token=on"]);
    let reader = house.client(
        &house
            .cli(&["token", "new", "--connection", "one", "--scope", "read"])
            .prints(),
    );
    for args in [
        &["token", "rotate", "1", "--overlap", "24h"][..],
        &["token", "new", "--connection", "one", "--overlap", "24h"],
    ] {
        let refused = house.cli(args).exits(4);
        assert_eq!(refused.stdout, "");
        assert!(
            refused.stderr.contains("single token"),
            "{}",
            refused.stderr
        );
    }
    old.get("/Users").is(200);
    let second = rotated(&house, &["1"]);
    old.get("/Users").is(401);
    second.get("/Users").is(200);
    let third = house.idp_of("one");
    second.get("/Users").is(401);
    third.get("/Users").is(200);
    reader.get("/Users").is(200);
}

#[test]
fn a_new_token_with_an_overlap_takes_the_place_of_the_others_of_its_scope() {
    let house = House::open();
    let [first, second, reader] = [house.idp(), house.idp(), house.reader()];
    let new = house.client(&house.cli(&["token", "new", "--overlap", "1h"]).prints());
    first.get("/Users").is(200);
    second.get("/Users").is(200);
    new.get("/Users").is(200);
    is_refused_soon(&first);
    is_refused_soon(&second);
    reader.get("/Users").is(200);
}
