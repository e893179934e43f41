//! No scan, no sort, and no more steps among many rows than among few.

use std::fmt::Write;

use serde_json::json;

use super::house::{FEW, House, at, deed, id, person, ties};
use crate::base::TokenDigest;
use crate::scim::{Attributes, Kind, Resource, Urn};
use crate::store::error::StoreError;
use crate::store::guard::Toll;
use crate::store::page::{Page, Position};
use crate::store::record::Delta;
use crate::store::resources::Stored;
use crate::store::view::Tx;

/// Tables that grow with the people.
const TABLES: [&str; 10] = [
    "path",
    "resource",
    "attribute",
    "shape",
    "trait",
    "member",
    "change",
    "token",
    "derived",
    "derived_member",
];
const MANY: u64 = 4_000;

/// Filters that find the same few people however many there are.
const MATCHES: [(Kind, &str); 16] = [
    (Kind::User, "userName eq \"U000200@example.net\""),
    (Kind::User, "userName eq \"nobody@example.net\""),
    (Kind::User, "externalId eq \"E200\""),
    (
        Kind::User,
        "emails[type eq \"work\"].value eq \"u200@example.net\"",
    ),
    (
        Kind::User,
        "emails[type eq \"work\" and value eq \"u200@example.net\"]",
    ),
    (
        Kind::User,
        "emails.value eq \"u200@example.net\" and active eq true",
    ),
    (
        Kind::User,
        "not (active eq false) and userName eq \"u000200@example.net\"",
    ),
    (
        Kind::User,
        "userName sw \"u00020\" and emails[type eq \"home\"]",
    ),
    (
        Kind::User,
        "externalId eq \"E200\" or userName eq \"u000201@example.net\"",
    ),
    (Kind::User, "id eq \"00000000-0000-7000-8000-0000000000c8\""),
    (
        Kind::User,
        "meta.location eq \"https://a/Users/00000000-0000-7000-8000-0000000000c8\"",
    ),
    (
        Kind::User,
        "meta.lastModified lt \"1970-01-01T00:00:00.010Z\"",
    ),
    (Kind::User, "userName le \"u000010\""),
    (Kind::Group, "displayName eq \"analysts\""),
    (
        Kind::Group,
        "members.value eq \"00000000-0000-7000-8000-0000000000c8\"",
    ),
    (
        Kind::Group,
        "id eq \"00000000-0000-7000-8000-0000000f4240\" and \
         members[value eq \"00000000-0000-7000-8000-0000000000c8\"]",
    ),
];

fn wait(tx: &Tx<'_>, person: &Stored) -> Result<(), StoreError> {
    tx.active_users(1)?;
    let waiting = tx.set_waiting(person.clone(), true)?;
    assert!(tx.longest_waiting(1)?.is_some());
    tx.set_waiting(waiting, false).map(|_| ())
}

