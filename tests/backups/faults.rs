//! R4 and the other ways in which a machine fails under the server: what a client and the operator see,
//! and how it recovers. Nothing acknowledged is lost.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::net::TcpStream;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::shelves::{backed_up, people, peopled};
use crate::house::client::Client;
use crate::house::run::Run;
use crate::house::server::House;

/// Bounds a running process, as a full disk or a crowded machine does, or takes the bound away.
fn limit(house: &House, what: &str) {
    let status = Command::new("prlimit")
        .args(["--pid", &house.pid().to_string(), what])
        .status()
        .unwrap();
    assert!(status.success(), "prlimit {what}");
}

fn length(data: &Path, name: &str) -> u64 {
    fs::metadata(data.join(name)).map_or(0, |found| found.len())
}

/// Creates people until one is refused; who was acknowledged, and the refusal.
fn until_refused(idp: &Client, acknowledged: &mut Vec<String>) -> crate::house::reply::Reply {
    for number in 0..2_000 {
        let body = json!({"userName": format!("full{number}@example.net")});
        let begun = Instant::now();
        let reply = idp
            .request("POST", "/Users")
            .json(&body)
            .try_send()
            .unwrap();
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
        if reply.status != 201 {
            return reply;
        }
        acknowledged.push(reply.id());
    }
    panic!("nothing was ever refused");
}

#[test]
fn a_full_disk_refuses_writes_and_nothing_else_until_there_is_room_again() {
    let (mut house, idp) = peopled();
    let mut acknowledged = Vec::new();
    let room = length(&house.data(), "appliance.sqlite-wal") + 100_000;
    limit(&house, &format!("--fsize={room}:unlimited"));
    let refused = until_refused(&idp, &mut acknowledged);
    assert!(matches!(refused.status, 503 | 507), "{}", refused.told());
    assert!(
        refused.header("retry-after").is_some(),
        "{}",
        refused.told()
    );
    assert_eq!(
        refused.at("/schemas/0"),
        "urn:ietf:params:scim:api:messages:2.0:Error",
        "{}",
        refused.told()
    );
    assert!(!acknowledged.is_empty());
    for id in acknowledged.iter().take(3) {
        idp.get(&format!("/Users/{id}")).is(200);
    }
    limit(&house, "--fsize=unlimited:unlimited");
    let begun = Instant::now();
    acknowledged.push(idp.user("room@example.net"));
    assert!(begun.elapsed() < Duration::from_secs(2));
    house.kill();
    house.start();
    let there = people(&house.data());
    let missing = acknowledged
        .iter()
        .filter(|id| !there.contains(id.as_str()))
        .count();
    assert_eq!(missing, 0, "of {}", acknowledged.len());
}

#[test]
fn a_disk_that_fills_up_during_a_bulk_request_leaves_an_answer_for_what_was_done() {
    let (house, idp) = peopled();
    let room = length(&house.data(), "appliance.sqlite-wal") + 3_000_000;
    limit(&house, &format!("--fsize={room}:unlimited"));
    let operations: Vec<Value> = (0..1_000)
        .map(|number| {
            let name = format!("bulk{number}@example.net");
            let data = json!({"userName": name, "nickName": "x".repeat(4_000)});
            json!({"method": "POST", "path": "/Users", "bulkId": name, "data": data})
        })
        .collect();
    let reply = idp.bulk(&operations).is(200).json();
    let answers = reply["Operations"].as_array().unwrap();
    assert_eq!(answers.len(), operations.len());
    let done: Vec<&Value> = answers
        .iter()
        .filter(|one| one["status"] == "201")
        .collect();
    assert!((100..1_000).contains(&done.len()), "{}", done.len());
    for one in answers.iter().filter(|one| one["status"] != "201") {
        assert_eq!(one["status"], "503", "{one}");
        assert!(one.get("location").is_none(), "{one}");
    }
    limit(&house, "--fsize=unlimited:unlimited");
    idp.get("/Users?count=0").counts(5 + done.len() as u64);
}

