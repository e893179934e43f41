//! A connection goes with everything that it holds; a server knows at once, and others go on.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::house::client::Client;
use crate::house::run::appliance;
use crate::house::server::House;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Parts of every value of everybody who is to go.
const CANARIES: [&str; 3] = ["quetzal", "Quetzal", "QUETZAL"];

/// Brings so many people, each of them full of canaries, in bulk.
fn populate(idp: &Client, count: usize) -> Vec<String> {
    let one = |number: usize| {
        json!({"method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": {
            "userName": format!("quetzal{number}@example.net"),
            "name": {"givenName": "Quetzal", "familyName": format!("QUETZAL {number}")},
            "title": "Quetzal",
            "emails": [{"type": "work", "value": format!("quetzal{number}@example.org")}],
            ENTERPRISE: {"department": "Quetzal", "employeeNumber": format!("quetzal-{number}")}
        }})
    };
    let operations: Vec<Value> = (0..count).map(one).collect();
    idp.bulk(&operations).is(200).bulk_ids()
}

/// Looks for a canary in every file of the data directory that is not a backup.
fn look(house: &House) {
    for file in ["appliance.sqlite", "appliance.sqlite-wal"] {
        let Ok(bytes) = std::fs::read(house.data().join(file)) else {
            continue;
        };
        for canary in CANARIES {
            let found = bytes
                .windows(canary.len())
                .position(|part| part == canary.as_bytes());
            let around = found.map(|at| {
                let part = &bytes[at.saturating_sub(200)..(at + 60).min(bytes.len())];
                String::from_utf8_lossy(part).into_owned()
            });
            assert_eq!(around, None, "{canary} in {file}");
        }
    }
}

fn backup(removed: &Value) -> String {
    removed["backup"].as_str().unwrap().to_owned()
}

fn remove(house: &House, name: &str) -> Value {
    let printed = house
        .cli(&["connection", "remove", name, "--yes", "--json"])
        .prints();
    serde_json::from_str(&printed).unwrap()
}

#[test]
fn a_connection_goes_with_everything_beside_a_running_server() {
    let mut house = House::open();
    let other = house.idp();
    let stays = other.user("stays@example.net");
    let settings = [
        "derive=department",
        "derived_in_scim=on",
        "protect=quetzal1@example.net",
    ];
    let idp = house.connection("okta", &settings);
    let people = populate(&idp, 450);
    idp.group("Quetzal staff", &[&people[0], &people[1]]);
    idp.patch(
        &format!("/Users/{}", people[3]),
        json!([{"op": "replace", "path": "title", "value": "Quetzal II"}]),
    )
    .is(200);
    idp.delete(&format!("/Users/{}", people[2])).is(204);
    let args = ["export", "changes", "--format", "ndjson"];
    let since = house.cli(&args).prints().lines().count();

    // Nobody is here to be asked, so it must be said; what would go is told before.
    let refused = house.cli(&["connection", "remove", "okta"]).exits(4);
    for part in ["users 449, groups 2", "restorable 1, tokens 1", "--yes"] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    assert!(!house.data().join("backups").exists());
    idp.get("/Users").is(200);

    let full = jiff::Timestamp::now().to_string();
    let removed = remove(&house, "OKTA");
    assert_eq!(removed["users"], 449);
    assert_eq!(removed["fileWrittenAnew"], false, "a server holds the file");
    for reply in [
        idp.get("/Users"),
        idp.post("/Users", &json!({"userName": "x"})),
    ] {
        reply.is(401);
    }
    other.get(&format!("/Users/{stays}")).is(200);
    other.user("another@example.net");

    // Nothing finds it any more.
    for command in [
        &["connection", "show", "okta"][..],
        &["connection", "remove", "okta", "--yes"],
        &["connection", "set", "okta", "link=email"],
        &["connection", "undo", "okta", "--since", "1h"],
        &["token", "new", "--connection", "okta"],
        &["export", "users", "--connection", "okta"],
        &["user", "show", &people[0]],
        &["user", "restore", &people[2]],
        &["user", "history", "quetzal0@example.net"],
    ] {
        house.cli(command).exits(3);
    }
    for command in [
        &["connection", "list"][..],
        &["token", "list"],
        &["user", "list"],
        &["group", "list"],
        &["export", "users"],
        &["export", "users", "--as-of", &full],
        &["export", "members"],
    ] {
        let told = house.cli(command).exits(0).stdout;
        assert!(!told.contains("okta") && !told.contains("uetzal"), "{told}");
    }
    let status = house.cli(&["status"]).stdout;
    assert!(!status.contains("okta"), "{status}");

    // Whoever follows the changes learns that each of them is gone, and nothing else.
    let all = house.cli(&args).prints();
    assert!(!all.contains("uetzal") && all.contains("stays@example.net"));
    let sequences: Vec<u64> = all
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|change| change["sequence"].as_u64().unwrap())
        .collect();
    assert!(sequences.iter().copied().eq(1..=sequences.len() as u64));
    let news = house
        .cli(&[&args[..], &["--since", &since.to_string()]].concat())
        .prints();
    let gone: Vec<Value> = news
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|change: &Value| change["cause"] == "remove")
        .collect();
    assert_eq!(gone.len(), 451, "449 people, a group and a derived one");
    for change in &gone {
        assert_eq!(change["connection"], "okta");
        assert_eq!(
            (&change["before"], &change["after"]),
            (&json!({}), &Value::Null)
        );
    }
    // Where rows were moved within the file, the next start wipes what they were.
    house.restart();
    house.stop();
    look(&house);

    // The name is free, what is opened under it is empty, and the backup has everything.
    house.start();
    let again = house.connection("okta", &[]);
    again.get("/Users").is(200).counts(0);
    house.stop();
    house.cli(&["restore", &backup(&removed), "--yes"]).exits(0);
    house.start();
    let idp = house.client(idp.token());
    idp.get("/Users").is(200).counts(449);
    house.cli(&["user", "restore", &people[2]]).exits(0);
}

