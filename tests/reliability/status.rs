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
