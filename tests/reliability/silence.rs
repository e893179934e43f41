//! R41, R42: the server speaks to nobody on its own, and its log says nothing of people or secrets.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::client::{Client, encoded};
use super::house::server::House;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[test]
fn no_address_in_the_data_is_ever_visited() {
    let canary = TcpListener::bind("127.0.0.1:0").unwrap();
    canary.set_nonblocking(true).unwrap();
    let at = canary.local_addr().unwrap();
    let url = |name: &str| format!("http://{at}/{name}");
    let house = House::open();
    let idp = house.idp();
    let more = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", url("schema")],
        "profileUrl": url("profile"),
        "photos": [{"value": url("photo"), "type": "photo"}],
        "emails": [{"value": "ada@example.net", "$ref": url("email")}],
        "meta": {"location": url("location")},
        (ENTERPRISE): {"manager": {"value": "x", "$ref": url("manager")}},
        (url("extension")): {"a": 1}
    });
    let id = idp.user_with("ada@example.net", more);
    let group = idp.group("Crew", &[]);
    let member = json!([{"value": id, "$ref": url("member"), "type": "User"}]);
    idp.patch(
        &format!("/Groups/{group}"),
        json!([{"op": "add", "path": "members", "value": member}]),
    );
    idp.patch(
        &format!("/Users/{id}"),
        json!([
            {"op": "replace", "path": "profileUrl", "value": url("again")},
            {"op": "add", "path": "photos", "value": [{"value": url("more"), "type": "thumbnail"}]}
        ]),
    )
    .is(200);
    idp.find("/Users", &format!("profileUrl eq \"{}\"", url("again")))
        .counts(1);
    for (name, value) in [
        ("Referer", url("referer")),
        ("Origin", url("origin")),
        ("X-Forwarded-Host", at.to_string()),
        ("Forwarded", format!("host={at}")),
        ("Host", at.to_string()),
    ] {
        idp.request("GET", "/Users")
            .header(name, &value)
            .try_send()
            .unwrap();
    }
    idp.get("/Users").counts(1);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(500) {
        match canary.accept() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            visit => panic!("somebody came: {visit:?}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Goes through every verb, rightly and wrongly, with a canary in every place that a client fills.
fn let_canaries_fly(house: &House, idp: &Client) {
    let canary = |name: &str| format!("canary-{name}");
    let body = json!({
        "userName": canary("user@example.net"),
        "displayName": canary("display"),
        "externalId": canary("external"),
        "password": canary("password"),
        "name": {"familyName": canary("family"), "givenName": canary("given")},
        "emails": [{"value": canary("mail@example.net"), "type": "work"}],
        "phoneNumbers": [{"value": canary("phone")}],
        "addresses": [{"streetAddress": canary("street")}],
        "inventedAttribute": canary("invented"),
        (ENTERPRISE): {"department": canary("department")}
    });
    let id = idp.post("/Users", &body).is(201).id();
    let path = format!("/Users/{id}");
    let group = idp.group(&canary("group"), &[&id]);
    idp.post("/Users", &body).is(409);
    idp.put(&path, &body).is(200);
    idp.patch(
        &path,
        json!([{"op": "Replace", "path": "displayName", "value": canary("patched")}]),
    )
    .is(200);
    idp.patch(
        &path,
        json!([{"op": "add", "path": "active", "value": canary("boolean")}]),
    )
    .is(400);
    idp.patch(
        &path,
        json!([{"op": "add", "path": canary("path"), "value": 1}]),
    );
    idp.patch(&path, json!([{"op": "add", "path": "emails[type eq \"canary-filter\"].value", "value": "canary-x"}]));
    idp.find("/Users", "displayName eq \"canary-query\"")
        .counts(0);
    idp.find("/Users", "canary-query eq").is(400);
    idp.get("/Users?canary-parameter=canary-value&attributes=canary-attribute");
    idp.get("/Users/canary-id").is(404);
    idp.get("/canary-path/canary-more").is(404);
    idp.request("CANARY-METHOD", "/Users").send();
    idp.request("GET", "/Users")
        .header("User-Agent", "canary-agent")
        .header("X-Canary", "canary-header")
        .send();
    idp.request("GET", "/Users")
        .header("If-Match", "canary-tag")
        .send();
    idp.request("POST", "/Users")
        .body("canary/media", b"canary-body".to_vec())
        .send()
        .is(415);
    idp.request("POST", "/Users")
        .body("application/json", b"{canary-json".to_vec())
        .send()
        .is(400);
    let secret = idp.token();
    house
        .stranger()
        .get(&format!("/Users?access_token={secret}"))
        .is(401);
    house.client("canary-token").get("/Users").is(401);
    house.client(&secret[..40]).get("/Users").is(401);
    let bulk = json!({"Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "canary-bulk", "data": {"userName": canary("bulk")}},
        {"method": "POST", "path": "/canary-endpoint", "data": {}}
    ]});
    idp.post("/Bulk", &bulk);
    idp.post(
        "/.search",
        &json!({"filter": "userName eq \"canary-search\""}),
    );
    idp.delete(&format!("/Groups/{group}")).is(204);
    idp.delete(&path).is(204);
}

#[test]
fn the_log_holds_no_token_no_person_and_no_query() {
    let mut house = House::open();
    let idp = house.idp();
    let_canaries_fly(&house, &idp);
    let secret = idp.token();
    house.stop();
    let log = house.log();
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines.len() >= 25, "{log}");
    for line in &lines {
        assert!(!line.to_lowercase().contains("canary"), "{line}");
        assert!(
            !line.contains(&secret[10..30]) && !line.contains(&secret[40..]),
            "a token: {line}"
        );
        assert!(
            !line.contains("filter=") && !line.contains("access_token"),
            "a query: {line}"
        );
        let json: Result<Value, _> = serde_json::from_str(line);
        assert!(json.is_ok(), "not one JSON object to a line: {line}");
    }
    let requests: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|json| json.get("fields").unwrap_or(&json).clone())
        .filter(|fields| fields.get("status").is_some())
        .collect();
    assert_eq!(requests.len(), 25, "one line for each request");
    for fields in requests {
        assert!(
            fields.get("request").is_some_and(Value::is_string),
            "{fields}"
        );
        assert!(fields.get("connection").is_some(), "{fields}");
    }
}

#[test]
fn control_characters_never_reach_the_log_raw() {
    let mut house = House::open();
    let idp = house.idp();
    for sign in ["\n", "\r\n", "\u{1b}[31m", "\u{0}", "\u{202e}", "\u{2028}"] {
        let text = encoded(&format!("x{sign}{{\"message\":\"forged\"}}"));
        for target in [
            format!("/scim/v2/Users/{text}"),
            format!("/scim/v2/{text}"),
            format!("/scim/v2/Users?filter={text}"),
        ] {
            idp.absolute("GET", &target).send();
        }
    }
    house.stop();
    let log = house.log();
    assert!(!log.contains("forged"));
    assert!(!log.contains('\u{1b}') && !log.contains('\u{202e}'));
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line:?}");
    }
}
