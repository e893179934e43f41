use serde_json::{Value, json};

use crate::house::server::House;

#[track_caller]
fn contains(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            panic!("no `{part}`, or not in this order, in:\n{text}");
        };
        rest = behind;
    }
}

#[test]
fn a_history_tells_what_was_asked_and_what_it_changed() {
    let mut house = House::open();
    let idp = house.idp();
    idp.find("/Users", r#"userName eq "mira@example.net""#)
        .counts(0);
    let mira = idp.user_with(
        "mira@example.net",
        json!({"externalId": "mh-1", "title": "Clerk", "emails": [{"type": "work", "value": "m.holt@example.net"}]}),
    );
    let noah = idp.user("noah@example.net");
    let auditors = idp.group("Auditors", &[&mira]);
    let users = format!("/Users/{mira}");
    idp.patch(
        &users,
        json!([
            {"op": "Replace", "path": "title", "value": "Head"},
            {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "mira.holt@example.net"},
            {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Audit"}
        ]),
    )
    .is(200);
    idp.patch(
        &format!("/Groups/{auditors}"),
        json!([{"op": "remove", "path": format!("members[value eq \"{mira}\"]")}]),
    );
    idp.delete(&format!("/Groups/{auditors}")).is(204);
    idp.put(&users, &json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "mira.holt@example.net"}))
        .is(200);
    for _ in 0..3 {
        idp.get(&users).is(200);
    }
    house.stop();

    let told = house
        .cli(&["user", "history", "Mira.Holt@example.net"])
        .prints();
    contains(
        &told,
        &[
            &format!("mira.holt@example.net: user {mira} of connection default"),
            "token (token 1) asked to create a user\n",
            "→ created",
            "came to be, with:",
            "userName: \"mira@example.net\"",
            "title: \"Clerk\"",
            "asked to create a group",
            &format!("joined the group “Auditors” ({auditors})"),
            &format!("asked to change user {mira}"),
            "title: \"Clerk\" → \"Head\"",
            "emails[type eq \"work\"].value: \"m.holt@example.net\" → \"mira.holt@example.net\"",
            "department: \"Audit\"",
            &format!("asked to change group {auditors}"),
            &format!("left the group “Auditors” ({auditors})"),
            &format!("asked to replace user {mira}"),
            "userName: \"mira@example.net\" → \"mira.holt@example.net\"",
            "title: \"Head\" → nothing",
            "(3 times until ",
        ],
    );
    assert!(!told.contains(&noah), "{told}");
    let by_id = house.cli(&["user", "history", &mira]).prints();
    contains(
        &by_id,
        &["asked to look for a user", "asked to create a user"],
    );
}

#[test]
fn whoever_is_kept_although_they_were_deleted_is_not_said_to_be_gone() {
    let house = House::open();
    let idp = house.connection("okta", &["delete=deactivate"]);
    let mira = idp.user_with("mira@example.net", json!({"active": true}));
    idp.delete(&format!("/Users/{mira}")).is(204);
    let told = house.cli(&["user", "history", "mira@example.net"]).prints();
    contains(&told, &["asked to delete", "active: true → false"]);
    assert!(!told.contains("is gone"), "{told}");
}

#[test]
fn somebody_who_is_gone_or_never_was_is_found_by_any_name() {
    let mut house = House::open();
    let idp = house.idp();
    let mira = idp.user_with(
        "mira@example.net",
        json!({"externalId": "mh-1", "emails": [{"type": "work", "value": "m.holt@example.net"}]}),
    );
    idp.delete(&format!("/Users/{mira}")).is(204);
    idp.post(
        "/Users",
        &json!({"schemas": [], "userName": "noah@example.net", "active": 17}),
    )
    .is(400);
    house.stop();
    for who in ["mira@example.net", "MH-1", "m.holt@example.net", &mira] {
        let told = house.cli(&["user", "history", who]).prints();
        contains(
            &told,
            &[
                "Nobody has this name now",
                "came to be",
                "asked to delete",
                "is gone, and had:",
                "externalId: \"mh-1\"",
            ],
        );
    }
    let told = house.cli(&["user", "history", "noah@example.net"]).prints();
    contains(
        &told,
        &[
            "Nobody has this name now",
            "asked to create a user",
            "→ refused (400): invalidValue: active: expected true or false, found 17",
            "sent: {\"schemas\":[],\"userName\":\"n…@e….net\",\"active\":\"«number»\"}",
        ],
    );
    // Without the exchanges the change record still knows who was here.
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(house.data().join(format!("exchanges.sqlite{end}")));
    }
    let told = house
        .cli(&["user", "history", "m.holt@example.net"])
        .prints();
    contains(&told, &["came to be, with:", "is gone, and had:"]);
    let run = house
        .cli(&["user", "history", "nobody@example.net"])
        .exits(3);
    assert!(
        run.stderr
            .contains("nothing is known of anybody called `nobody@example.net`")
    );
}

#[test]
fn somebody_who_is_gone_is_found_in_any_letter_case_and_by_any_sign() {
    let mut house = House::open();
    let idp = house.idp();
    let omer = idp.user("ömer@example.net");
    let quoted = idp.user(r#"the "ada\lovelace"#);
    for id in [&omer, &quoted] {
        idp.delete(&format!("/Users/{id}")).is(204);
    }
    house.stop();
    // Without the exchanges, which know them too.
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(house.data().join(format!("exchanges.sqlite{end}")));
    }
    for (who, id) in [
        ("ÖMER@example.net", &omer),
        (r#"The "Ada\Lovelace"#, &quoted),
    ] {
        let told = house.cli(&["user", "history", who]).prints();
        contains(
            &told,
            &[
                "Nobody has this name now",
                &format!("asked to delete user {id}"),
            ],
        );
    }
}

#[test]
fn a_failure_of_a_simulated_person_is_explained_well_enough_to_repair_it() {
    let mut house = House::open();
    let token = house.cli(&["token", "new", "--name", "entra"]).prints();
    house
        .cli(&["connection", "set", "default", "dialect=strict"])
        .exits(0);
    let file = house.data().with_file_name("token");
    std::fs::write(&file, token).unwrap();
    house.cli(&[
        "simulate",
        "entra",
        "--users",
        "4",
        "--groups",
        "1",
        "--flag",
        "off",
        "--insecure",
        "--token-file",
        file.to_str().unwrap(),
    ]);
    house.stop();

    let failed = house
        .cli(&["log", "--failed", "--json", "--limit", "500"])
        .prints();
    let failed: Value = serde_json::from_str(&failed).unwrap();
    let patch = failed
        .as_array()
        .unwrap()
        .iter()
        .find(|event| {
            event["method"] == "PATCH"
                && event["asked"].as_str().unwrap().starts_with("change user")
        })
        .unwrap_or_else(|| panic!("nothing failed: {failed:#}"));
    let who = patch["resource"].as_str().unwrap();
    let told = house.cli(&["user", "history", who]).prints();
    contains(
        &told,
        &[
            "entra (token 1) asked to create a user",
            &format!("entra (token 1) asked to change user {who}"),
            "→ refused (400): ",
            "Operations[0]",
            &format!("[request {}]", patch["request"].as_str().unwrap()),
            "sent: {\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":",
        ],
    );
    let json = house.cli(&["user", "history", who, "--json"]).prints();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["people"][0]["id"], who);
    let entry = json["entries"].as_array().unwrap().iter();
    let refused = entry.filter(|entry| entry["failed"] == true).count();
    assert!(refused > 0, "{json:#}");
}
