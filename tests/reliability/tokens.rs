//! R11, R12: what a token looks like, and that it is nowhere but with its owner.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::house::server::House;

#[test]
fn a_token_is_long_random_and_safe_in_a_shell_and_a_header() {
    let house = House::open();
    let tokens: BTreeSet<String> = (0..8)
        .map(|_| house.cli(&["token", "new"]).exits(0).stdout)
        .collect();
    assert_eq!(tokens.len(), 8);
    for printed in &tokens {
        let token = printed
            .strip_suffix('\n')
            .expect("one line and nothing else");
        let (prefix, payload) = token.split_once('_').expect("a prefix that scanners know");
        assert_eq!(prefix, "appliance");
        // 256 bits of randomness and a CRC-32, five bits to a letter.
        assert_eq!(payload.len(), (256 + 32_usize).div_ceil(5));
        assert!(
            payload.chars().all(|c| matches!(c, 'a'..='z' | '2'..='7')),
            "{token}"
        );
    }
    // No two share more than chance allows: eight letters are forty bits.
    let payloads: BTreeSet<&str> = tokens.iter().map(|token| &token[10..18]).collect();
    assert_eq!(payloads.len(), 8);
}

#[test]
fn the_log_tells_a_damaged_token_from_an_unknown_one_and_the_client_does_not() {
    let house = House::open();
    let token = house.idp().token().to_owned();
    let other = House::open().idp().token().to_owned();
    let damaged = house
        .client(&token[..token.len() - 1])
        .get("/Users")
        .is(401);
    let unknown = house.client(&other).get("/Users").is(401);
    assert_eq!(damaged.text(), unknown.text());
    let refused = |log: &str| log.matches("credential refused").count();
    let log = house.log_when(|log| refused(log) == 2);
    let reasons: BTreeSet<String> = log
        .lines()
        .filter(|line| line.contains("credential refused"))
        .filter_map(|line| {
            let json: serde_json::Value = serde_json::from_str(line).ok()?;
            let fields = json.get("fields").unwrap_or(&json).clone();
            fields["why"].as_str().map(str::to_owned)
        })
        .collect();
    assert_eq!(reasons.len(), 2, "{reasons:?}");
}

#[test]
fn a_token_appears_nowhere() {
    let mut house = House::open();
    let idp = house.idp();
    let reader = house.reader();
    house.cli(&["connection", "new", "second"]).exits(0);
    let second = house.idp_of("second");
    let secrets: Vec<String> = [&idp, &reader, &second]
        .iter()
        .flat_map(|client| {
            let token = client.token();
            let payload = token.split_once('_').unwrap().1;
            [
                token.to_owned(),
                payload[..20].to_owned(),
                payload[20..].to_owned(),
            ]
        })
        .collect();
    // Used rightly, wrongly, and in the places where tokens do not belong.
    let id = idp.user("ada@example.net");
    let token = idp.token();
    let mut shown = Vec::new();
    for reply in [
        idp.get(&format!("/Users/{id}")),
        idp.get(&format!("/Users/{token}")),
        idp.get(&format!("/Users?filter=userName%20eq%20%22{token}%22")),
        idp.get(&format!("/Users?access_token={token}")),
        idp.find("/Users", &format!("{token} eq 1")),
        house
            .stranger()
            .get(&format!("/Users?access_token={token}")),
        house.stranger().get(&format!("/{token}")),
        house.client(&format!("{token}x")).get("/Users"),
        house.client(&token[..30]).get("/Users"),
        reader.post("/Users", &json!({"userName": "x"})),
    ] {
        // What a client put into an address or a filter may be quoted back to it, but the answer to a
        // stranger may not hold anything.
        if reply.status == 401 {
            shown.push(("the answer to a stranger".to_owned(), reply.text()));
        }
    }
    for args in [
        &["token", "list"][..],
        &["token", "list", "--json"],
        &["connection", "list", "--json"],
        &["connection", "show", "default", "--json"],
        &["export", "users", "--format", "ndjson"],
        &["export", "users", "--format", "csv"],
    ] {
        let run = house.cli(args).exits(0);
        shown.push((args.join(" "), format!("{}{}", run.stdout, run.stderr)));
    }
    for name in ["cmdline", "environ"] {
        let path = format!("/proc/{}/{name}", house.pid());
        let bytes = std::fs::read(&path).unwrap_or_default();
        shown.push((path, String::from_utf8_lossy(&bytes).into_owned()));
    }
    let running = everything(&house.data());
    house.stop();
    shown.extend(running);
    shown.extend(everything(&house.data()));
    shown.push(("the log".into(), house.log()));
    assert!(shown.len() > 12);
    for secret in &secrets {
        for (place, text) in &shown {
            assert!(
                !text.contains(secret),
                "a token, or half of one, is in {place}"
            );
        }
    }
}

/// Every file below a folder with what is in it.
fn everything(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                let name = path.display().to_string();
                found.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
    }
    found
}

#[test]
fn a_token_cannot_be_an_argument() {
    let house = House::open();
    let token = house.idp().token().to_owned();
    let run = house.cli(&["token", "revoke", &token]).exits(2);
    assert!(
        !run.stderr.contains(&token),
        "the mistake must not be repeated aloud"
    );
    house.client(&token).get("/Users").is(200);
}

#[test]
fn a_read_token_reads_and_nothing_else() {
    let house = House::open();
    let idp = house.idp();
    let id = idp.user("ada@example.net");
    let group = idp.group("Crew", &[&id]);
    let reader = house.reader();
    reader.get("/Users").counts(1);
    reader.get(&format!("/Users/{id}")).is(200);
    reader.get("/Schemas").is(200);
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName pr"
    });
    reader.post("/.search", &search).counts(1);
    let user = json!({"userName": "eve@example.net"});
    let operations = json!([{"op": "replace", "path": "active", "value": false}]);
    reader.post("/Users", &user).refused(403, "");
    reader
        .post("/Groups", &json!({"displayName": "x"}))
        .refused(403, "");
    reader.put(&format!("/Users/{id}"), &user).refused(403, "");
    reader
        .patch(&format!("/Users/{id}"), operations.clone())
        .refused(403, "");
    reader
        .patch(&format!("/Groups/{group}"), operations)
        .refused(403, "");
    reader.delete(&format!("/Users/{id}")).refused(403, "");
    reader.delete(&format!("/Groups/{group}")).refused(403, "");
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "DELETE", "path": format!("/Users/{id}")}]
    });
    let reply = reader.post("/Bulk", &bulk);
    let status = if reply.status == 200 {
        reply.at("/Operations/0/status")
    } else {
        json!(reply.status.to_string())
    };
    assert_eq!(status, "403", "{}", reply.told());
    idp.get(&format!("/Users/{id}"))
        .is(200)
        .shows(json!({"userName": "ada@example.net"}));
}
