//! RFC 6749 section 4.4: a client shows its id and secret and gets a token for a short time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::clients::{FORM, GRANT, Pair, client, pair, refused, sent, token};
use super::house::client::Client;
use super::house::server::House;

fn listed(house: &House) -> Value {
    serde_json::from_str(&house.cli(&["token", "list", "--json"]).prints()).unwrap()
}

#[test]
fn a_client_gets_an_access_token_and_comes_in_with_it() {
    let house = House::open();
    let client = client(&house, &["--name", "ping"]);
    let reply = client.asks(&house).is(200);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("pragma"), Some("no-cache"));
    assert_eq!(reply.at("/token_type"), "Bearer");
    assert_eq!(reply.at("/expires_in"), 3_600);
    assert_eq!(reply.at("/scope"), "provision");
    let idp = house.client(&token(&reply));
    let id = idp.user("ada@example.net");
    idp.get(&format!("/Users/{id}")).is(200);

    let by_form = client.asks_by_form(&house, "").is(200);
    assert_ne!(token(&by_form), token(&reply));
    // Slashes too many are as harmless here as anywhere.
    let request = house.stranger();
    let doubled = sent(
        request
            .absolute("POST", "//oauth//token/")
            .header("Authorization", &client.basic())
            .body(FORM, GRANT.into()),
    );
    house
        .client(&token(&doubled.is(200)))
        .get("/Users")
        .counts(1);
}

#[test]
fn the_secret_opens_nothing_by_itself() {
    let house = House::open();
    let client = client(&house, &[]);
    house.client(&client.secret).get("/Users").is(401);
    let access = client.enters(&house);
    let wrong = Pair {
        secret: access.token().to_owned(),
        ..client
    };
    refused(wrong.asks(&house), 401, "invalid_client");
}

#[test]
fn a_client_that_may_only_read_gets_no_more() {
    let house = House::open();
    let reader = client(&house, &["--scope", "read"]);
    let reply = reader.asks(&house).is(200);
    assert_eq!(reply.at("/scope"), "read");
    let idp = house.client(&token(&reply));
    idp.get("/Users").counts(0);
    idp.post("/Users", &json!({"userName": "eve"}))
        .refused(403, "");
    refused(
        reader.asks_by_form(&house, "&scope=provision"),
        400,
        "invalid_scope",
    );

    let writer = client(&house, &[]);
    let less = writer.asks_by_form(&house, "&scope=read").is(200);
    assert_eq!(less.at("/scope"), "read");
    house
        .client(&token(&less))
        .post("/Users", &json!({"userName": "eve"}))
        .refused(403, "");
    let all = writer.asks_by_form(&house, "&scope=provision").is(200);
    house.client(&token(&all)).user("ada");
    for wrong in ["admin", "provision+read", "Read"] {
        let reply = writer.asks_by_form(&house, &format!("&scope={wrong}"));
        refused(reply, 400, "invalid_scope");
    }
}

#[test]
fn revoking_a_client_ends_its_access_tokens_at_the_next_request() {
    let house = House::open();
    let bearer = house.idp();
    let client = client(&house, &[]);
    let (first, second) = (client.enters(&house), client.enters(&house));
    first.get("/Users").counts(0);
    house.cli(&["token", "revoke", "2"]).exits(0);
    let unknown = house.client("appliance_x").get("/Users").is(401).text();
    assert_eq!(first.get("/Users").is(401).text(), unknown);
    assert_eq!(second.get("/Users").is(401).text(), unknown);
    refused(client.asks(&house), 401, "invalid_client");
    bearer.get("/Users").counts(0);
}

#[test]
fn a_successor_ends_the_old_client_when_it_is_first_used() {
    let house = House::open();
    let old = client(&house, &["--name", "ping"]);
    let before = old.enters(&house);
    let new = pair(
        &house
            .cli(&["token", "rotate", "1", "--overlap", "24h"])
            .exits(0),
    );
    assert_ne!(old.id, new.id);
    before.get("/Users").counts(0);
    old.enters(&house).get("/Users").counts(0);

    let after = new.enters(&house);
    let begun = Instant::now();
    // The old one ends behind the answer.
    while before.get("/Users").status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
    refused(old.asks(&house), 401, "invalid_client");
    after.get("/Users").counts(0);
    let listed = listed(&house);
    assert_eq!(listed[0]["state"], "revoked");
    assert_eq!(listed[1]["name"], "ping");
    assert_eq!(listed[1]["clientId"], new.id.as_str());
}

