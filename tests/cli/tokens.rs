use crate::run::House;
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_new_token_is_alone_on_stdout() {
    let house = House::new();
    let said = house.run("token new --name entra").exits(0);
    let token = said.stdout.strip_suffix('\n').unwrap();
    assert!(
        token.starts_with("appliance_") && token.len() > 60,
        "{token}"
    );
    assert!(
        token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    );
    said.mentions("will not be shown again")
        .mentions("expires in 90 days");
    assert!(!said.stderr.contains(token));
}

#[test]
fn a_token_is_nowhere_in_the_data_directory() {
    let house = House::new();
    let said = house.run("token new").exits(0);
    let token = said.stdout.trim();
    for entry in std::fs::read_dir(house.data()).unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        let found = bytes
            .windows(token.len())
            .any(|text| text == token.as_bytes());
        assert!(!found, "{:?}", entry.path());
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} is open to others", entry.path());
    }
    let mode = std::fs::metadata(house.data())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn the_list_shows_everything_but_the_token() {
    let house = House::new();
    let token = house
        .run("token new --name entra --expiry 2w")
        .exits(0)
        .stdout;
    house
        .run("token new --name app --scope read --expiry never")
        .exits(0);
    let table = house.run("token list").exits(0);
    assert_eq!(table.stderr, "");
    let lines: Vec<&str> = table.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", table.stdout);
    assert!(lines[0].starts_with("ID"), "{}", lines[0]);
    assert!(lines[1].contains("entra") && lines[1].contains("active"));
    assert!(lines[2].contains("read") && lines[2].contains("never"));
    let listed = house.run("token list --json").exits(0);
    assert!(!listed.stdout.contains(token.trim()));
    let listed = listed.json();
    assert_eq!(listed[0]["name"], "entra");
    assert_eq!(listed[0]["connection"], "default");
    assert_eq!(listed[0]["scope"], "provision");
    assert_eq!(listed[0]["state"], "active");
    assert_eq!(listed[1]["expires"], serde_json::Value::Null);
    assert!(listed[0]["expires"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn a_token_without_end_is_made_and_warned_of() {
    let house = House::new();
    let said = house.run("token new --expiry never").exits(0);
    assert_eq!(said.stdout.lines().count(), 1);
    said.mentions("warning: ").mentions("never expires");
}

#[test]
fn a_wrong_expiry_is_met_with_a_right_one() {
    let house = House::new();
    for wrong in ["90", "0d", "1mo", "soon"] {
        house
            .run("token new --expiry")
            .args([wrong])
            .exits(2)
            .complains("hint: for example 90d");
    }
    house.run("token new --scope write").exits(2);
}

#[test]
fn a_token_is_revoked_by_its_id() {
    let house = House::new();
    house.run("token new").exits(0);
    house.run("token revoke 1").exits(0).mentions("is revoked");
    house.run("token revoke 1").exits(0).mentions("already");
    let listed = house.run("token list --json").exits(0).json();
    assert_eq!(listed[0]["state"], "revoked");
    house
        .run("token revoke 7")
        .exits(3)
        .complains("error: no token has the ID 7")
        .mentions("hint: `appliance token list`");
}

#[test]
fn a_successor_is_like_the_token_whose_place_it_takes() {
    let house = House::new();
    house
        .run("token new --name app --scope read --expiry 2w")
        .exits(0);
    let said = house.run("token rotate 1 --overlap 24h").exits(0);
    assert_eq!(said.stdout.lines().count(), 1);
    said.mentions("is good until this one is used, or until ");
    let listed = house.run("token list --json").exits(0).json();
    assert_eq!(listed[1]["name"], "app");
    assert_eq!(listed[1]["scope"], "read");
    assert_eq!(listed[1]["daysLeft"], 13);
    assert_eq!(listed[0]["successor"], 2);
    assert_eq!(listed[0]["state"], "active");
    let table = house.run("token list").exits(0).stdout;
    assert!(table.contains("2 (at its first use, or on "), "{table}");

    house
        .run("token rotate 1")
        .exits(4)
        .complains("error: token 1 is being replaced by token 2 already")
        .mentions("hint: `appliance token revoke 2` calls it back");
    house
        .run("token rotate 2 --overlap none")
        .exits(0)
        .mentions("not good any more");
    let listed = house.run("token list --json").exits(0).json();
    assert_eq!(listed[1]["state"], "revoked");
    house
        .run("token rotate 2")
        .exits(4)
        .complains("error: token 2 is revoked already");
    house.run("token rotate 9").exits(3);
    house
        .run("token rotate 3 --overlap 1000d")
        .exits(2)
        .complains("hint: for example 24h");
    let endless = house.run("token new --expiry never").exits(0).stdout;
    house.run("token rotate -").stdin(&endless).exits(0);
    let listed = house.run("token list --json").exits(0).json();
    assert_eq!(listed[4]["expires"], serde_json::Value::Null);
    assert_eq!(listed[4]["daysLeft"], serde_json::Value::Null);
}

#[test]
fn a_token_is_revoked_by_itself_on_stdin() {
    let house = House::new();
    let token = house.run("token new").exits(0).stdout;
    house.run("token revoke -").stdin(&token).exits(0);
    let listed = house.run("token list --json").exits(0).json();
    assert_eq!(listed[0]["state"], "revoked");

    let other = House::new().run("token new").exits(0).stdout;
    house
        .run("token revoke -")
        .stdin(&other)
        .exits(3)
        .complains("error: this token is not known here");
    house
        .run("token revoke -")
        .stdin(&token[..40])
        .exits(2)
        .complains("copied incompletely");
}

#[test]
fn a_token_that_is_typed_as_an_argument_is_not_repeated() {
    let house = House::new();
    let token = house.run("token new").exits(0).stdout;
    let said = house.run("token revoke").args([token.trim()]).exits(2);
    said.complains("token revoke -");
    assert!(!said.stderr.contains(token.trim()));
}

#[test]
fn an_unknown_connection_is_met_with_the_one_that_was_meant() {
    let house = House::new();
    house.run("connection new okta-prod").exits(0);
    house
        .run("token new --connection okta-prd")
        .exits(3)
        .complains("error: no connection is called `okta-prd`\n")
        .mentions("hint: did you mean `okta-prod`? `appliance connection list` shows them all\n");
    house
        .run("token list --connection okta-prd")
        .exits(3)
        .complains("did you mean");
}

#[test]
fn an_empty_list_is_a_note_and_an_empty_array() {
    let house = House::new();
    house.run("connection new okta").exits(0);
    let said = house.run("token list").exits(0);
    said.complains("no tokens");
    assert_eq!(
        house.run("token list --json").exits(0).json(),
        serde_json::json!([])
    );
}
