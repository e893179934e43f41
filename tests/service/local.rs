//! The local listener: alive, ready, and the numbers.

use serde_json::json;

use crate::house::server::House;

/// The value of one line of the page: `requests_total{connection="default",…}`.
#[track_caller]
fn value(page: &str, line: &str) -> f64 {
    let wanted = format!("appliance_{line} ");
    let found = page
        .lines()
        .find_map(|text| text.strip_prefix(&wanted))
        .unwrap_or_else(|| panic!("no {line} in\n{page}"));
    found.parse().unwrap()
}

fn open() -> House {
    House::with(&["--local-listen", "127.0.0.1:0"])
}

#[test]
fn it_is_alive_and_ready() {
    let house = open();
    assert_eq!(house.local("/healthz"), (200, "alive\n".to_owned()));
    assert_eq!(house.local("/readyz"), (200, "ready\n".to_owned()));
    assert_eq!(house.local("/scim/v2/Users").0, 404);
    assert_eq!(house.local("/../appliance.sqlite").0, 404);
}

#[test]
fn it_is_not_ready_while_somebody_keeps_the_database_and_then_again() {
    let house = open();
    let sql = rusqlite::Connection::open(house.data().join("appliance.sqlite")).unwrap();
    sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (status, why) = house.local("/readyz");
    assert_eq!(status, 503);
    assert!(why.starts_with("the database cannot be written"), "{why}");
    assert_eq!(house.local("/healthz").0, 200);
    sql.execute_batch("ROLLBACK").unwrap();
    assert_eq!(house.local("/readyz").0, 200);
}

#[test]
#[expect(clippy::float_cmp, reason = "counts are whole")]
fn requests_and_people_are_counted() {
    let house = open();
    let idp = house.idp();
    let user = idp.user("mira@example.net");
    idp.user_with("noa@example.net", json!({"active": "False"}));
    idp.group("Editors", &[&user]);
    idp.get(&format!("/Users/{user}")).is(200);
    idp.get("/Users/00000000-0000-7000-8000-000000000000")
        .is(404);
    idp.request("PROPFIND", "/Users").try_send().ok();
    house.stranger().get("/Users").is(401);
    let (status, page) = house.local("/metrics");
    assert_eq!(status, 200);
    assert!(page.ends_with("# EOF\n"), "{page}");
    let requests = |method: &str, status: u16| {
        value(
            &page,
            &format!(
                r#"requests_total{{connection="default",method="{method}",status="{status}"}}"#
            ),
        )
    };
    assert_eq!(requests("POST", 201), 3.0);
    assert_eq!(requests("GET", 200), 1.0);
    assert_eq!(requests("GET", 404), 1.0);
    let strangers = r#"requests_total{connection="",method="GET",status="401"}"#;
    assert_eq!(value(&page, strangers), 1.0);
    assert_eq!(
        value(&page, r#"credentials_refused_total{why="missing"}"#),
        1.0
    );
    assert_eq!(
        value(&page, r#"users{connection="default",active="true"}"#),
        1.0
    );
    assert_eq!(
        value(&page, r#"users{connection="default",active="false"}"#),
        1.0
    );
    assert_eq!(value(&page, r#"groups{connection="default"}"#), 1.0);
    assert_eq!(
        value(&page, r#"request_duration_seconds_count{method="POST"}"#),
        3.0
    );
    let left = value(&page, r#"token_days_left{connection="default",token="1"}"#);
    assert!(left > 89.0 && left <= 90.0, "{left}");
    assert!(value(&page, "certificate_days_left") > 3_000.0);
    assert!(value(&page, r#"file_bytes{file="database"}"#) > 4_096.0);
    assert!(value(&page, "commit_group_size_count") >= 3.0);
    assert_eq!(value(&page, "panics_total"), 0.0);
    assert_eq!(value(&page, "exchanges_dropped_total"), 0.0);
    for personal in ["mira", "noa", "Editors"] {
        assert!(!page.contains(personal), "{personal} in {page}");
    }
}

#[test]
fn what_strangers_send_makes_no_more_numbers() {
    let house = open();
    let stranger = house.stranger();
    stranger.get("/Users").is(401);
    stranger
        .raw(b"M /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        .unwrap();
    let before = house.local("/metrics").1.lines().count();
    for number in 0..50 {
        let raw = format!("M{number} /x{number} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        stranger.raw(raw.as_bytes()).unwrap();
        stranger.get(&format!("/Users/{number}?a={number}")).is(401);
    }
    let after = house.local("/metrics").1.lines().count();
    assert!(after <= before + 1, "{before} lines became {after}");
}
