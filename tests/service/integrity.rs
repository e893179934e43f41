//! What the server finds when it looks through the database half a minute after its start, and who is told.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::house::server::House;

fn open() -> House {
    House::with(&["--local-listen", "127.0.0.1:0"])
}

/// Waits until the database was looked through.
#[track_caller]
fn examined(house: &House) {
    let begun = Instant::now();
    while house.published()["examined"].is_null() {
        assert!(begun.elapsed() < Duration::from_mins(2), "{}", house.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A line of the page of metrics: its number.
fn value(page: &str, name: &str) -> f64 {
    let wanted = format!("appliance_{name} ");
    let found = page.lines().find_map(|line| line.strip_prefix(&wanted));
    found
        .unwrap_or_else(|| panic!("no {name} in\n{page}"))
        .parse()
        .unwrap()
}

/// `appliance status` as text and for programs.
fn status(house: &House, code: i32) -> (String, Value) {
    let text = house.cli(&["status"]).exits(code);
    let json = house.cli(&["status", "--json"]).exits(code);
    let json = serde_json::from_str(&json.stdout).unwrap();
    (text.stdout + &text.stderr, json)
}

#[test]
#[expect(clippy::float_cmp, reason = "it is 0 or 1")]
fn a_sound_database_is_said_to_be_sound() {
    let house = open();
    house.idp().user("mira@example.net");
    let (text, json) = status(&house, 0);
    assert!(json["integrity"].is_null() && !text.contains("looked through"));
    examined(&house);
    let (text, json) = status(&house, 0);
    assert_eq!(json["integrity"]["sound"], true);
    assert!(text.contains("ago), and found sound."), "{text}");
    let page = house.local("/metrics").1;
    assert_eq!(value(&page, "integrity_ok"), 1.0);
    assert!(value(&page, "integrity_timestamp_seconds") > 1.7e9);
    assert_eq!(house.local("/readyz").0, 200);
}

#[test]
#[expect(clippy::float_cmp, reason = "it is 0 or 1")]
fn a_damaged_database_is_not_ready_and_everybody_is_told() {
    let mut house = open();
    let idp = house.idp();
    idp.user("mira@example.net");
    house.stop();
    let place = house.data().join("appliance.sqlite");
    let page: u32 = rusqlite::Connection::open(&place)
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'audit'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let file = OpenOptions::new().write(true).open(&place).unwrap();
    file.write_all_at(&[0xa5; 4_096], (u64::from(page) - 1) * 4_096)
        .unwrap();
    drop(file);
    house.start();
    let idp = house.client(idp.token());
    assert_eq!(house.local("/readyz").0, 200);
    examined(&house);
    let (code, why) = house.local("/readyz");
    assert_eq!(code, 503);
    assert!(why.starts_with("the database is damaged: "), "{why}");
    let page = house.local("/metrics").1;
    assert_eq!(value(&page, "integrity_ok"), 0.0);
    let warned = r#"warnings{connection="",kind="databaseDamaged"}"#;
    assert_eq!(value(&page, warned), 1.0);
    let (text, json) = status(&house, 5);
    assert_eq!(json["integrity"]["sound"], false);
    assert!(text.contains("and found damaged."), "{text}");
    assert!(text.contains("the database is damaged: "), "{text}");
    let checked = house.cli(&["check"]).exits(1);
    assert!(checked.stdout.contains("the database is damaged"));
    assert!(
        checked.stdout.contains("restore a backup"),
        "{}",
        checked.stdout
    );
    // What is not damaged is served meanwhile.
    idp.get("/Users").counts(1);
    assert!(house.log().contains("the database is damaged"));
}

#[test]
fn the_page_says_when_a_backup_was_made_and_when_one_was_found_sound() {
    let house = open();
    let there = |page: &str| page.contains("appliance_backup_timestamp_seconds ");
    assert!(!there(&house.local("/metrics").1));
    let file = house.cli(&["backup", "new"]).prints();
    let page = house.local("/metrics").1;
    let made = value(&page, "backup_timestamp_seconds");
    let first = value(&page, "backup_verified_timestamp_seconds");
    assert!(made > 1.7e9 && first >= made, "{made} {first}");
    house.cli(&["backup", "verify", &file]).exits(0);
    let page = house.local("/metrics").1;
    assert!(value(&page, "backup_verified_timestamp_seconds") > first);
    assert!((value(&page, "backup_timestamp_seconds") - made).abs() < 1.0);
}
