//! R8, R9: a restore is atomic, asks, keeps what was there, and is refused while anybody is at work.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::shelves::{backed_up, names, people, peopled, spawn};
use crate::house::run::Run;
use crate::house::server::House;

#[test]
fn what_is_restored_is_what_was_backed_up_and_the_way_back_is_told() {
    let (mut house, idp) = peopled();
    let backup = backed_up(&house.data());
    let then = people(&house.data());
    idp.user("later@example.net");
    let refused = house
        .cli(&["restore", "--yes", backup.to_str().unwrap()])
        .exits(4);
    assert!(
        refused.stderr.contains("another server"),
        "{}",
        refused.stderr
    );
    house.stop();
    let data = house.data();
    let now = people(&data);
    let asked = Run::new(&data, &["restore", backup.to_str().unwrap()]).exits(4);
    assert!(asked.stderr.contains("--yes"), "{}", asked.stderr);
    assert_eq!(people(&data), now);

    let done = Run::new(&data, &["restore", "--yes", backup.to_str().unwrap()]).exits(0);
    assert_eq!(people(&data), then);
    let kept = names(&data)
        .into_iter()
        .find(|name| name.starts_with("appliance.sqlite.before-restore-"))
        .unwrap();
    assert!(
        done.stderr
            .contains(&format!("appliance restore {}", data.join(&kept).display()))
    );
    house.start();
    let idp = house.client(idp.token());
    idp.get("/Users").counts(5);
    idp.user("again@example.net");
    house.stop();

    // Names of what is kept count seconds.
    let begun = Instant::now();
    loop {
        let run = Run::new(
            &data,
            &["restore", "--yes", data.join(&kept).to_str().unwrap()],
        );
        if run.code == Some(0) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{run:?}");
    }
    assert_eq!(people(&data), now);
}

#[test]
fn the_database_itself_is_no_backup_of_itself() {
    let (mut house, _) = peopled();
    house.stop();
    let data = house.data();
    let (then, there) = (people(&data), names(&data));
    let database = data.join("appliance.sqlite");
    let link = tempfile::tempdir().unwrap();
    let link = link.path().join("link");
    std::os::unix::fs::symlink(&database, &link).unwrap();
    for file in [database, link] {
        let refused = Run::new(&data, &["restore", "--yes", file.to_str().unwrap()]).exits(4);
        assert!(
            refused.stderr.contains("the database that is there"),
            "{}",
            refused.stderr
        );
    }
    // Nor is another program's, a directory, or what never ends.
    let pipe = data.with_file_name("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let others = [data.join("exchanges.sqlite"), data.clone(), pipe];
    for file in others.iter().chain([&PathBuf::from("/dev/zero")]) {
        Run::new(&data, &["restore", "--yes", file.to_str().unwrap()]).exits(4);
    }
    assert_eq!(people(&data), then);
    assert_eq!(names(&data), there);
}

#[test]
fn a_restore_that_is_killed_leaves_the_old_or_the_new() {
    let (mut house, idp) = peopled();
    let backup = backed_up(&house.data());
    let then = people(&house.data());
    idp.user("later@example.net");
    let now = people(&house.data());
    house.kill();
    let data = house.data();
    let args = ["restore", "--yes", backup.to_str().unwrap()];
    // How long it takes here, so that the kills fall all over it.
    let other = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    Run::new(other.path(), &args).exits(0);
    let whole = begun.elapsed();
    let (mut old, mut new) = (0, 0);
    for round in 0..16_u32 {
        let mut child = spawn(&data, &args);
        std::thread::sleep(whole * round / 14);
        child.kill().unwrap();
        child.wait().unwrap();
        let found = people(&data);
        if found == then {
            new += 1;
        } else {
            assert_eq!(found, now, "round {round}");
            old += 1;
        }
        let kept = names(&data)
            .iter()
            .filter(|name| name.contains("before-restore"))
            .count();
        assert!(kept <= 1 + new, "round {round}: {:?}", names(&data));
    }
    assert!(old > 0, "{old} old, {new} new");
    Run::new(&data, &args).exits(0);
    assert_eq!(people(&data), then);
    let left: Vec<String> = names(&data)
        .into_iter()
        .filter(|name| name.starts_with('.'))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    house.start();
    house.client(idp.token()).get("/Users").counts(5);
}

#[test]
fn a_server_that_begins_anew_beside_remains_says_so() {
    let mut house = House::open();
    let backup = backed_up(&house.data());
    assert!(
        !house.log().contains("empty installation"),
        "{}",
        house.log()
    );
    house.stop();
    let database = house.data().join("appliance.sqlite");
    std::fs::write(&database, "").unwrap();
    house.start();
    let log = house.log_when(|log| log.contains("empty installation"));
    let line = log.lines().find(|line| line.contains("empty installation"));
    let line = line.unwrap();
    let remedy = format!("appliance restore {}", backup.display());
    for part in ["WARN", "certificate.key", "exchanges.sqlite", &remedy] {
        assert!(line.contains(part), "{part}: {line}");
    }
    // With a database again, there is nothing to say.
    house.restart();
    assert_eq!(house.log().matches("empty installation").count(), 1);

    house.stop();
    std::fs::remove_file(&database).unwrap();
    std::fs::remove_file(&backup).unwrap();
    house.start();
    house.log_when(|log| log.contains("appliance restore FILE"));
}
