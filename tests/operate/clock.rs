//! The machine's clock jumps, ahead and back, under a running server: what holds, what is said, and that
//! all is well when it is right again.

use std::fs;
use std::os::unix::fs::FileExt;
use std::process::Command;
use std::sync::Arc;

use appliance::store::{Role, Store};
use appliance::tasks::prune;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::client::Client;
use crate::house::run::Environment;
use crate::house::server::House;
use crate::retention::later;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// Stands between a process and the clock: what a file says is added to every answer.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile long long *ahead;

__attribute__((constructor)) static void find(void) {
  const char *name = getenv("CLOCK_AHEAD");
  int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *place = mmap(0, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
  if (place != MAP_FAILED) ahead = place;
  close(file);
}

int clock_gettime(clockid_t which, struct timespec *at) {
  int answer = syscall(SYS_clock_gettime, which, at);
  if (answer == 0 && which == CLOCK_REALTIME && ahead) at->tv_sec += *ahead;
  return answer;
}
"#;

/// A house whose clock can be moved.
struct Movable {
    house: House,
    folder: TempDir,
}

impl Movable {
    /// With a server that listens on this machine too.
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [source, shim, ahead] =
            ["clock.c", "clock.so", "ahead"].map(|name| folder.path().join(name));
        fs::write(&source, SHIM).unwrap();
        fs::write(&ahead, 0_i64.to_ne_bytes()).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&shim, &source])
            .status()
            .unwrap();
        assert!(built.success());
        let environment: Environment = vec![
            ("LD_PRELOAD", shim.into_os_string()),
            ("CLOCK_AHEAD", ahead.into_os_string()),
        ];
        let house = House::under(environment, &["--local-listen", "127.0.0.1:0"]);
        Self { house, folder }
    }

    /// Sets the clock so many seconds ahead of the right time, or behind it.
    fn set(&self, ahead: i64) {
        let place = self.folder.path().join("ahead");
        // Never shorter meanwhile: processes look at its bytes all the time.
        let file = fs::OpenOptions::new().write(true).open(place).unwrap();
        file.write_all_at(&ahead.to_ne_bytes(), 0).unwrap();
    }

    /// What `check` says of these topics.
    fn check(&self, topic: &str) -> String {
        let said = self.house.cli(&["check", "--json"]);
        let said: Value = serde_json::from_str(&said.stdout).unwrap();
        let findings = said["findings"].as_array().unwrap();
        let about = findings.iter().filter(|finding| finding["topic"] == topic);
        about.map(Value::to_string).collect()
    }

    /// Sequences and kinds of all changes, in their order.
    fn changes(&self) -> Vec<u64> {
        let said = self
            .house
            .cli(&["export", "changes", "--format", "json"])
            .prints();
        let said: Value = serde_json::from_str(&said).unwrap();
        let changes = said.as_array().unwrap().iter();
        changes
            .map(|change| change["sequence"].as_u64().unwrap())
            .collect()
    }
}

/// `meta.lastModified`, which sorts as time does.
fn modified(idp: &Client, id: &str) -> String {
    let user = idp.get(&format!("/Users/{id}")).is(200);
    user.at("/meta/lastModified").as_str().unwrap().to_owned()
}

fn retitle(idp: &Client, id: &str, title: &str) {
    let operation = json!([{"op": "replace", "path": "title", "value": title}]);
    idp.patch(&format!("/Users/{id}"), operation).is(200);
}

#[test]
fn the_clock_of_a_house_can_be_moved_at_all() {
    let movable = Movable::open();
    let id = movable.house.idp().user("mira@example.net");
    let idp = movable.house.idp();
    movable.set(10 * DAY);
    let before = modified(&idp, &id);
    retitle(&idp, &id, "Later");
    let days = |text: &str| text[..10].replace('-', "").parse::<u32>().unwrap();
    assert!(days(&modified(&idp, &id)) > days(&before));
}

#[test]
fn a_token_ends_by_the_clock_and_is_good_again_only_while_it_is_early() {
    let movable = Movable::open();
    let house = &movable.house;
    let brief = house.client(&house.cli(&["token", "new", "--expiry", "1h"]).prints());
    let long = house.idp();
    for (ahead, brief_is, long_is) in [
        (0, 200, 200),
        (2 * HOUR, 401, 200),
        (2 * YEAR, 401, 401),
        (3 * HOUR, 401, 200),
        (0, 200, 200),
        (-YEAR, 200, 200),
    ] {
        movable.set(ahead);
        brief.get("/Users").is(brief_is);
        long.get("/Users").is(long_is);
        assert_eq!(house.local("/healthz").0, 200);
        assert_eq!(house.local("/readyz").0, 200);
    }
}

