//! Nothing personal and nothing secret is in the file of exchanges.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::house::client::Client;
use crate::house::server::House;

/// Parts of every value that is sent here; none may be found anywhere.
const CANARIES: [&str; 6] = [
    "quetzal",
    "Quetzal",
    "QUETZAL",
    "4711",
    "hunter2",
    "appliance_",
];

/// Somebody whose every value is a canary, in a group whose name is one.
fn create(idp: &Client) -> [String; 2] {
    let user = idp.user_with(
        "quetzal@example.net",
        json!({
            "externalId": "quetzal-4711",
            "password": "hunter2-quetzal",
            "displayName": "Quetzal, \"Q\" \\ Ünal",
            "nickName": "quetzal",
            "active": "True",
            "name": {"givenName": "Quetzal", "familyName": "Quetzal"},
            "emails": [{"type": "work", "value": "quetzal@example.org", "primary": "true"}],
            "phoneNumbers": [{"type": "work", "value": "+49 30 4711"}],
            "addresses": [{"type": "work", "formatted": "Quetzal 4711"}],
            "photos": [{"type": "photo", "value": "https://example.org/quetzal.png"}],
            "quetzal@example.net": "quetzal",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "employeeNumber": "4711", "department": "Quetzal"
            }
        }),
    );
    let group = idp.group("Quetzal department", &[&user]);
    [user, group]
}

fn search(idp: &Client) {
    for filter in [
        r#"userName eq "quetzal@example.net""#,
        r#"emails[type eq "work" and value co "quetzal"]"#,
        r#"externalId eq "quetzal-4711" or displayName sw "Quetzal""#,
        "userName eq quetzal@example.net",
        "quetzal",
        r#"userName eq "quetzal"#,
        r#"quetzal is "Quetzal""#,
    ] {
        idp.find("/Users", filter);
    }
    idp.get(
        "/Users?filter=userName+eq+%22quetzal%22&attributes=userName&token=quetzal&quetzal+4711=1",
    );
    idp.get("/Users/quetzal@example.net");
    idp.get("/quetzal/4711");
}

fn change(idp: &Client, users: &str, group: &str) {
    for operations in [
        json!([{"op": "Replace", "path": "password", "value": "hunter2"}]),
        json!([{"op": "replace", "value": "hunter2", "path": "password"}]),
        json!([{"op": "Add", "path": "emails[type eq \"home\"].value", "value": "quetzal@example.com"}]),
        json!([{"op": "replace", "value": {"name.familyName": "Quetzal II", "title": "Quetzal"}}]),
        json!([{"op": "replace", "path": "active", "value": "quetzal 4711"}]),
        json!([{"op": "replace", "path": "emails[value eq \"quetzal@example.net\"].type", "value": "quetzal"}]),
        json!([{"op": "quetzal 4711", "path": "quetzal 4711", "value": ["quetzal"]}]),
        json!([{"op": "add", "path": "addresses[locality eq \"quetzal\"].region", "value": {"quetzal 4711": {"a": [4711]}}}]),
    ] {
        idp.patch(users, operations);
    }
    idp.patch(
        &format!("/Groups/{group}"),
        json!([{"op": "remove", "path": "members", "value": [{"value": "quetzal", "display": "Quetzal"}]}]),
    );
    idp.put(
        users,
        &json!({"schemas": ["quetzal 4711"], "userName": "quetzal@example.net", "title": 4711}),
    );
}

fn fail(idp: &Client) {
    let taken = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "QUETZAL@example.net"});
    idp.post("/Users", &taken).refused(409, "uniqueness");
    idp.post(
        "/Bulk",
        &json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                {"method": "POST", "path": "/Users", "bulkId": "quetzal-4711", "data": taken},
                {"method": "PATCH", "path": "/Users/quetzal-4711", "data": {"title": "quetzal"}},
                {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"userName": "quetzal3@example.net"}}
            ]
        }),
    );
    for body in [
        "quetzal 4711",
        "{\"userName\": quetzal}",
        "userName=quetzal",
        "{\"userName\":\"quetzal",
    ] {
        idp.request("POST", "/Users")
            .body("application/json", body.as_bytes().to_vec())
            .send();
    }
    let search =
        json!({"filter": "userName co \"quetzal\"", "sortBy": "name.familyName", "count": 5});
    idp.post("/Users/.search", &search);
}

/// Looks for every canary in the file and its log.
fn look(house: &House, when: &str) {
    let mut seen = 0;
    for end in ["", "-wal"] {
        let Ok(bytes) = std::fs::read(house.data().join(format!("exchanges.sqlite{end}"))) else {
            continue;
        };
        seen += bytes.len();
        for canary in CANARIES {
            let found = bytes
                .windows(canary.len())
                .position(|part| part == canary.as_bytes());
            let around = found.map(|at| {
                let part = &bytes[at.saturating_sub(200)..(at + 60).min(bytes.len())];
                String::from_utf8_lossy(part).into_owned()
            });
            assert_eq!(around, None, "{canary} {when} in exchanges.sqlite{end}");
        }
    }
    assert!(seen > 20_000, "{seen} bytes {when}");
}

#[test]
fn no_value_of_a_request_or_an_answer_reaches_the_file() {
    let mut house = House::open();
    let idp = house.idp();
    let [user, group] = create(&idp);
    let users = format!("/Users/{user}");
    idp.get(&users).is(200);
    search(&idp);
    change(&idp, &users, &group);
    fail(&idp);
    house
        .client("appliance_quetzal")
        .get("/Users?filter=quetzal")
        .is(401);
    idp.delete(&users).is(204);

    look(&house, "while it runs");
    house.stop();
    look(&house, "after the end");
    let kept = house.cli(&["log", "--json", "--limit", "1000"]).prints();
    let events: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let exchanges = events.as_array().unwrap().iter();
    let count = exchanges
        .filter(|event| event["type"] == "exchange")
        .count();
    assert!(count >= 30, "{count} exchanges were recorded");
    for canary in ["quetzal", "Quetzal", "QUETZAL", "hunter2"] {
        assert!(!kept.contains(canary), "{canary} is in the log");
    }
}

#[test]
fn the_file_is_private_and_can_be_switched_off() {
    use std::os::unix::fs::PermissionsExt;
    let mut house = House::open();
    let idp = house.idp();
    idp.user("mira@example.net");
    let begun = Instant::now();
    for end in ["", "-wal", "-shm"] {
        let file = house.data().join(format!("exchanges.sqlite{end}"));
        // It is recorded behind the answer.
        while !file.exists() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{end}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{end}");
    }
    house.stop();

    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("appliance.toml");
    std::fs::write(&config, "exchanges = \"off\"\n").unwrap();
    let config = config.to_str().unwrap();
    let house = House::with(&["--config", config]);
    house.idp().user("mira@example.net");
    assert!(!house.data().join("exchanges.sqlite").exists());
    let run = house.cli(&["log", "--config", config]).exits(0);
    assert!(
        run.stdout.contains("came to be: userName"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("requests are not recorded"),
        "{}",
        run.stderr
    );
    let history = house.cli(&["user", "history", "mira@example.net"]).prints();
    assert!(
        history.contains("userName: \"mira@example.net\""),
        "{history}"
    );
}