/// Something whose cost is measured.
type Work<'a> = &'a dyn Fn(&Tx<'_>) -> Result<(), StoreError>;

/// The costs of what follows for others, and of what a guard asks.
fn follow(house: &House, note: &mut dyn FnMut(String, Work<'_>)) {
    let ties = ties(&house.schemas);
    note("another department".to_owned(), &|tx| {
        let stored = &house.people[200];
        let before = stored.attributes()?;
        let (after, delta) = (person(201).attributes, Delta::default());
        tx.amend(&deed(&ties), stored, &before, after, delta, &house.schemas)
            .map(|now| assert!(now.is_some()))
    });
    note("what a guard asks".to_owned(), &|tx| {
        tx.watch(1)?;
        tx.note_taken(1, Toll::default(), at(7), at(0))?;
        tx.toll(1, at(0)).map(|_| ())
    });
    note("one less in a department".to_owned(), &|tx| {
        tx.take_away(&deed(&ties), &house.people[201], &house.schemas)
    });
}

fn costs(house: &House) -> Vec<(String, i32)> {
    let mut costs = Vec::new();
    let mut note = |name: String, work: Work<'_>| {
        // Once to prepare and to learn the paths.
        house.steps(|tx| work(tx));
        costs.push((name, house.steps(|tx| work(tx))));
    };
    let last = house.people.len() - 1;
    let first = Page::Index {
        start: 1,
        count: 100,
    };
    for (kind, filter) in MATCHES {
        note(filter.to_owned(), &|tx| {
            house.search(tx, kind, filter, first.clone())
        });
    }
    for start in [1, u64::try_from(last).unwrap() - 98] {
        note(
            format!(
                "page of 100 at {}",
                if start == 1 { "first" } else { "last" }
            ),
            &|tx| house.search(tx, Kind::User, "", Page::Index { start, count: 100 }),
        );
    }
    let number = house.people[last - 50].number;
    note("page of 50 behind a cursor".to_owned(), &|tx| {
        let position = Some(Position::Arrival(number));
        house.search(
            tx,
            Kind::User,
            "",
            Page::After {
                position,
                count: 50,
            },
        )
    });
    note("get".to_owned(), &|tx| {
        tx.resource(1, Kind::User, &id(200))
            .map(|found| assert!(found.is_some()))
    });
    note("token".to_owned(), &|tx| {
        tx.token_by_digest(&TokenDigest::from_bytes([0; 32]))
            .map(|_| ())
    });
    note("groups of a page".to_owned(), &|tx| {
        let numbers: Vec<i64> = house.people[100..200]
            .iter()
            .map(|one| one.number)
            .collect();
        tx.groups_of(&numbers).map(|of| assert_eq!(of.len(), 50))
    });
    note("create".to_owned(), &|tx| {
        tx.insert_resource(1, &person(900_000), &house.schemas)
            .map(|_| ())
    });
    note("replace".to_owned(), &|tx| {
        let after = Resource {
            id: id(200),
            ..person(900_001)
        };
        let before = &house.people[200];
        let was = before.attributes()?;
        tx.replace_resource(before, &was, &after, &house.schemas)
            .map(|_| ())
    });
    note("another type of address".to_owned(), &|tx| {
        let before = &house.people[200];
        let (was, mut after) = (before.attributes()?, person(200));
        let mut attributes = after.attributes.into_map();
        let emails = json!([{"value": "u200@example.net", "type": "other"}]);
        attributes.insert("emails".to_owned(), emails);
        after.attributes = Attributes::from_canonical(attributes);
        tx.replace_resource(before, &was, &after, &house.schemas)
            .map(|_| ())
    });
    note("delete".to_owned(), &|tx| {
        tx.delete_resource(&house.people[201], &house.schemas)
    });
    note("a member more and one less".to_owned(), &|tx| {
        let group = &house.group;
        tx.add_members(group.number, &[house.people[1].number])?;
        tx.remove_members(group.number, &[house.people[2].number])?;
        tx.touch_resource(group, at(7)).map(|_| ())
    });
    follow(house, &mut note);
    note("what follows in a schema".to_owned(), &|tx| {
        let urn = Urn::new(Urn::USER);
        tx.extended(1, Kind::User, &urn, house.people[100].number, 20)
            .map(|_| ())
    });
    note("a turn in the queue for seats".to_owned(), &|tx| {
        wait(tx, &house.people[201])
    });
    note("the rules".to_owned(), &|tx| tx.rules(1).map(|_| ()));
    note("a circle".to_owned(), &|tx| {
        tx.holds(house.group.number, house.people[1].number)
            .map(|_| ())
    });
    costs
}

#[test]
fn work_among_many_takes_no_more_steps_than_among_few() {
    let few = House::of(FEW);
    let many = House::of(MANY);
    let mut complaints = String::new();
    for ((name, few), (_, many)) in costs(&few).into_iter().zip(costs(&many)) {
        if f64::from(many) > f64::from(few) * 1.1 {
            writeln!(complaints, "{name}: {few} steps, then {many}").unwrap();
        }
    }
    for house in [&few, &many] {
        let bad = std::mem::take(&mut *house.bad.lock().unwrap());
        for statement in bad {
            writeln!(complaints, "scans or sorts: {statement}").unwrap();
        }
        // Taken out, because explaining a statement runs the meter too.
        let seen = std::mem::take(&mut *house.seen.lock().unwrap());
        for statement in seen.keys() {
            let plan: Vec<String> = house
                .session
                .sql()
                .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
                .and_then(|mut plan| {
                    plan.raw_query()
                        .mapped(|row| row.get::<_, String>(3))
                        .collect()
                })
                .unwrap_or_default();
            for step in &plan {
                // A subquery or a co-routine is what a statement has made itself.
                let scans = step.starts_with("SCAN ")
                    && TABLES
                        .iter()
                        .any(|table| step.split_whitespace().nth(1) == Some(table));
                if scans || step.contains("TEMP B-TREE FOR ORDER BY") {
                    writeln!(complaints, "{step}: {statement}").unwrap();
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}
