//! R4: a disk that takes nothing more. What an identity provider, a watching system and the operator see,
//! and that nothing acknowledged is lost.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::house::client::Client;
use crate::house::reply::Reply;
use crate::house::server::House;
use serde_json::{Value, json};

fn open() -> (House, Client) {
    let house = House::with(&["--local-listen", "127.0.0.1:0"]);
    let idp = house.idp();
    idp.user("first@example.net");
    (house, idp)
}

/// Runs a program, and says whether it did what it was to do.
fn done(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).output();
    match output {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            println!("{program}: {}", String::from_utf8_lossy(&output.stderr));
            false
        }
        Err(error) => {
            println!("{program}: {error}");
            false
        }
    }
}

/// Bounds what files of the server may grow to, as a full disk does; `unlimited` ends it.
fn bound(house: &House, bytes: &str) {
    let pid = house.pid().to_string();
    let bound = format!("--fsize={bytes}:unlimited");
    assert!(done("prlimit", &["--pid", &pid, &bound]));
}

/// Makes a file unchangeable, or changeable again, also for who has it open.
fn freeze(house: &House, how: &str) -> bool {
    let log = house.data().join("appliance.sqlite-wal");
    done("chattr", &[how, log.to_str().unwrap()])
}

/// A create that is refused because of the disk, as R4 wants it.
#[track_caller]
fn refused(reply: &Reply, took: Duration) {
    assert!(matches!(reply.status, 503 | 507), "{}", reply.told());
    assert!(reply.header("retry-after").is_some(), "{}", reply.told());
    assert_eq!(
        reply.at("/schemas/0"),
        "urn:ietf:params:scim:api:messages:2.0:Error"
    );
    assert!(took <= Duration::from_secs(1), "{took:?}");
}

/// Creates people until one is refused; those who were not.
#[track_caller]
fn fill(idp: &Client) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0..2_000 {
        let body = json!({"userName": format!("fill{number}@example.net")});
        let begun = Instant::now();
        let reply = idp
            .request("POST", "/Users")
            .json(&body)
            .try_send()
            .unwrap();
        if reply.status != 201 {
            refused(&reply, begun.elapsed());
            return acknowledged;
        }
        acknowledged.push(reply.id());
    }
    panic!("nothing was ever refused");
}

/// While nothing can be written: said to who watches, and nothing else has changed.
#[track_caller]
fn is_said(house: &House, idp: &Client) {
    let (code, why) = house.local("/readyz");
    assert_eq!(code, 503);
    assert!(
        why.contains("the database cannot be written: the disk is full"),
        "{why}"
    );
    assert_eq!(house.local("/healthz").0, 200);
    let page = house.local("/metrics").1;
    let failures = page
        .lines()
        .find_map(|line| line.strip_prefix("appliance_commit_failures_total "));
    assert!(failures.unwrap().parse::<f64>().unwrap() > 0.0, "{page}");
    let found = idp.find("/Users", "userName eq \"first@example.net\"");
    found.counts(1);
}

/// When something can be written again: at once, without a restart, and after one nothing is missing.
#[track_caller]
fn recovers(mut house: House, idp: &Client, mut acknowledged: Vec<String>) {
    let begun = Instant::now();
    acknowledged.push(idp.user("again@example.net"));
    assert!(begun.elapsed() <= Duration::from_secs(2));
    assert_eq!(house.local("/readyz").0, 200);
    house.kill();
    house.start();
    let idp = house.client(idp.token());
    for id in &acknowledged {
        idp.get(&format!("/Users/{id}")).is(200);
    }
    idp.get("/Users").counts(acknowledged.len() as u64 + 1);
}

#[test]
fn a_full_disk_is_not_ready_until_there_is_room() {
    let (house, idp) = open();
    let log = std::fs::metadata(house.data().join("appliance.sqlite-wal")).unwrap();
    bound(&house, &(log.len() + 60_000).to_string());
    let acknowledged = fill(&idp);
    assert!(!acknowledged.is_empty());
    // What was too little for a person may do for something smaller, until it is gone too.
    bound(&house, &log.len().to_string());
    is_said(&house, &idp);
    bound(&house, "unlimited");
    recovers(house, &idp, acknowledged);
}

#[test]
fn a_disk_that_turned_read_only_is_not_ready_until_it_can_be_written() {
    let (house, idp) = open();
    if !freeze(&house, "+i") {
        println!(
            "skipped: a file can be made unchangeable by root only, and not on every file system"
        );
        return;
    }
    let acknowledged = fill(&idp);
    let said = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| is_said(&house, &idp)));
    // Whatever was found, the file must be removable again.
    assert!(freeze(&house, "-i"));
    said.unwrap();
    assert_eq!(acknowledged.len(), 0);
    recovers(house, &idp, acknowledged);
}

#[test]
fn a_disk_with_little_room_is_a_warning_of_status_before_it_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=$2 none \"$1\" || exit 77
        \"$0\" token new --data-dir \"$1\" >&2 && exec \"$0\" status --json --data-dir \"$1\"";
    for (size, warning) in [
        ("400m", "MiB are left on the disk of the data directory"),
        ("40m", "the disk of the data directory is full"),
    ] {
        let output = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
            .arg(env!("CARGO_BIN_EXE_appliance"))
            .arg(folder.path())
            .arg(size)
            .output();
        let output = match output {
            Ok(output) if output.status.code() == Some(5) => output,
            other => {
                let mounted = other
                    .as_ref()
                    .is_ok_and(|output| output.status.code() == Some(0));
                assert!(!mounted, "no warning with {size}: {other:?}");
                println!("skipped: no mount namespace here: {other:?}");
                return;
            }
        };
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let warnings = said["warnings"].as_array().unwrap();
        let of_disk = warnings.iter().find(|known| known["kind"] == "disk");
        let text = of_disk.unwrap()["text"].as_str().unwrap();
        assert!(text.contains(warning), "{text}");
    }
}
