//! R14, R15: a token ends when it should, on connections that are open, and stays ended.

use std::time::{Duration, Instant};

use super::house::client::Client;
use super::house::server::House;
use super::house::wire::Wire;

/// One request on an open connection; answers its status.
fn knock(wire: &mut Wire, token: &str) -> u16 {
    let request =
        format!("GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n");
    wire.send(request.as_bytes()).unwrap();
    wire.reply().unwrap().status
}

/// Knocks until the answer is 401; says when that was. At most ten seconds.
fn until_refused(wire: &mut Wire, token: &str) -> Instant {
    let begun = Instant::now();
    loop {
        match knock(wire, token) {
            401 => return Instant::now(),
            status => assert_eq!(status, 200),
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "it is accepted for ever"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_token_expires_on_time_on_a_connection_that_is_open() {
    let house = House::open();
    let before = Instant::now();
    let token = house.cli(&["token", "new", "--expiry", "2s"]).prints();
    let after = Instant::now();
    let client = house.client(&token);
    let mut wire = client.wire();
    let ended = until_refused(&mut wire, &token);
    let life = Duration::from_secs(2);
    assert!(
        ended >= before + life,
        "too early by {:?}",
        (before + life) - ended
    );
    let late = ended.saturating_duration_since(after + life);
    assert!(late <= Duration::from_millis(1_500), "late by {late:?}");
    let list = house.cli(&["token", "list", "--json"]).prints();
    assert!(list.contains("expired"), "{list}");
}

#[test]
fn a_new_token_expires_after_ninety_days_and_never_is_warned_of() {
    let house = House::open();
    house.cli(&["token", "new"]).exits(0);
    let never = house.cli(&["token", "new", "--expiry", "never"]);
    assert!(matches!(never.code, Some(0 | 5)));
    assert!(never.stderr.contains("never expires"), "{}", never.stderr);
    let list = house.cli(&["token", "list", "--json"]).prints();
    let list: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
    let instant = |at: usize, name: &str| -> Option<jiff::Timestamp> {
        list[at][name].as_str().map(|text| text.parse().unwrap())
    };
    let life = instant(0, "expires").unwrap() - instant(0, "created").unwrap();
    assert_eq!(life.get_seconds(), 90 * 24 * 60 * 60);
    assert_eq!(instant(1, "expires"), None);
    for wrong in ["", "0s", "-1d", "soon", "1000y", "9999999999999d", "90"] {
        house.cli(&["token", "new", "--expiry", wrong]).exits(2);
    }
}

/// Revokes with these arguments and input, and asserts that open connections notice.
fn revoked_quickly(house: &House, client: &Client, args: &[&str], input: &str) {
    let token = client.token();
    let mut busy = client.wire();
    let mut idle = client.wire();
    assert_eq!(knock(&mut busy, token), 200);
    assert_eq!(knock(&mut idle, token), 200);
    super::house::run::Run::with_input(&house.data(), args, input).exits(0);
    let done = Instant::now();
    let late = until_refused(&mut busy, token).saturating_duration_since(done);
    assert!(late <= Duration::from_secs(2), "late by {late:?}");
    assert_eq!(knock(&mut idle, token), 401);
    client.get("/Users").is(401);
}

#[test]
fn a_revoked_token_is_refused_at_once_on_open_connections_and_after_a_restart() {
    let mut house = House::open();
    let [by_number, on_stdin, kept] = [house.idp(), house.idp(), house.idp()];
    revoked_quickly(&house, &by_number, &["token", "revoke", "1"], "");
    let token = format!("  {}\n", on_stdin.token());
    revoked_quickly(&house, &on_stdin, &["token", "revoke", "-"], &token);
    kept.get("/Users").is(200);
    house.kill();
    house.start();
    house.client(by_number.token()).get("/Users").is(401);
    house.client(on_stdin.token()).get("/Users").is(401);
    house.client(kept.token()).get("/Users").is(200);
    house.cli(&["token", "revoke", "4711"]).exits(3);
}

#[test]
fn a_paused_connection_says_so_and_comes_back() {
    let house = House::open();
    let idp = house.idp();
    house.cli(&["connection", "pause", "default"]).exits(0);
    let reply = idp.request("GET", "/Users").try_send().unwrap();
    assert_eq!(reply.status, 503, "{}", reply.told());
    assert!(reply.header("retry-after").is_some());
    assert_eq!(reply.at("/status"), "503");
    house.cli(&["connection", "resume", "default"]).exits(0);
    idp.get("/Users").is(200);
}

#[test]
fn a_token_made_beside_a_running_server_works_at_once() {
    let house = House::open();
    for _ in 0..5 {
        house.idp().get("/Users").is(200);
    }
}
