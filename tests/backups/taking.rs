//! R5, R6: a backup of the running server is consistent, stops nobody, and is there in full or not at
//! all.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::shelves::{backed_up, names, peopled};
use crate::house::client::Client;
use crate::house::run::Run;
use crate::house::server::House;

/// Writes until it is told to stop; how often, and what the slowest tenth of a second of it was.
fn write(idp: &Client, prefix: &str, stop: &AtomicBool) -> Vec<u128> {
    let mut times = Vec::new();
    for number in 0..100_000 {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let begun = Instant::now();
        idp.user(&format!("{prefix}{number}@example.net"));
        times.push(begun.elapsed().as_millis());
    }
    times
}

#[test]
fn a_backup_under_load_holds_what_was_acknowledged_before_it() {
    let (house, idp) = peopled();
    let stop = AtomicBool::new(false);
    let before: Vec<String> = (0..20)
        .map(|number| idp.user(&format!("before{number}@example.net")))
        .collect();
    let (file, written) = std::thread::scope(|scope| {
        let writer = idp.again();
        let stop = &stop;
        let load = scope.spawn(move || write(&writer, "load", stop));
        let files: Vec<_> = (0..3).map(|_| backed_up(&house.data())).collect();
        stop.store(true, Ordering::Relaxed);
        (files.into_iter().next_back().unwrap(), load.join().unwrap())
    });
    assert!(written.len() > 5, "the writer was stopped: {written:?}");

    let elsewhere = tempfile::tempdir().unwrap();
    let data = elsewhere.path().join("data");
    Run::new(&data, &["restore", file.to_str().unwrap()]).exits(0);
    let export = super::shelves::people(&data);
    for id in &before {
        assert!(export.contains(id.as_str()), "{id} is missing");
    }
    let listed: Value =
        serde_json::from_str(&house.cli(&["backup", "list", "--json"]).prints()).unwrap();
    let said = listed[0]["manifest"]["users"].as_u64().unwrap();
    assert_eq!(said, u64::try_from(export.lines().count()).unwrap());
    assert!(listed[0]["verified"].is_string());
    assert_eq!(listed.as_array().unwrap().len(), 3);
}

#[test]
fn a_backup_is_for_its_owner_and_there_in_full_or_not_at_all() {
    let (house, _) = peopled();
    let file = backed_up(&house.data());
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&file) & 0o777, 0o600);
    assert_eq!(mode(file.parent().unwrap()) & 0o777, 0o700);

    // A directory that is not there, one that is no directory, and a file that is somebody's.
    let precious = house.data().join("precious.txt");
    std::fs::write(&precious, "precious").unwrap();
    for (output, code) in [
        ("nowhere/x.tar.zst", 3),
        ("precious.txt/x.tar.zst", 1),
        ("precious.txt", 4),
        ("certificate.pem", 4),
        // What may have been meant for a directory: a disk that is not mounted.
        ("offsite", 3),
        ("offsite/", 3),
    ] {
        let output = house.data().join(output);
        let run = house.cli(&["backup", "new", "--output", output.to_str().unwrap()]);
        assert!(run.stderr.lines().count() <= 2, "{}", run.stderr);
        run.exits(code);
    }
    assert!(!house.data().join("offsite").exists());
    assert_eq!(std::fs::read_to_string(&precious).unwrap(), "precious");
    let left: Vec<String> = names(&house.data())
        .into_iter()
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");

    // A backup takes the place of a backup.
    let output = house.data().join("latest.tar.zst");
    for _ in 0..2 {
        let run = house.cli(&["backup", "new", "--output", output.to_str().unwrap()]);
        assert_eq!(run.prints(), output.to_str().unwrap());
    }
    house
        .cli(&["backup", "verify", output.to_str().unwrap()])
        .exits(0);
}

#[test]
fn no_token_is_in_a_backup_and_no_name_of_anybody_in_its_name() {
    let house = House::open();
    let token = house.idp().token().to_owned();
    let file = backed_up(&house.data());
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(
        name.starts_with("appliance-2") && name.ends_with("Z.tar.zst"),
        "{name}"
    );
    let restored = tempfile::tempdir().unwrap();
    Run::new(restored.path(), &["restore", file.to_str().unwrap()]).exits(0);
    let bytes = std::fs::read(restored.path().join("appliance.sqlite")).unwrap();
    let found = bytes
        .windows(token.len())
        .any(|part| part == token.as_bytes());
    assert!(!found);
}

#[test]
fn prune_keeps_what_it_says_and_never_the_newest_away() {
    let (house, _) = peopled();
    let newest = backed_up(&house.data());
    let folder = newest.parent().unwrap();
    // As if they had been made long ago: only names matter for that.
    for month in 1..=9 {
        for day in [1, 9, 17, 25] {
            let name = format!("appliance-2025{month:02}{day:02}T030000Z.tar.zst");
            std::fs::copy(&newest, folder.join(name)).unwrap();
        }
    }
    std::fs::write(folder.join("notes.txt"), "mine").unwrap();
    let keep = [
        "--keep-daily",
        "2",
        "--keep-weekly",
        "0",
        "--keep-monthly",
        "3",
    ];
    let check = house.cli(&[&["backup", "prune", "--check"], &keep[..]].concat());
    assert_eq!(check.prints().lines().count(), 34);
    assert_eq!(names(folder).len(), 38);
    let pruned: Value = serde_json::from_str(
        &house
            .cli(&[&["backup", "prune", "--json"], &keep[..]].concat())
            .prints(),
    )
    .unwrap();
    assert_eq!(pruned.as_array().unwrap().len(), 34);
    let mut left = vec![
        "appliance-20250825T030000Z.tar.zst".to_owned(),
        "appliance-20250925T030000Z.tar.zst".to_owned(),
        newest.file_name().unwrap().to_str().unwrap().to_owned(),
        "notes.txt".to_owned(),
    ];
    left.sort();
    assert_eq!(names(folder), left);
}