#[test]
fn changes_stay_in_order_and_no_date_goes_back() {
    let movable = Movable::open();
    let idp = movable.house.idp();
    let id = idp.user("mira@example.net");
    let mut last = modified(&idp, &id);
    for (ahead, title) in [
        (DAY, "ahead"),
        (-DAY, "behind"),
        (-YEAR, "far behind"),
        (0, "right"),
        (2 * DAY, "ahead again"),
    ] {
        movable.set(ahead);
        retitle(&idp, &id, title);
        let now = modified(&idp, &id);
        assert!(now >= last, "{title}: {now} after {last}");
        last = now;
        idp.user(&format!("{}@example.net", title.replace(' ', "")));
    }
    movable.set(0);
    let mut changes = movable.changes();
    let newest = changes.len() as u64;
    changes.sort_unstable();
    assert_eq!(changes, (1..=newest).collect::<Vec<_>>());
    let found = idp.get("/Users").counts(6);
    for user in found.resources() {
        let meta = &user["meta"];
        assert!(
            meta["lastModified"].as_str() >= meta["created"].as_str(),
            "{user}"
        );
    }
}

#[test]
fn a_wrong_clock_is_warned_of() {
    let movable = Movable::open();
    let idp = movable.house.idp();
    idp.user("mira@example.net");
    assert!(movable.check("clock").contains("\"good\""));
    movable.set(-DAY);
    let clock = movable.check("clock");
    assert!(
        clock.contains("in the future") && clock.contains("NTP"),
        "{clock}"
    );
    movable.set(100 * YEAR);
    let certificate = movable.check("certificate");
    assert!(certificate.contains("expired"), "{certificate}");
    let warned = movable.house.cli(&["status", "--json"]).exits(5).stdout;
    assert!(warned.contains("certificateExpires"), "{warned}");
    movable.set(0);
    assert!(!movable.check("certificate").contains("expired"));
    assert!(movable.check("clock").contains("\"good\""));
}

#[test]
fn backups_are_thinned_out_by_their_own_dates() {
    let movable = Movable::open();
    movable.house.idp().user("mira@example.net");
    for day in 0..12 {
        movable.set(day * DAY);
        movable.house.cli(&["backup", "new"]).exits(0);
    }
    let would_go = || {
        let said = movable.house.cli(&["backup", "prune", "--check"]);
        said.prints().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    movable.set(12 * DAY);
    let now = would_go();
    assert!((1..6).contains(&now.len()), "{now:?}");
    for ahead in [12 * DAY, 10 * YEAR] {
        movable.set(ahead);
        assert_eq!(would_go(), now);
    }
    movable.set(-10 * YEAR);
    assert_eq!(would_go(), Vec::<String>::new(), "all are from the future");
    // One that was made in a wrong year stays, takes nobody's place, and is not the newest of all.
    movable.set(10 * YEAR);
    let wrong = movable.house.cli(&["backup", "new"]).prints();
    movable.set(12 * DAY);
    assert_eq!(would_go(), now);
    let newest = movable.house.cli(&["backup", "new"]).prints();
    let least = [
        "--keep-daily",
        "1",
        "--keep-weekly",
        "0",
        "--keep-monthly",
        "0",
    ];
    let gone = [&["backup", "prune"][..], &least].concat();
    let gone = movable.house.cli(&gone).prints();
    assert_eq!(gone.lines().count(), 12);
    assert!(!gone.contains(&wrong) && !gone.contains(&newest), "{gone}");
    let said = movable.house.cli(&["status", "--json"]).stdout;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["backup"]["file"], newest.as_str());
}

#[test]
fn what_was_taken_away_is_found_behind_changes_of_a_wrong_clock() {
    let movable = Movable::open();
    let house = &movable.house;
    let idp = house.idp();
    let gone = idp.user("mira@example.net");
    idp.delete(&format!("/Users/{gone}")).is(204);
    movable.set(-YEAR);
    idp.user("behind@example.net");
    movable.set(0);
    let log = house.cli(&["log", "--since", "1h", "--json"]).prints();
    assert!(log.contains(&gone), "{log}");
    assert!(!log.contains("behind@example.net"), "{log}");
    let undo = ["connection", "undo", "default", "--since", "1h", "--json"];
    let forecast = house.cli(&[&undo[..], &["--check"]].concat()).prints();
    let done = house.cli(&undo).prints();
    for said in [forecast, done] {
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["users"], 1, "{said}");
    }
    idp.get(&format!("/Users/{gone}")).is(200);
}

#[test]
fn old_changes_are_purged_behind_one_of_a_clock_that_was_ahead() {
    let mut movable = Movable::open();
    let token = movable.house.cli(&["token", "new", "--expiry", "1000d"]);
    let idp = movable.house.client(&token.prints());
    movable.set(2 * YEAR);
    idp.user("ahead@example.net");
    movable.set(0);
    idp.user("mira@example.net");
    movable.house.stop();
    let old = |store, clock| prune::changes(store, 400, clock, Arc::default());
    let purged = || {
        let store = Store::open(&movable.house.data(), Role::Guest).unwrap();
        store.read(|view| view.purged_changes()).unwrap()
    };
    later(&movable.house, "399d", old);
    assert_eq!(purged(), 0);
    later(&movable.house, "401d", old);
    assert_eq!(purged(), 2);
}
