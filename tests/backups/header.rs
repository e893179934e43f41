//! A database that says no more what it is may still have a log with what was acknowledged last: no
//! command that refuses the one may touch the other, and a restore keeps both.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde_json::json;

use super::shelves::{backed_up, names, people, peopled};
use crate::house::run::Run;
use crate::house::server::House;

const FILE: &str = "appliance.sqlite";
const LOG: &str = "appliance.sqlite-wal";
/// The page that says what file it is.
const PAGE: usize = 4_096;

/// Every command that looks at the data, and how it ends when there are none to be had.
const COMMANDS: [(&[&str], i32); 9] = [
    (&["status"], 1),
    (&["check"], 1),
    (&["backup", "new"], 1),
    (&["backup", "list"], 1),
    (&["token", "list"], 1),
    (&["token", "new"], 1),
    (&["export", "users"], 1),
    (&["user", "list"], 1),
    (
        &["serve", "--listen", "127.0.0.1:0", "--local-listen", "off"],
        4,
    ),
];

/// The numbers of the pages in a log.
fn pages(log: &[u8]) -> Vec<u32> {
    let frames = log[32..].chunks(24 + PAGE);
    frames
        .map(|frame| u32::from_be_bytes(frame[..4].try_into().unwrap()))
        .collect()
}

fn write(file: &Path, page: &[u8]) {
    let file = OpenOptions::new().write(true).open(file).unwrap();
    file.write_all_at(page, 0).unwrap();
}

#[test]
fn no_command_that_refuses_a_damaged_database_touches_its_log() {
    let (mut house, idp) = peopled();
    let backup = backed_up(&house.data());
    let then = people(&house.data());
    // From now on the log begins anew, and the first page is not in it: nothing grows.
    house.restart();
    let id = deactivated(&house, idp.token());
    house.kill();
    let data = house.data();
    let (file, log) = (data.join(FILE), data.join(LOG));
    let last = fs::read(&log).unwrap();
    assert!(!pages(&last).contains(&1), "{:?}", pages(&last));
    let sound = fs::read(&file).unwrap();
    let pages_instead: [(&str, Vec<u8>); 3] = [
        ("noise", vec![0xa5; PAGE]),
        ("zeros", vec![0; PAGE]),
        ("another format", {
            let mut page = sound[..PAGE].to_vec();
            page[60..64].fill(0);
            page
        }),
    ];
    for (what, page) in pages_instead {
        write(&file, &page);
        let damaged = fs::read(&file).unwrap();
        for (command, code) in COMMANDS {
            let run = Run::new(&data, command);
            let said = format!("{}{}", run.stdout, run.stderr);
            assert!(said.contains("the database is damaged"), "{what}: {run:?}");
            assert_eq!(run.code, Some(code), "{what}: {run:?}");
            assert!(fs::read(&log).unwrap() == last, "{what}: {command:?}");
            assert!(fs::read(&file).unwrap() == damaged, "{what}: {command:?}");
        }
    }
    // With its first page the database has everything.
    let elsewhere = tempfile::tempdir().unwrap();
    for name in [FILE, LOG] {
        fs::copy(data.join(name), elsewhere.path().join(name)).unwrap();
    }
    write(&elsewhere.path().join(FILE), &sound[..PAGE]);
    assert!(is_inactive(elsewhere.path(), &id));

    let damaged = fs::read(&file).unwrap();
    let done = Run::new(&data, &["restore", "--yes", backup.to_str().unwrap()]).exits(0);
    assert!(done.stderr.contains("kept as it was"), "{}", done.stderr);
    assert_eq!(people(&data), then);
    let kept = |end: &str| {
        let begin = format!("{FILE}.before-restore-");
        let mut names = names(&data).into_iter();
        let name = names.find(|name| name.starts_with(&begin) && name.ends_with(end));
        data.join(name.unwrap())
    };
    assert!(fs::read(kept("Z")).unwrap() == damaged);
    assert!(fs::read(kept("Z-wal")).unwrap() == last);
    // And so it has where it is kept, whence it goes back.
    write(&kept("Z"), &sound[..PAGE]);
    let kept = kept("Z");
    Run::new(&data, &["restore", "--yes", kept.to_str().unwrap()]).exits(0);
    assert!(is_inactive(&data, &id));
}

/// Changes somebody so that no page is added; who it was.
fn deactivated(house: &House, token: &str) -> String {
    let idp = house.client(token);
    let found = idp.find("/Users", "userName eq \"p0@example.net\"").is(200);
    let id = found.at("/Resources/0/id").as_str().unwrap().to_owned();
    let operation = json!([{"op": "replace", "path": "active", "value": false}]);
    idp.patch(&format!("/Users/{id}"), operation).is(200);
    id
}

/// Whether the last change, which only the log has, is there.
fn is_inactive(data: &Path, id: &str) -> bool {
    let people = people(data);
    let of = people.lines().find(|line| line.contains(id)).unwrap();
    of.contains("\"active\":false")
}
