//! RFC 9865: a long walk by cursor through a town where people come and go all the time; and none at all.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::house::client::{Client, encoded};
use super::house::server::House;
use super::people::{idp, user};

const PEOPLE: usize = 20_000;
/// How long all of it may take; it is far less, unless something is looked for the hard way.
const BOUND: Duration = Duration::from_mins(3);

/// Settles people by bulk; answers their ids.
fn settle(idp: &Client) -> Vec<String> {
    let mut ids = Vec::with_capacity(PEOPLE);
    for thousand in 0..PEOPLE / 1_000 {
        let operations: Vec<Value> = (0..1_000)
            .map(|one| {
                // Names in no order of arrival.
                let number = (thousand * 1_000 + one) * 7_919 % PEOPLE;
                let data = user(&format!("p{number:05}"), json!({}));
                json!({"method": "POST", "path": "/Users", "bulkId": one.to_string(), "data": data})
            })
            .collect();
        ids.extend(idp.bulk(&operations).is(200).bulk_ids());
    }
    ids
}

/// Follows the cursors to the end; how often each id was met.
fn walk(idp: &Client, query: &str) -> HashMap<String, u32> {
    let mut met = HashMap::new();
    let mut cursor = String::new();
    loop {
        let page = idp
            .get(&format!(
                "/Users?attributes=id&count=500&{query}&cursor={}",
                encoded(&cursor)
            ))
            .is(200);
        for id in page.column("id") {
            *met.entry(id).or_default() += 1;
        }
        match page.at("/nextCursor") {
            Value::String(next) => cursor = next,
            _ => return met,
        }
    }
}

/// Until told to stop: one of the first comers leaves, then one of the last, and somebody new arrives
/// whose name is anywhere. Answers who left.
fn stir(idp: &Client, ids: &[String], stop: &AtomicBool) -> HashSet<String> {
    let mut left = HashSet::new();
    for round in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let at = (round / 2) * 13 % (PEOPLE / 2);
        let leaver = if round % 2 == 0 {
            &ids[at]
        } else {
            &ids[PEOPLE - 1 - at]
        };
        if left.insert(leaver.clone()) {
            idp.delete(&format!("/Users/{leaver}")).is(204);
        }
        idp.user(&format!("p{:05}-{round}", round * 31 % PEOPLE));
    }
    left
}

#[test]
fn a_walk_over_20_000_people_meets_every_survivor_exactly_once() {
    let begun = Instant::now();
    let house = House::open();
    let idp = house.idp();
    let ids = settle(&idp);
    assert_eq!(ids.len(), PEOPLE);
    let (walker, stirrer) = (idp.again(), idp.again());
    let stop = AtomicBool::new(false);
    let (walks, left) = thread::scope(|scope| {
        let left = scope.spawn(|| stir(&stirrer, &ids, &stop));
        let walks = [
            "",
            "sortBy=userName",
            "sortBy=userName&sortOrder=descending",
            "filter=userName%20sw%20%22p%22",
        ]
        .map(|query| (query, walk(&walker, query)));
        stop.store(true, Ordering::Relaxed);
        (walks, left.join().unwrap())
    });
    assert!(left.len() > 10, "nobody came and went");
    for (query, met) in walks {
        let twice = met.values().filter(|times| **times > 1).count();
        assert_eq!(twice, 0, "{query}: {twice} were met twice");
        let missed = ids
            .iter()
            .filter(|id| !left.contains(*id) && !met.contains_key(*id))
            .count();
        assert_eq!(missed, 0, "{query}: {missed} were never met");
    }
    assert!(begun.elapsed() < BOUND, "it took {:?}", begun.elapsed());
}

#[test]
fn counts_of_nought_and_below_answer_the_total() {
    let idp = idp();
    idp.user("ada@example.net");
    for count in ["0", "-1", "-99999999999999999999"] {
        idp.get(&format!("/Users?cursor&count={count}"))
            .is(200)
            .shows(json!({"totalResults": 1, "itemsPerPage": 0, "Resources": []}));
    }
    for count in ["x", "1.5", ""] {
        idp.get(&format!("/Users?cursor&count={count}"))
            .refused(400, "invalidCount");
    }
}