#[test]
fn what_requests_left_in_memory_does_not_come_back() {
    let mut house = House::open();
    house.idp().user("stays@example.net");
    let idp = house.connection("okta", &[]);
    let person = json!({"userName": "mira@example.net", "quetzal": "Quetzal"});
    idp.post("/Users", &person).is(201);
    remove(&house, "okta");
    // What is left to be written down is written at the end.
    house.stop();
    let sql = rusqlite::Connection::open(house.data().join("appliance.sqlite")).unwrap();
    let count = |of: &str| -> i64 {
        let sentence = format!("SELECT count(*) FROM {of}");
        sql.query_row(&sentence, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(count("tolerated"), 0);
    // Of two tokens, one is of the connection that stays.
    assert_eq!(count("token"), 2);
    assert_eq!(count("token WHERE last_address <> ''"), 1);
}

#[test]
fn what_was_interrupted_is_finished_by_the_same_command() {
    let mut house = House::open();
    house.idp().user("stays@example.net");
    let idp = house.connection("okta", &[]);
    for _ in 0..2 {
        populate(&house.connection("spare", &[]), 1);
        house
            .cli(&["connection", "remove", "spare", "--yes"])
            .exits(0);
    }
    let people = populate(&idp, 700);
    idp.group("Quetzal staff", &[&people[0], &people[1]]);
    let mut child = appliance()
        .args(["connection", "remove", "okta", "--yes", "--data-dir"])
        .arg(house.data())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let retired = |line: &Result<String, _>| {
        let line = line.as_ref().unwrap();
        line.contains("open nothing")
    };
    assert!(said.any(|line| retired(&line)), "it ended too early");
    child.kill().unwrap();
    child.wait().unwrap();

    // It is not there any more, and its name is not free yet.
    idp.get("/Users").is(401);
    house.cli(&["connection", "show", "okta"]).exits(3);
    let told = house.cli(&["user", "list", "--json"]).prints();
    assert!(!told.contains("uetzal"), "{told}");
    let status = house.cli(&["status"]).exits(5).stderr;
    let said = "the removal of connection `okta` was interrupted";
    assert!(status.contains(said), "{status}");
    let refused = house.cli(&["connection", "new", "Okta"]).exits(4);
    let hint = "`appliance connection remove Okta` finishes it";
    assert!(refused.stderr.contains(hint), "{}", refused.stderr);

    house.stop();
    let removed = remove(&house, "okta");
    assert_eq!(removed["backup"], Value::Null, "there is one from before");
    assert_eq!(removed["fileWrittenAnew"], true);
    assert!(removed["users"].as_u64().unwrap() > 0, "{removed}");
    look(&house);
    house.cli(&["connection", "new", "okta"]).exits(0);
    house.start();
    house.idp().get("/Users").counts(1);
    house.idp_of("okta").get("/Users").counts(0);
    let status = house.cli(&["status"]).stderr;
    assert!(!status.contains(said), "{status}");
}

#[test]
fn the_last_connection_stays_and_default_may_go() {
    let house = House::open();
    let refused = house
        .cli(&["connection", "remove", "default", "--yes"])
        .exits(4);
    assert!(
        refused.stderr.contains("the last one"),
        "{}",
        refused.stderr
    );
    let okta = house.connection("okta", &[]);
    let gone = house.idp();
    house
        .cli(&["connection", "remove", "DEFAULT", "--yes"])
        .exits(0);
    gone.get("/Users").is(401);
    okta.get("/Users").is(200);
    house.cli(&["token", "new"]).exits(3);
    house
        .cli(&["connection", "remove", "okta", "--yes"])
        .exits(4);
    for nothing in ["", " ", "(1)", "okta (removed 1)", "%", "default"] {
        house
            .cli(&["connection", "remove", nothing, "--yes"])
            .exits(3);
    }
    house.cli(&["connection", "new", "default"]).exits(0);
    house.cli(&["connection", "new", "(1)"]).exits(2);
    house.idp().get("/Users").counts(0);
}
