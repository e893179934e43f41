//! Old data opens: a server keeps a copy of what it brings to a newer format, and an old backup is
//! brought to it too. What is newer is refused.

use std::path::Path;

use appliance::store::Lock;

use super::shelves::{backed_up, names, peopled};
use crate::house::run::Run;
use crate::house::server::House;

/// "APPL", as `store` writes it into each file.
const APPLICATION: i32 = 0x4150_504c;

/// A database of format 1 with one connection.
fn old(file: &Path) {
    let sql = rusqlite::Connection::open(file).unwrap();
    sql.execute_batch(include_str!("../store/formats/1.sql"))
        .unwrap();
    sql.execute_batch(
        "INSERT INTO control (one, generation, rules, secret) VALUES (1, 1, 1, zeroblob(32));
         INSERT INTO connection (number, name, profile, paused, created) VALUES (1, 'okta', 'generic', 0, 0);
         INSERT INTO population (connection, kind, live, removed) VALUES (1, 1, 0, 0), (1, 2, 0, 0)",
    )
    .unwrap();
    sql.pragma_update(None, "application_id", APPLICATION)
        .unwrap();
    sql.pragma_update(None, "user_version", 1).unwrap();
}

#[test]
fn a_server_keeps_a_copy_of_what_it_brings_to_a_newer_format() {
    let mut house = House::open();
    house.stop();
    let data = house.data();
    for name in names(&data) {
        if name.starts_with("appliance.sqlite") {
            std::fs::remove_file(data.join(name)).unwrap();
        }
    }
    old(&data.join("appliance.sqlite"));
    Run::new(&data, &["connection", "list"]).exits(4);
    // A program that was updated and not yet started is no reason to go back.
    let checked = Run::new(&data, &["check"]).exits(5);
    assert!(
        checked.stdout.contains("has format 1"),
        "{}",
        checked.stdout
    );
    house.start();
    let listed = house.cli(&["connection", "list"]).prints();
    assert!(listed.contains("okta"), "{listed}");
    let kept: Vec<String> = names(&data)
        .into_iter()
        .filter(|name| name.starts_with("appliance.sqlite.format-1-"))
        .collect();
    let [kept] = &kept[..] else {
        panic!("{:?}", names(&data));
    };
    house.log_when(|log| log.contains(kept.as_str()));
    let copy = rusqlite::Connection::open(data.join(kept)).unwrap();
    let version: i64 = copy
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
    house.restart();
    assert_eq!(
        names(&data)
            .iter()
            .filter(|name| name.contains("format-1"))
            .count(),
        1,
        "only a climb leaves a copy"
    );
}

#[test]
fn a_server_that_finds_another_at_work_leaves_the_format_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = Lock::take(&data).unwrap();
    old(&data.join("appliance.sqlite"));
    let serve = ["serve", "--tls", "off", "--listen", "127.0.0.1:0"];
    let refused = Run::new(&data, &serve).exits(4);
    assert!(
        refused.stderr.contains("another server"),
        "{}",
        refused.stderr
    );
    let format = || {
        let sql = rusqlite::Connection::open(data.join("appliance.sqlite")).unwrap();
        sql.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(format(), 1);
    drop(first);
}

#[test]
fn an_old_database_is_restored_and_a_newer_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.sqlite");
    old(&file);
    let data = folder.path().join("data");
    Run::new(&data, &["restore", file.to_str().unwrap()]).exits(0);
    let listed = Run::new(&data, &["connection", "list"]).prints();
    assert!(listed.contains("okta"), "{listed}");

    let sql = rusqlite::Connection::open(&file).unwrap();
    sql.pragma_update(None, "user_version", 99).unwrap();
    drop(sql);
    let newer = Run::new(&data, &["restore", "--yes", file.to_str().unwrap()]).exits(4);
    assert!(newer.stderr.contains("format 99"), "{}", newer.stderr);
    let sql = rusqlite::Connection::open(&file).unwrap();
    sql.pragma_update(None, "application_id", 7).unwrap();
    drop(sql);
    Run::new(&data, &["restore", "--yes", file.to_str().unwrap()]).exits(4);
    assert_eq!(Run::new(&data, &["connection", "list"]).prints(), listed);
}

/// Litestream keeps tables of its own in the database that it replicates.
#[test]
fn tables_of_litestream_are_tolerated() {
    let (mut house, idp) = peopled();
    let file = house.data().join("appliance.sqlite");
    let sql = rusqlite::Connection::open(&file).unwrap();
    sql.execute_batch(
        "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
         CREATE TABLE _litestream_lock (id INTEGER);
         INSERT INTO _litestream_seq (id, seq) VALUES (1, 1)",
    )
    .unwrap();
    drop(sql);
    idp.user("beside@example.net");
    let backup = backed_up(&house.data());
    house.restart();
    house.client(idp.token()).get("/Users").counts(6);
    house.stop();
    Run::new(
        &house.data(),
        &["restore", "--yes", backup.to_str().unwrap()],
    )
    .exits(0);
    house.start();
    house.client(idp.token()).get("/Users").counts(6);
}