#[test]
fn an_encrypted_backup_opens_with_its_key_and_no_other() {
    let (house, _) = peopled();
    let [ours, other] = [0, 1].map(|number| {
        let key = super::keys::KEYS[number];
        let file = house.data().join(format!("key{number}.txt"));
        std::fs::write(&file, format!("# a comment\n{}\n", key.identity)).unwrap();
        (file.to_str().unwrap().to_owned(), key.recipient)
    });
    let list = house.data().join("recipients.txt");
    std::fs::write(&list, format!("# operators\n\n{}\n", ours.1)).unwrap();
    for recipient in [ours.1, list.to_str().unwrap()] {
        let file = house
            .cli(&["backup", "new", "--recipient", recipient])
            .prints();
        assert!(file.ends_with(".tar.zst.age"), "{file}");
        house
            .cli(&["backup", "verify", &file, "--identity", &ours.0])
            .exits(0);
        for wrong in [
            vec!["backup", "verify", &file],
            vec!["backup", "verify", &file, "--identity", &other.0],
        ] {
            house.cli(&wrong).exits(4);
        }
        house
            .cli(&["backup", "verify", &file, "--identity", "/dev/null"])
            .exits(2);
    }
    house
        .cli(&["backup", "new", "--recipient", "age1nobody"])
        .exits(2);
    let body = json!({"userName": "after@example.net"});
    house.idp().post("/Users", &body).is(201);
}

#[test]
fn a_backup_whose_file_is_gone_is_missed() {
    let (house, _) = peopled();
    let earlier = backed_up(&house.data());
    let newest = backed_up(&house.data());
    house.cli(&["status"]).exits(0);
    std::fs::remove_file(&newest).unwrap();
    let run = house.cli(&["status"]).exits(5);
    let missing = format!("is missing: {}", newest.display());
    assert!(run.stderr.contains(&missing), "{}", run.stderr);
    let named = format!("ago): {}", earlier.display());
    assert!(run.stdout.contains(&named), "{}", run.stdout);

    std::fs::remove_dir_all(earlier.parent().unwrap()).unwrap();
    let run = house.cli(&["status"]).exits(5);
    assert!(run.stderr.contains(&missing), "{}", run.stderr);
    assert!(run.stdout.contains("There is no backup."), "{}", run.stdout);
    let report: Value =
        serde_json::from_str(&house.cli(&["status", "--json"]).exits(5).stdout).unwrap();
    assert_eq!(report["backup"], Value::Null);
    assert_eq!(report["warnings"][0]["kind"], "backupMissing");
}

#[test]
fn a_secret_key_in_the_place_of_its_recipient_is_told_to_nobody() {
    let (house, _) = peopled();
    let key = super::keys::KEYS[0];
    let file = house.data().join("key.txt");
    let file = file.to_str().unwrap();
    std::fs::write(file, format!("# a comment\n{}\n", key.identity)).unwrap();
    let small = key.identity.to_lowercase();
    for given in [file, key.identity, &small] {
        let run = house.cli(&["backup", "new", "--recipient", given]).exits(2);
        let said = run.stderr.to_uppercase();
        assert!(!said.contains(&key.identity[..24]), "{}", run.stderr);
        assert!(run.stderr.contains("secret key"), "{}", run.stderr);
        assert!(run.stderr.contains("age-keygen -y"), "{}", run.stderr);
    }
    // What begins otherwise may be a secret too.
    std::fs::write(file, format!("{}\nx{}\n", key.recipient, key.identity)).unwrap();
    let run = house.cli(&["backup", "new", "--recipient", file]).exits(2);
    assert!(run.stderr.contains("key.txt: line 2"), "{}", run.stderr);
    assert!(!run.stderr.contains("SECRET"), "{}", run.stderr);
}

#[test]
fn backups_that_are_made_at_once_each_get_a_name() {
    let (house, _) = peopled();
    let data = house.data();
    let files: BTreeSet<PathBuf> = std::thread::scope(|scope| {
        let made = [(); 4].map(|()| scope.spawn(|| backed_up(&data)));
        made.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(files.len(), 4, "{files:?}");
    for file in &files {
        Run::new(&data, &["backup", "verify", file.to_str().unwrap()]).exits(0);
    }
}

#[test]
fn a_backup_can_say_what_it_was_made_for() {
    let (house, _) = peopled();
    let file = house.cli(&["backup", "new", "--reason", "before-the-merger"]);
    let file = file.prints();
    assert!(file.ends_with("Z-before-the-merger.tar.zst"), "{file}");
    let listed: Value =
        serde_json::from_str(&house.cli(&["backup", "list", "--json"]).prints()).unwrap();
    assert_eq!(listed[0]["reason"], "before-the-merger");
    backed_up(&house.data());
    house
        .cli(&[
            "backup",
            "prune",
            "--keep-daily",
            "1",
            "--keep-weekly",
            "0",
            "--keep-monthly",
            "0",
        ])
        .exits(0);
    assert!(std::path::Path::new(&file).exists());
    for wrong in ["", "Merger", "../up", "a b", "a.tar"] {
        house.cli(&["backup", "new", "--reason", wrong]).exits(2);
    }
    let both = ["--reason", "twice", "--output", "x.tar.zst"];
    house
        .cli(&[&["backup", "new"], &both[..]].concat())
        .exits(2);
}
