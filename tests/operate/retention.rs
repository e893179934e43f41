//! What is kept for a time only: tombstones, and what changes say about people.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use appliance::base::{Clock, Timestamp, duration};
use appliance::operate::{Operator, configure};
use appliance::store::{Role, Store, StoreError};
use appliance::tasks::{Task, prune};
use serde_json::json;

use crate::house::server::House;

/// Runs a task on the data of a house that is stopped, so long from now.
pub(crate) fn later(house: &House, time: &str, task: impl FnOnce(Store, Clock) -> Task) {
    let store = Store::open(&house.data(), Role::Server).unwrap();
    let then = Clock::system().now().plus(duration(time).unwrap());
    (task(store.clone(), Clock::fixed(then)).run)().unwrap();
    store.close();
}

#[test]
fn who_was_deleted_is_forgotten_when_the_retention_ends() {
    let mut house = House::open();
    let idp = house.idp();
    let there = house.connection("okta", &["retention=90d"]);
    let here: Vec<String> = (0..250).map(|n| idp.user(&format!("u{n}"))).collect();
    let staff = idp.group("Staff", &[&here[0]]);
    let eve = there.user("eve");
    for id in &here {
        idp.delete(&format!("/Users/{id}")).is(204);
    }
    idp.delete(&format!("/Groups/{staff}")).is(204);
    there.delete(&format!("/Users/{eve}")).is(204);
    house.stop();

    let gone = |store, clock| prune::tombstones(store, clock, Arc::default());
    later(&house, "29d", gone);
    let listed = house.cli(&["user", "list", "--deleted", "--json"]).prints();
    assert_eq!(listed.matches("\"state\": \"deleted\"").count(), 251);
    later(&house, "31d", gone);
    let listed = house.cli(&["user", "list", "--deleted", "--json"]).prints();
    assert_eq!(listed.matches("\"state\": \"deleted\"").count(), 1);
    for who in ["u0", &here[0]] {
        house.cli(&["user", "restore", who]).exits(3);
        house.cli(&["user", "show", who]).exits(3);
    }
    house.cli(&["group", "restore", "Staff"]).exits(3);
    let undone = house
        .cli(&["connection", "undo", "default", "--since", "1h", "--json"])
        .exits(5)
        .stdout;
    assert_eq!(undone.matches("deleted for good").count(), 251, "{undone}");
    house
        .cli(&["user", "restore", "eve", "--connection", "okta"])
        .exits(0);
    // The name is free, and their history is still told.
    house.start();
    let idp = house.idp();
    idp.user("u0");
    house.cli(&["user", "history", &here[0]]).exits(0);
}

#[test]
fn a_retention_that_is_made_longer_holds_for_what_is_not_forgotten_yet() {
    let mut house = House::open();
    let idp = house.idp();
    let eve = idp.user("eve");
    idp.delete(&format!("/Users/{eve}")).is(204);
    house.stop();

    let store = Store::open(&house.data(), Role::Server).unwrap();
    let now = Clock::system().now();
    // The writer is held up, and the operator's change is next, when the task asks what is kept.
    let (go_on, held) = mpsc::channel::<()>();
    let (begun, begins) = mpsc::channel();
    let first = store.write(move |_| {
        begun.send(()).unwrap();
        let _ = held.recv();
        Ok::<_, StoreError>(())
    });
    begins.recv().unwrap();
    let operator = Operator {
        actor: "root".to_owned(),
        now,
    };
    let longer = ["retention=90d".to_owned()];
    let change = store.write(move |tx| configure(tx, "default", &longer, &operator));
    let then = Clock::fixed(now.plus(duration("31d").unwrap()));
    let mut task = prune::tombstones(store.clone(), then, Arc::default());
    thread::scope(|scope| {
        scope.spawn(move || (task.run)().unwrap());
        while store.load().waiting < 2 {
            thread::sleep(Duration::from_millis(1));
        }
        drop(go_on);
    });
    first.wait().unwrap();
    change.wait().unwrap();
    store.close();
    house.cli(&["user", "restore", "eve"]).exits(0);
}

#[test]
fn what_old_changes_say_about_people_goes_and_the_sequence_stays() {
    let mut house = House::open();
    let idp = house.idp();
    let ids: Vec<String> = (0..210)
        .map(|n| idp.user_with(&format!("u{n}"), json!({"title": "Countess"})))
        .collect();
    let staff = idp.group("Staff", &[&ids[0]]);
    house.stop();
    let changes = |house: &House| {
        let store = Store::open(&house.data(), Role::Guest).unwrap();
        store
            .read(|view| {
                let purged = view.purged_changes()?;
                Ok::<_, StoreError>((view.changes(None, 0, 1_000)?, purged))
            })
            .unwrap()
    };
    let (before, _) = changes(&house);
    let old = |store, clock| prune::changes(store, 400, clock, Arc::default());
    later(&house, "399d", old);
    assert_eq!(changes(&house), (before.clone(), 0));
    later(&house, "401d", old);
    let (after, purged) = changes(&house);
    assert_eq!(purged, 211);
    assert_eq!(after.len(), before.len());
    for (before, after) in before.iter().zip(&after) {
        let change = &after.change;
        assert_eq!(after.sequence, before.sequence);
        assert_eq!(
            (&change.resource, &change.cause, change.at, change.version),
            (
                &before.change.resource,
                &before.change.cause,
                before.change.at,
                before.change.version
            )
        );
        assert_eq!(
            (change.before.as_deref(), change.after.as_deref()),
            (None, Some("{}"))
        );
        assert!(change.joined.is_empty() && change.parted.is_empty());
    }
    // What was then cannot be told any more, up to the last change that says nothing.
    let last = before[210].change.at;
    let args = ["export", "users", "--as-of"];
    let refused = house.cli(&[&args[..], &["1h"]].concat());
    let too_early = Timestamp::from_millis(last.as_millis() - 1).to_string();
    for (at, run) in [
        ("1h", refused),
        (&too_early, house.cli(&[&args[..], &[&too_early]].concat())),
    ] {
        let refused = run.exits(4).stderr;
        let reason = "cannot be undone any more: old changes say nothing about people";
        assert!(refused.contains(reason), "{at}: {refused}");
        let reaches = format!("reaches back to {last}");
        assert!(refused.contains(&reaches), "{at}: {refused}");
    }
    let told = house
        .cli(&[&args[..], &[&last.to_string()]].concat())
        .prints();
    assert_eq!(told.lines().count(), 211);
    // Nothing of it is in the way of anybody: the record goes on, and people are as they were.
    house.start();
    let idp = house.idp();
    idp.get(&format!("/Users/{}", ids[0])).is(200);
    idp.delete(&format!("/Groups/{staff}")).is(204);
    house.cli(&["user", "history", &ids[0]]).exits(0);
    house.cli(&["user", "show", &ids[0]]).exits(0);
    house
        .cli(&["connection", "undo", "default", "--since", "500d"])
        .exits(0);
    idp.get(&format!("/Groups/{staff}")).is(200);
}
