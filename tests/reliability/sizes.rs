//! R27, R31: what is too large is refused before it costs memory.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::client::Client;
use super::house::server::House;

const BODY: usize = 4 << 20;
const BULK_BODY: usize = 8 << 20;

/// A user of exactly this many bytes of JSON, by an attribute that is dropped.
fn padded(size: usize) -> Vec<u8> {
    let (start, end) = ("{\"userName\":\"large\",\"unknown\":[", "\"\"]}");
    let item = format!("\"{}\",", "x".repeat(1_000));
    let mut body = start.to_owned();
    while body.len() + item.len() + end.len() <= size {
        body.push_str(&item);
    }
    body.push_str(&" ".repeat(size - body.len() - end.len()));
    body.push_str(end);
    body.into_bytes()
}

#[test]
fn a_body_above_the_limit_is_413_and_one_at_the_limit_is_read() {
    let house = House::open();
    let idp = house.idp();
    let send = |path: &str, body: Vec<u8>| {
        idp.request("POST", path)
            .body("application/json", body)
            .send()
    };
    send("/Users", padded(BODY)).is(201);
    for size in [BODY + 1, BODY + 100_000, 2 * BODY] {
        send("/Users", padded(size)).refused(413, "");
    }
    send("/Bulk", padded(BULK_BODY + 1)).refused(413, "");
    idp.get("/Users").counts(1);
}

#[test]
fn a_body_of_unknown_length_is_cut_off_at_the_limit() {
    let house = House::open();
    let idp = house.idp();
    let mut wire = idp.wire();
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nTransfer-Encoding: chunked\r\n\r\n",
        idp.token()
    );
    wire.send(head.as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    // The server may close while we still send: what counts is that it answered or closed in time.
    for _ in 0..100 {
        if wire.send(chunk.as_bytes()).is_err() {
            break;
        }
    }
    if let Ok(reply) = wire.reply() {
        assert_eq!(reply.status, 413, "{}", reply.text());
    }
    idp.get("/Users").counts(0);
}

#[test]
fn an_announced_giant_is_refused_before_it_is_sent() {
    let house = House::open();
    let idp = house.idp();
    for length in ["4194305", "99999999999", "9223372036854775807"] {
        let head = format!(
            "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: {length}\r\n\r\n",
            idp.token()
        );
        let begun = Instant::now();
        assert_eq!(idp.raw(head.as_bytes()).unwrap().status, 413, "{length}");
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn a_long_text_is_refused_with_its_place() {
    let house = House::open();
    let idp = house.idp();
    let long = "x".repeat((64 << 10) + 1);
    idp.user_with("fits@example.net", json!({"title": "x".repeat(64 << 10)}));
    for (more, place) in [
        (json!({"title": long}), "title"),
        (json!({"name": {"givenName": long}}), "name.givenName"),
        (json!({"emails": [{"value": long}]}), "emails[0].value"),
    ] {
        let mut body = json!({"userName": "ada@example.net"});
        super::house::client::merge(&mut body, more);
        let reply = idp.post("/Users", &body).refused(400, "invalidValue");
        let detail = reply.at("/detail");
        assert!(detail.as_str().unwrap().contains(place), "{detail}");
    }
    idp.get("/Users").counts(1);
}

#[test]
fn too_many_operations_are_refused() {
    let house = House::open();
    let idp = house.idp();
    let id = idp.user("ada@example.net");
    let operation = json!({"method": "DELETE", "path": format!("/Users/{id}")});
    let bulk = |count: usize| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": vec![operation.clone(); count]
        })
    };
    idp.post("/Bulk", &bulk(1_001)).refused(413, "");
    idp.get(&format!("/Users/{id}")).is(200);
    let operations: Vec<Value> = (0..5_001)
        .map(|n| json!({"op": "add", "path": "title", "value": n.to_string()}))
        .collect();
    let reply = idp.patch(&format!("/Users/{id}"), json!(operations));
    assert!(matches!(reply.status, 400 | 413), "{}", reply.told());
    idp.patch(&format!("/Users/{id}"), json!(operations[..5_000]))
        .is(200);
    let config = idp.get("/ServiceProviderConfig").json();
    assert_eq!(config["bulk"]["maxOperations"], 1_000);
    assert_eq!(config["bulk"]["maxPayloadSize"], BULK_BODY);
    assert_eq!(config["filter"]["maxResults"], 1_000);
}

/// Posts bodies of the largest size that is read, and some larger, from many threads at once.
fn flood(idp: &Client) {
    std::thread::scope(|scope| {
        for number in 0..16_usize {
            let client = idp.again();
            scope.spawn(move || {
                for round in 0..4 {
                    let size = if (number + round) % 2 == 0 {
                        BODY
                    } else {
                        BODY + 1
                    };
                    let request = client
                        .request("POST", "/Users")
                        .body("application/json", padded(size));
                    let reply = request.try_send().unwrap();
                    assert!(
                        matches!(reply.status, 201 | 409 | 413 | 503),
                        "{}",
                        reply.told()
                    );
                }
            });
        }
    });
}

#[test]
fn a_flood_of_large_bodies_stays_within_bounds() {
    let house = House::open();
    let idp = house.idp();
    idp.user("ada@example.net");
    let start = house.memory("VmRSS:");
    flood(&idp);
    let peak = house.memory("VmHWM:");
    assert!(peak < start + (256 << 10), "from {start} to {peak} KiB");
    let begun = Instant::now();
    loop {
        let now = house.memory("VmRSS:");
        if now < start + (96 << 10) {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "still {now} KiB, {start} at the start"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn bodies_of_crumbs_are_refused_before_they_take_room() {
    let house = House::open();
    let token = house.cli(&["token", "new", "--scope", "read"]).prints();
    let start = house.memory("VmRSS:");
    let crumbs = format!(
        "{{\"Operations\":[{}0]}}",
        "{\"a\":0},".repeat(BULK_BODY / 8 - 8)
    );
    std::thread::scope(|scope| {
        for _ in 0..12 {
            let client = house.client(&token);
            let crumbs = &crumbs;
            scope.spawn(move || {
                let request = client
                    .request("POST", "/Bulk")
                    .body("application/json", crumbs.clone().into_bytes());
                let reply = request.try_send().unwrap();
                assert!(matches!(reply.status, 413 | 503), "{}", reply.told());
            });
        }
    });
    let peak = house.memory("VmHWM:");
    assert!(peak < start + (256 << 10), "from {start} to {peak} KiB");
}

#[test]
fn a_compressed_body_is_415_and_never_inflated() {
    let house = House::open();
    let idp = house.idp();
    let start = house.memory("VmHWM:");
    // The head of a gzip file; what follows is never looked at.
    let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    bomb.resize(300_000, 0);
    for encoding in [
        "gzip",
        "x-gzip",
        "deflate",
        "br",
        "zstd",
        "compress",
        "GZIP",
        "gzip, gzip",
        "identity, gzip",
        "unknown",
    ] {
        for path in ["/Users", "/Bulk", "/.search"] {
            let request = idp
                .request("POST", path)
                .header("Content-Encoding", encoding);
            request
                .body("application/json", bomb.clone())
                .send()
                .refused(415, "");
        }
    }
    let plain = idp
        .request("POST", "/Users")
        .header("Content-Encoding", "identity");
    plain.json(&json!({"userName": "ada"})).send().is(201);
    let peak = house.memory("VmHWM:");
    assert!(peak < start + (64 << 10), "from {start} to {peak} KiB");
}