#[test]
fn without_file_handles_who_is_inside_stays_and_who_comes_later_is_served_later() {
    let (house, idp) = peopled();
    idp.get("/Users").counts(5);
    let used = fs::read_dir(format!("/proc/{}/fd", house.pid()))
        .unwrap()
        .count();
    limit(&house, &format!("--nofile={used}:"));
    let waiting: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(house.address().socket).unwrap())
        .collect();
    for _ in 0..20 {
        idp.get("/Users").counts(5);
    }
    drop(waiting);
    limit(&house, "--nofile=1024:");
    idp.again().user("handles@example.net");
    idp.get("/Users").counts(6);
}

#[test]
fn a_damaged_page_is_said_and_never_passed_on() {
    let (mut house, idp) = peopled();
    for number in 0..200 {
        idp.user_with(
            &format!("many{number}@example.net"),
            json!({"title": "x".repeat(400)}),
        );
    }
    let sound = backed_up(&house.data());
    let then = people(&house.data());
    house.stop();
    let data = house.data();
    let file = OpenOptions::new()
        .write(true)
        .open(data.join("appliance.sqlite"))
        .unwrap();
    let pages = length(&data, "appliance.sqlite") / 4_096;
    // Every page but the first, which says what file it is, and the schema behind it.
    for page in 10..pages {
        file.write_all_at(&[0xa5; 2_048], page * 4_096 + 1_024)
            .unwrap();
    }
    drop(file);
    let run = Run::new(&data, &["backup", "new"]);
    assert!(run.stderr.contains("damaged"), "{run:?}");
    run.exits(1);
    assert_eq!(
        fs::read_dir(data.join("backups")).unwrap().count(),
        1,
        "a damaged database is never a backup"
    );
    let export = Run::new(&data, &["export", "users", "--format", "ndjson"]);
    assert!(
        export.code == Some(1) && export.stderr.contains("damaged"),
        "{:?} {}",
        export.code,
        export.stderr
    );
    Run::new(&data, &["restore", "--yes", sound.to_str().unwrap()]).exits(0);
    assert_eq!(people(&data), then);
    house.start();
    house.client(idp.token()).user("after@example.net");
}

#[test]
fn without_its_log_the_database_is_older_and_whole() {
    let (mut house, idp) = peopled();
    house.restart();
    let then = people(&house.data());
    let idp = house.client(idp.token());
    for number in 0..20 {
        idp.user(&format!("gone{number}@example.net"));
    }
    house.kill();
    for end in ["-wal", "-shm"] {
        fs::remove_file(house.data().join(format!("appliance.sqlite{end}"))).unwrap();
    }
    house.start();
    assert_eq!(people(&house.data()), then);
    house.client(idp.token()).user("after@example.net");
    let backup = backed_up(&house.data());
    house
        .cli(&["backup", "verify", backup.to_str().unwrap()])
        .exits(0);
}

/// How many moments the power is cut at.
const CUTS: u64 = 16;

#[test]
fn a_power_cut_at_any_moment_keeps_what_was_acknowledged_by_then() {
    let (mut house, idp) = peopled();
    house.restart();
    let idp = house.client(idp.token());
    let data = house.data();
    // What had reached the disk when each of them was acknowledged: the log only grows here.
    let acknowledged: Vec<(String, u64)> = (0..80)
        .map(|number| {
            let id = idp.user(&format!("cut{number}@example.net"));
            (id, length(&data, "appliance.sqlite-wal"))
        })
        .collect();
    house.kill();
    let database = fs::read(data.join("appliance.sqlite")).unwrap();
    let log = fs::read(data.join("appliance.sqlite-wal")).unwrap();
    let whole = log.len() as u64;
    let least = acknowledged[0].1;
    let folder = tempfile::tempdir().unwrap();
    for cut in 0..CUTS {
        // Not at the ends of frames: a disk knows nothing of them.
        let kept = least + (whole - least) * cut / CUTS + cut * 37 % 512;
        let kept = kept.min(whole);
        let dir = folder.path().join(cut.to_string());
        fs::create_dir(&dir).unwrap();
        fs::write(dir.join("appliance.sqlite"), &database).unwrap();
        let mut left = log[..usize::try_from(kept).unwrap()].to_vec();
        // What was being written then is there in part, or is something else.
        if cut % 2 == 1 {
            left.extend_from_slice(&[0x5a; 700]);
        }
        fs::write(dir.join("appliance.sqlite-wal"), left).unwrap();
        let backup = backed_up(&dir);
        Run::new(&dir, &["backup", "verify", backup.to_str().unwrap()]).exits(0);
        let there = people(&dir);
        let missing = acknowledged
            .iter()
            .filter(|(id, length)| *length <= kept && !there.contains(id.as_str()))
            .count();
        assert_eq!(missing, 0, "cut at {kept} of {whole}");
    }
}

