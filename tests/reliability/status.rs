//! `appliance status` knows what happened, and warns before something breaks.

use serde_json::{Value, json};

use super::house::server::House;

/// What `appliance status` says, and its exit code.
fn status(house: &House) -> (Value, Option<i32>) {
    let run = house.cli(&["status", "--json"]);
    assert_eq!(run.stderr, "");
    (serde_json::from_str(&run.stdout).unwrap(), run.code)
}

fn kinds(status: &Value) -> Vec<&str> {
    let warnings = status["warnings"].as_array().unwrap();
    warnings
        .iter()
        .map(|warning| warning["kind"].as_str().unwrap())
        .collect()
}

#[test]
fn a_connection_at_work_is_shown_and_all_is_quiet() {
    let mut house = House::open();
    let idp = house.idp();
    let id = idp.user("ada@example.net");
    idp.user_with("bo@example.net", json!({"active": false}));
    idp.group("Crew", &[&id]);
    let changed = jiff::Timestamp::now();
    idp.get("/Users").counts(2);
    idp.get("/Users/none").is(404);
    house.cli(&["connection", "new", "idle"]).exits(0);
    house.stop();
    let (status, code) = status(&house);
    assert_eq!(code, Some(0), "{status}");
    let shown = &status["connections"][0];
    assert_eq!(shown["users"], json!({"active": 1, "inactive": 1}));
    assert_eq!(shown["groups"], 1);
    assert_eq!(shown["requestsIn24Hours"], 5);
    assert_eq!(shown["failedIn24Hours"], 0);
    let instant =
        |name: &str| -> jiff::Timestamp { shown[name].as_str().unwrap().parse().unwrap() };
    assert!(instant("lastChange") <= changed && changed <= instant("lastRequest"));
    assert_eq!(shown["tokens"][0]["daysLeft"], 89);
    assert_eq!(shown["tokens"][0]["lastAddress"], "127.0.0.1");
    assert_eq!(status["connections"][1]["lastRequest"], Value::Null);
    assert_eq!(status["certificate"]["selfSigned"], true);
    let table = house.cli(&["status"]).exits(0);
    assert!(table.stdout.contains("CONNECTION"), "{}", table.stdout);
    assert_eq!(table.stderr, "");
}

#[test]
fn who_comes_with_a_token_that_is_good_no_more_is_named() {
    let mut house = House::open();
    let revoked = house.idp();
    let brief = house.client(&house.cli(&["token", "new", "--expiry", "1s"]).prints());
    let other = House::open().idp().token().to_owned();
    revoked.get("/Users").is(200);
    house.cli(&["token", "revoke", "1"]).exits(0);
    for _ in 0..3 {
        revoked.get("/Users").is(401);
    }
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    brief.get("/Users").is(401);
    house.client(&other).get("/Users").is(401);
    house.client(&other[..50]).get("/Users").is(401);
    // The noise of the internet.
    house.client("admin").get("/Users").is(401);
    house.stranger().get("/Users").is(401);
    house.stop();
    let (status, code) = status(&house);
    assert_eq!(code, Some(5));
    let refused = status["refused"].as_array().unwrap();
    let find = |why: &str| refused.iter().find(|one| one["why"] == why).unwrap();
    assert_eq!(find("revoked")["times"], 3);
    assert_eq!(find("revoked")["token"], 1);
    assert_eq!(find("revoked")["address"], "127.0.0.1");
    assert_eq!(find("expired")["token"], 2);
    assert_eq!(find("unknown")["token"], Value::Null);
    assert_eq!(find("damaged")["times"], 1);
    assert_eq!(find("foreign")["times"], 1);
    assert_eq!(find("missing")["times"], 1);
    let mut kinds = kinds(&status);
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "credentialRefused",
            "credentialRefused",
            "noToken",
            "tokenRefused",
            "tokenRefused"
        ]
    );
    let said = house.cli(&["status"]).exits(5);
    assert!(
        said.stderr
            .contains("connection `default`: token 1 (`token`) is revoked, and was shown 3 times"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_token_that_expires_soon_and_requests_that_fail_are_warned_of() {
    let mut house = House::open();
    let idp = house.client(&house.cli(&["token", "new", "--expiry", "10d"]).prints());
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "ada@example.net"
    });
    idp.post("/Users", &body).is(201);
    for _ in 0..12 {
        idp.post("/Users", &body).is(409);
    }
    house.cli(&["connection", "pause", "default"]).exits(0);
    house.stop();
    let (status, code) = status(&house);
    assert_eq!(code, Some(5));
    assert_eq!(kinds(&status), ["paused", "tokenExpires", "failing"]);
    let text = |at: usize| status["warnings"][at]["text"].as_str().unwrap();
    assert!(text(1).contains("expires in 9 days; `appliance token rotate 1`"));
    assert!(text(2).starts_with("12 of 13 requests failed"));
    assert_eq!(status["connections"][0]["failedIn24Hours"], 12);
}