#[test]
fn an_access_token_ends_when_its_time_or_that_of_its_client_is_over() {
    let house = House::open();
    let long = client(&house, &[]);
    house
        .cli(&["connection", "set", "default", "access_expiry=1s"])
        .exits(0);
    let reply = long.asks(&house).is(200);
    assert_eq!(reply.at("/expires_in"), 1);
    let idp = house.client(&token(&reply));
    let until_refused = |idp: &Client| {
        let begun = Instant::now();
        while idp.get("/Users").status == 200 {
            assert!(begun.elapsed() < Duration::from_secs(10));
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until_refused(&idp);
    // The client itself is still good.
    long.enters(&house);

    house
        .cli(&["connection", "set", "default", "access_expiry=1h"])
        .exits(0);
    let short = client(&house, &["--expiry", "2s"]);
    let reply = short.asks(&house).is(200);
    assert!(reply.at("/expires_in").as_i64().unwrap() <= 2);
    until_refused(&house.client(&token(&reply)));
    refused(short.asks(&house), 401, "invalid_client");

    let status = house.cli(&["status", "--json"]).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    let text = status["warnings"].to_string();
    // That an access token ends is how it should be.
    assert!(!text.contains("stale"), "{text}");
    for wrong in ["0s", "2d", "never", "soon"] {
        let setting = format!("access_expiry={wrong}");
        house
            .cli(&["connection", "set", "default", &setting])
            .exits(2);
    }
}

#[test]
fn clients_are_listed_with_their_last_use_and_never_with_their_secret() {
    let mut house = House::open();
    let client = client(&house, &["--name", "ping"]);
    let idp = client.enters(&house);
    let access = idp.token().to_owned();
    idp.user("ada@example.net");
    house.stop();
    let listed = listed(&house);
    assert_eq!(listed[0]["kind"], "oauth");
    assert_eq!(listed[0]["clientId"], client.id.as_str());
    assert_eq!(listed[0]["lastAddress"], "127.0.0.1");
    assert!(listed[0]["lastUsed"].is_string());
    assert!(listed[0]["daysLeft"].as_i64().unwrap() >= 89);
    let status = house.cli(&["status", "--json"]).exits(0).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    let token = &status["connections"][0]["tokens"][0];
    assert_eq!(token["clientId"], client.id.as_str());
    assert_eq!(token["lastAddress"], "127.0.0.1");

    let exchanges = house.cli(&["log", "--json"]).exits(0).stdout;
    assert!(exchanges.contains("/oauth/token"), "{exchanges}");
    let told = [
        house.log(),
        exchanges,
        house.cli(&["token", "list"]).exits(0).stdout,
        house.cli(&["status"]).exits(0).stdout,
    ];
    let basic = client.basic();
    let (_, basic) = basic.split_once(' ').unwrap();
    for secret in [client.secret.as_str(), &access, basic] {
        assert!(told.iter().all(|text| !text.contains(secret)), "{secret}");
        for entry in std::fs::read_dir(house.data()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(30)
                .any(|part| part == &secret.as_bytes()[..30]);
            assert!(!found, "a secret is in {}", path.display());
        }
    }
}

#[test]
fn rules_about_tokens_hold_for_clients_too() {
    let house = House::open();
    house.cli(&["connection", "new", "bound"]).exits(0);
    let set = |settings: &[&str]| {
        house
            .cli(&[&["connection", "set", "bound"], settings].concat())
            .exits(0);
    };
    let new = ["token", "new", "--oauth", "--connection", "bound"];
    set(&["terms=Be fair.", "token_longest=10d", "token_expiry=10d"]);
    house.cli(&new).exits(4);
    house
        .cli(&["connection", "accept-terms", "bound", "--by", "Grace"])
        .exits(0);
    house
        .cli(&[&new[..], &["--expiry", "11d"]].concat())
        .exits(4);
    set(&["single_token=on"]);
    let first = pair(&house.cli(&new).exits(0));
    let idp = first.enters(&house);
    idp.get("/Users").counts(0);
    let second = pair(&house.cli(&new).exits(0));
    idp.get("/Users").is(401);
    refused(first.asks(&house), 401, "invalid_client");
    second.enters(&house).get("/Users").counts(0);

    house.cli(&["connection", "pause", "bound"]).exits(0);
    let paused = refused(second.asks(&house), 503, "temporarily_unavailable");
    assert!(paused.header("retry-after").is_some());
}

#[test]
fn a_restart_forgets_no_access_token() {
    let mut house = House::open();
    let token = client(&house, &[]).enters(&house).token().to_owned();
    house.kill();
    house.start();
    house.client(&token).get("/Users").counts(0);
}
