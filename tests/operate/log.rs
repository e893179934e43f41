use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::house::run::appliance;
use crate::house::server::House;

/// The events of a log, each as `type: asked` or `type: resource cause`.
#[track_caller]
fn events(house: &House, options: &[&str]) -> Vec<String> {
    let text = house.cli(&[&["log", "--json"], options].concat()).prints();
    let events: Value = serde_json::from_str(&text).unwrap();
    let list = events.as_array().unwrap().iter();
    list.map(|event| match event["type"].as_str().unwrap() {
        "exchange" => format!("{} → {}", event["asked"].as_str().unwrap(), event["status"]),
        "change" => format!(
            "{} {}",
            event["cause"].as_str().unwrap(),
            event["kind"].as_str().unwrap()
        ),
        other => other.to_owned(),
    })
    .collect()
}

#[test]
fn requests_and_changes_are_told_in_the_order_of_time_and_can_be_chosen_from() {
    let mut house = House::open();
    house.cli(&["log"]).exits(3);
    let entra = house.idp();
    let okta = house.connection("okta", &[]);
    entra
        .find("/Users", r#"userName eq "mira@example.net""#)
        .counts(0);
    let mira = entra.user("mira@example.net");
    entra.group("Auditors", &[&mira]);
    okta.user("noah@example.net");
    okta.patch("/Users/019abc00-0000-7000-8000-000000000001", json!([]))
        .is(400);
    entra
        .find("/Users", r#"userName eq "never@example.net""#)
        .counts(0);
    house.stop();

    let all = events(&house, &[]);
    let look = "look for a user by userName eq \"m…@e….net\" → 200";
    assert_eq!(
        all[..5],
        [
            look,
            "create a user → 201",
            "create User",
            "create a group → 201",
            "create Group"
        ]
    );
    assert_eq!(
        events(&house, &["--user", "Mira@example.net"]),
        [
            look,
            "create a user → 201",
            "create User",
            "create a group → 201",
            "create Group"
        ]
    );
    assert_eq!(
        events(&house, &["--user", "never@example.net"]),
        ["look for a user by userName eq \"n…@e….net\" → 200"]
    );
    assert_eq!(
        events(&house, &["--user", &mira, "--limit", "1"]),
        ["create Group"]
    );
    let change = "change user 019abc00-0000-7000-8000-000000000001 → 400";
    assert_eq!(
        events(&house, &["--connection", "okta"]),
        ["create a user → 201", "create User", change]
    );
    assert_eq!(events(&house, &["--failed"]), [change]);
    assert_eq!(events(&house, &["--since", "1h"]), all);
    assert_eq!(
        events(&house, &["--since", "2000-01-01T00:00:00Z", "--limit", "2"]),
        all[all.len() - 2..]
    );
    house
        .cli(&["log", "--since", "2099-01-01T00:00:00Z"])
        .exits(2);
    house.cli(&["log", "--user", "nobody@example.net"]).exits(3);
    house.cli(&["log", "--connection", "nowhere"]).exits(3);
    house.cli(&["log", "--since", "yesterday"]).exits(2);

    let lines = house.cli(&["log"]).prints();
    assert!(
        lines.contains("token (token 1) asked to create a user: created  [201, "),
        "{lines}"
    );
    assert!(
        lines.contains(&format!("user {mira} came to be: userName  [version 1")),
        "{lines}"
    );
    assert!(!lines.contains("mira"), "{lines}");
}

#[test]
fn a_credential_that_is_good_no_more_is_told_under_its_connection() {
    let mut house = House::open();
    let idp = house.connection("okta", &[]);
    house.cli(&["token", "revoke", "1"]).exits(0);
    idp.get("/Users").is(401);
    house.stranger().get("/Users").is(401);
    house.stop();
    let lines = house.cli(&["log", "--failed"]).prints();
    let [revoked, stranger] = lines.lines().collect::<Vec<_>>()[..] else {
        panic!("{lines}");
    };
    assert!(revoked.contains("  okta  token (token 1) asked to list every user: refused (401): the credential was refused: revoked token 1; `appliance token new` makes another to paste"), "{revoked}");
    assert!(
        stranger.contains("  -  somebody at 127.0.0.1 asked to"),
        "{stranger}"
    );
    assert!(
        stranger.contains(
            "the credential was refused: no credential; the identity provider shows none"
        ),
        "{stranger}"
    );
    let of_okta = house.cli(&["log", "--connection", "okta"]).prints();
    assert_eq!(of_okta, revoked);
}

#[test]
fn strangers_cannot_fill_the_log() {
    let mut house = House::open();
    let stranger = house.stranger();
    for _ in 0..100 {
        stranger.get("/Users").is(401);
    }
    house.stop();
    let lines = house.cli(&["log", "--limit", "1000"]).prints();
    // The minute may have turned once.
    assert!((30..=60).contains(&lines.lines().count()), "{lines}");
}

#[test]
fn who_follows_is_told_beside_a_running_server() {
    let house = House::open();
    let idp = house.idp();
    let mut child = appliance()
        .args(["log", "--follow", "--json", "--data-dir"])
        .arg(house.data())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    idp.user("mira@example.net");
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let mut both = [next(), next()];
    // The change is there with the answer, the exchange is written behind it: either may be seen first.
    both.sort_by_key(|line| line["type"] == "change");
    let [first, second] = both;
    idp.patch(
        &format!("/Users/{}", second["resource"].as_str().unwrap()),
        json!([]),
    )
    .is(400);
    let third = next();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(first["asked"], "create a user");
    assert_eq!(
        (&second["type"], &second["cause"]),
        (&json!("change"), &json!("create"))
    );
    assert_eq!(first["request"], second["request"]);
    assert_eq!(third["status"], 400);
}

#[test]
fn what_was_just_answered_is_soon_in_the_log_of_a_running_server() {
    let house = House::open();
    let idp = house.idp();
    idp.user("mira@example.net");
    let begun = Instant::now();
    loop {
        let run = house.cli(&["log", "--json"]);
        if run.stdout.contains("create a user") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{run:?}");
    }
}
