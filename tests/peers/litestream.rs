//! Litestream replicates the database of a running server, with the configuration that we ship: what
//! is older than its interval survives the loss of the machine.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::house::client::Client;
use crate::house::run::Run;
use crate::house::server::House;
use crate::program::installed;

/// What may be lost: the interval of the shipped configuration, and as much again for the machine.
const INTERVAL: Duration = Duration::from_secs(2);
/// How long is written before everything is lost.
const LOAD: Duration = Duration::from_secs(6);

/// The shipped configuration with the places of this test.
fn configuration(folder: &Path, database: &Path) -> PathBuf {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/litestream.yml");
    let text = fs::read_to_string(shipped).unwrap();
    let text = text
        .replace(
            "/var/lib/appliance/appliance.sqlite",
            database.to_str().unwrap(),
        )
        .replace(
            "/mnt/replica/appliance",
            folder.join("replica").to_str().unwrap(),
        );
    let file = folder.join("litestream.yml");
    fs::write(&file, text).unwrap();
    file
}

/// Litestream at work; killed when it is dropped.
struct Replication(Child);

impl Replication {
    fn start(configuration: &Path, log: &Path) -> Self {
        let log = File::create(log).unwrap();
        let child = Command::new(installed("litestream"))
            .args(["replicate", "-config"])
            .arg(configuration)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Replication {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Makes people until it is told to stop; who was acknowledged, and when.
fn write(idp: &Client, prefix: &str, until: Instant) -> Vec<(String, Instant)> {
    let mut acknowledged = Vec::new();
    for number in 0..100_000 {
        if Instant::now() > until {
            break;
        }
        let name = format!("{prefix}{number}@example.net");
        acknowledged.push((idp.user(&name), Instant::now()));
    }
    acknowledged
}

#[test]
fn what_is_older_than_the_interval_survives_the_loss_of_the_machine() {
    let mut house = House::open();
    let idp = house.idp();
    let folder = tempfile::tempdir().unwrap();
    let database = house.data().join("appliance.sqlite");
    let configuration = configuration(folder.path(), &database);
    let log = folder.path().join("log");
    let mut replication = Replication::start(&configuration, &log);
    // From the first snapshot on everything is replicated.
    let begun = Instant::now();
    while !fs::read_to_string(&log)
        .unwrap()
        .contains("snapshot written")
    {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{}",
            fs::read_to_string(&log).unwrap()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let until = Instant::now() + LOAD;
    let acknowledged: Vec<(String, Instant)> = std::thread::scope(|scope| {
        let writers: Vec<_> = ["a", "b"]
            .into_iter()
            .map(|prefix| {
                let idp = idp.again();
                scope.spawn(move || write(&idp, prefix, until))
            })
            .collect();
        // A backup in the midst of it changes nothing.
        house.cli(&["backup", "new"]).exits(0);
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap())
            .collect()
    });
    let lost = Instant::now();
    replication.0.kill().unwrap();
    house.kill();
    drop(replication);

    let data = folder.path().join("stand-by");
    fs::create_dir(&data).unwrap();
    let restored = Command::new(installed("litestream"))
        .args(["restore", "-config"])
        .arg(&configuration)
        .arg("-o")
        .arg(data.join("appliance.sqlite"))
        .arg(&database)
        .env_clear()
        .output()
        .unwrap();
    assert!(
        restored.status.success(),
        "{}",
        crate::program::told(&restored)
    );
    let sql = rusqlite::Connection::open(data.join("appliance.sqlite")).unwrap();
    let verdict: String = sql
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
    drop(sql);

    let there = Run::new(&data, &["export", "users", "--format", "ndjson"]).prints();
    let old: Vec<&String> = acknowledged
        .iter()
        .filter(|(_, at)| lost.duration_since(*at) > INTERVAL)
        .map(|(id, _)| id)
        .collect();
    assert!(
        old.len() > 50,
        "only {} writes: this tested little",
        old.len()
    );
    let missing = old.iter().filter(|id| !there.contains(id.as_str())).count();
    assert_eq!(missing, 0, "of {}", old.len());
    // The stand-by serves, and its backups are sound.
    let backup = Run::new(&data, &["backup", "new"]).prints();
    Run::new(&data, &["backup", "verify", &backup]).exits(0);
}