/// Runs a command where `directory` cannot be written; `None` where that cannot be had: only root may
/// mount.
fn with_read_only(directory: &Path, arguments: &[&OsStr]) -> Option<Output> {
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" || exit 77
        shift; exec \"$@\"";
    unshared(script, &[directory.as_os_str()], arguments)
}

/// Runs a command of ours by a script among mounts of its own, which exits 77 where it may not mount.
fn unshared(script: &str, places: &[&OsStr], arguments: &[&OsStr]) -> Option<Output> {
    let output = Command::new("unshare")
        .args(["-m", "sh", "-c", script, "sh"])
        .args(places)
        .arg(env!("CARGO_BIN_EXE_appliance"))
        .args(arguments)
        .output()
        .ok()?;
    let told = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || told.contains("unshare failed") {
        println!("not allowed to mount here: {told}");
        return None;
    }
    Some(output)
}

/// A file system that turns read-only, as one does that met an error.
#[test]
fn a_read_only_file_system_is_said_and_survived() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Run::new(&data, &["token", "new"]).exits(0);
    let serve = "serve --listen 127.0.0.1:0 --local-listen off --data-dir";
    let mut arguments: Vec<&OsStr> = serve.split(' ').map(OsStr::new).collect();
    arguments.push(data.as_os_str());
    let Some(output) = with_read_only(&data, &arguments) else {
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("error:") && told.contains("hint: the file system takes nothing"),
        "{told}"
    );
    Run::new(&data, &["token", "list"]).exits(0);
}

/// Runs a command where `directory` is a disk with so many bytes and a database on it, made for this; `None`
/// where that cannot be had: only root may mount.
fn with_little_room(directory: &Path, bytes: u64, arguments: &[&OsStr]) -> Option<Output> {
    let script = "mount -t tmpfs -o size=\"$2\" none \"$1\" || exit 77
        directory=$1; shift 2
        \"$1\" token new --data-dir \"$directory/data\" >&2 || exit 78
        \"$@\" || { status=$?; ls -A \"$directory/data\"; exit $status; }";
    let bytes = bytes.to_string();
    unshared(script, &[directory.as_os_str(), bytes.as_ref()], arguments)
}

/// A backup never takes the last room from the server, which goes on writing.
#[test]
fn a_backup_for_which_there_is_too_little_room_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let with = |mebibytes: u64, output: &[&OsStr]| {
        let backup = ["backup", "new", "--data-dir"].map(OsStr::new);
        let arguments = [&backup[..], &[data.as_os_str()], output].concat();
        with_little_room(folder.path(), mebibytes << 20, &arguments)
    };
    let Some(output) = with(100, &[]) else {
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("a backup may take"), "{told}");
    assert!(told.contains("make room"), "{told}");
    let left = String::from_utf8_lossy(&output.stdout);
    assert!(!left.contains(".scratch"), "{left}");
    // Wherever the backup goes: what it is made of is copied beside the data.
    let output = with(100, &["--output".as_ref(), elsewhere.path().as_os_str()]).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert_eq!(with(200, &[]).unwrap().status.code(), Some(0));
}

/// What `backup_dir` is for the unit of the timer, which may write the data directory and nothing else.
#[test]
fn a_place_for_backups_that_the_unit_may_not_write_is_met_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let [data, backups] = ["data", "backups"].map(|name| folder.path().join(name));
    fs::create_dir(&backups).unwrap();
    Run::new(&data, &["token", "new"]).exits(0);
    let backup = ["backup", "new", "--data-dir"].map(OsStr::new);
    let places = [data.as_os_str(), "--output".as_ref(), backups.as_os_str()];
    let Some(output) = with_read_only(&backups, &[&backup[..], &places].concat()) else {
        return;
    };
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("`ReadWritePaths=` must name"), "{told}");
}
