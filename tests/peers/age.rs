//! A backup without the appliance: `age`, `zstd` and `tar` take its layers off.

use std::fs;
use std::process::Command;

use crate::house::server::House;

#[test]
fn age_zstd_and_tar_open_an_encrypted_backup() {
    let house = House::open();
    house.idp().user("grace@example.net");
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.txt");
    let made = Command::new("age-keygen")
        .arg("-o")
        .arg(&key)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let text = fs::read_to_string(&key).unwrap();
    let recipient = text
        .lines()
        .find_map(|line| line.strip_prefix("# public key: "))
        .unwrap();
    let backup = house
        .cli(&["backup", "new", "--recipient", recipient])
        .prints();
    let opened = Command::new("sh")
        .args(["-c", "age -d -i \"$1\" \"$2\" | zstd -d | tar x", "sh"])
        .arg(&key)
        .arg(&backup)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(opened.status.success(), "{opened:?}");
    let manifest = fs::read_to_string(folder.path().join("manifest.json")).unwrap();
    assert!(manifest.contains("\"users\": 1"), "{manifest}");
    let sql = rusqlite::Connection::open(folder.path().join("appliance.sqlite")).unwrap();
    let users: i64 = sql
        .query_row("SELECT count(*) FROM resource", [], |row| row.get(0))
        .unwrap();
    assert_eq!(users, 1);
    // What `age` makes of a file opens here too.
    house
        .cli(&[
            "backup",
            "verify",
            &backup,
            "--identity",
            key.to_str().unwrap(),
        ])
        .exits(0);
}