#[test]
fn counts_are_added_over_restarts() {
    let mut house = House::open();
    let token = house.idp().token().to_owned();
    for _ in 0..2 {
        let idp = house.client(&token);
        idp.get("/Users").is(200);
        idp.get("/Groups").is(200);
        house.restart();
    }
    let shown = status(&house).0;
    assert_eq!(shown["connections"][0]["requestsIn24Hours"], 4);
    assert_eq!(shown["connections"][0]["lastChange"], Value::Null);
}

/// As if the connection `default` had been asked in these hours before now and in no others, so often, and
/// so many requests had failed.
fn remember(house: &House, hours: impl Iterator<Item = i64>, requests: i64, failed: i64) {
    let sql = rusqlite::Connection::open(house.data().join("appliance.sqlite")).unwrap();
    sql.execute("DELETE FROM activity", []).unwrap();
    let now = jiff::Timestamp::now().as_millisecond();
    let mut insert = sql
        .prepare("INSERT OR REPLACE INTO activity (connection, hour, requests, failed) VALUES (1, ?1, ?2, ?3)")
        .unwrap();
    let mut last = i64::MIN;
    for ago in hours {
        let hour = now / 3_600_000 - ago;
        insert.execute([hour, requests, failed]).unwrap();
        last = last.max(hour * 3_600_000);
    }
    sql.execute("UPDATE heard SET last_request = ?1", [last])
        .unwrap();
}

#[test]
fn whoever_comes_every_hour_and_then_no_more_is_missed() {
    let mut house = House::open();
    house.idp().get("/Users").counts(0);
    house.stop();
    remember(&house, 5..100, 3, 0);
    let (silent, code) = status(&house);
    assert_eq!(
        (kinds(&silent).as_slice(), code),
        (&["silent"][..], Some(5))
    );
    let said = house.cli(&["status"]).exits(5).stderr;
    assert!(said.contains("connection `default`: "), "{said}");
    assert!(said.contains("5 hours"), "{said}");

    remember(&house, 0..2, 3, 0);
    let (quiet, code) = status(&house);
    assert_eq!((kinds(&quiet).len(), code), (0, Some(0)), "{quiet}");
}

#[test]
fn a_quarantine_is_warned_of_while_it_can_be_averted() {
    let mut house = House::open();
    house.idp().get("/Users").counts(0);
    house.stop();
    remember(&house, 0..10, 1_000, 240);
    let (failing, code) = status(&house);
    assert_eq!(
        (kinds(&failing).as_slice(), code),
        (&["failing"][..], Some(5))
    );
    let text = |status: &Value| status["warnings"][0]["text"].as_str().unwrap().to_owned();
    assert!(!text(&failing).contains("quarantine"), "{failing}");

    remember(&house, 0..10, 1_000, 260);
    let near = text(&status(&house).0);
    assert!(
        near.starts_with("2600 of 10000 requests failed in the last 24 hours (26 %)"),
        "{near}"
    );
    assert!(near.contains("Entra ID stops (quarantine)"), "{near}");
    // What is over is over.
    remember(&house, 0..10, 1_000, 20);
    assert_eq!(status(&house).1, Some(0));
}
