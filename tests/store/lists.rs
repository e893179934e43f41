//! Lists: pages by index and by cursor, totals, order.

use appliance::scim::Kind;
use appliance::scim::filter::{Condition, Operand, Operator, Test};
use appliance::scim::{Folded, ResourceId};
use appliance::store::{Found, Page, Search, Sort, StoreError};
use serde_json::json;

use crate::house::{DEFAULT, House, id, resource, user};

fn search(house: &House, condition: Option<Condition>, sort: Option<&Sort>, page: Page) -> Found {
    let among = [(Kind::User, condition)];
    house
        .store
        .read(|view| {
            view.search(&Search {
                connection: DEFAULT,
                among: &among,
                sort,
                page,
            })
        })
        .unwrap()
}

fn ids(found: &Found) -> Vec<ResourceId> {
    found.resources.iter().map(|stored| stored.id).collect()
}

fn test(house: &House, path: &str, operator: Operator, value: &str) -> Condition {
    Condition::Test(Test {
        attribute: house.resolved(Kind::User, path),
        operand: Operand::Compare(operator, Folded::Text(value.to_owned())),
    })
}

#[test]
fn pages_by_index_are_the_list_cut_into_pieces() {
    let house = House::open();
    house.insert_all((0..300).map(user).collect());
    let all: Vec<_> = (0..300).map(id).collect();
    for start in [
        1,
        2,
        63,
        64,
        65,
        100,
        101,
        200,
        299,
        300,
        301,
        1_000,
        u64::MAX,
    ] {
        for count in [0, 1, 7, 100, u64::MAX] {
            let found = search(&house, None, None, Page::Index { start, count });
            let from = usize::try_from(start - 1).unwrap_or(usize::MAX).min(300);
            let to = from
                .saturating_add(usize::try_from(count).unwrap_or(usize::MAX))
                .min(300);
            assert_eq!(ids(&found), all[from..to], "{start} {count}");
            assert_eq!(found.total, 300);
        }
    }
}

#[test]
fn a_known_place_is_forgotten_when_somebody_before_it_goes() {
    let house = House::open();
    let people = house.insert_all((0..500).map(user).collect());
    let page = |start| {
        ids(&search(
            &house,
            None,
            None,
            Page::Index { start, count: 100 },
        ))
    };
    assert_eq!(page(101)[0], id(100));
    assert_eq!(page(201)[0], id(200));
    house.delete(&people[5]);
    assert_eq!(page(201)[0], id(201));
    assert_eq!(page(301)[0], id(301));
    house.insert(user(1_000));
    house.delete(&people[499]);
    // The number of the last one may be given again; places are counted anew.
    assert_eq!(page(401).last(), Some(&id(1_000)));
    assert_eq!(page(401).len(), 99);
}

#[test]
fn a_walk_by_cursor_meets_every_survivor_once() {
    let house = House::open();
    let people = house.insert_all((0..100).map(user).collect());
    for condition in [
        None,
        Some(test(&house, "userName", Operator::StartsWith, "u")),
    ] {
        let mut seen = Vec::new();
        let mut position = None;
        let mut round = 0;
        loop {
            let page = Page::After { position, count: 7 };
            let found = search(&house, condition.clone(), None, page);
            seen.extend(ids(&found));
            let Some(next) = found.next else { break };
            position = Some(next);
            if condition.is_none() {
                // One who was seen, one who was not, and a newcomer.
                house.delete(&people[round]);
                house.delete(&people[99 - round]);
                house.insert(user(u64::try_from(1_000 + round).unwrap()));
            }
            round += 1;
            assert!(round < 100);
        }
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len());
        if condition.is_none() {
            for survivor in (0..100).filter(|number| (round..100 - round).contains(number)) {
                assert!(seen.contains(&people[survivor].id));
            }
        }
    }
}

#[test]
fn missing_values_come_last_and_in_descending_order_first() {
    let house = House::open();
    let titles = [Some("b"), None, Some("A"), Some("c"), None, Some("a")];
    house.insert_all(
        titles
            .iter()
            .zip(0..)
            .map(|(title, number)| {
                let mut attributes = json!({"userName": format!("u{number}")});
                if let Some(title) = title {
                    attributes["title"] = json!(title);
                }
                resource(Kind::User, number, attributes)
            })
            .collect(),
    );
    for (descending, expected) in [(false, [2, 5, 0, 3, 1, 4]), (true, [1, 4, 3, 0, 2, 5])] {
        let sort = Sort {
            attribute: house.resolved(Kind::User, "title"),
            descending,
        };
        let expected = expected.map(id);
        let mut walked = Vec::new();
        let mut position = None;
        for (start, expected) in (1..).zip(expected) {
            let found = search(&house, None, Some(&sort), Page::Index { start, count: 1 });
            assert_eq!(ids(&found), [expected]);
            assert_eq!(found.total, 6);
            let page = Page::After { position, count: 1 };
            let found = search(&house, None, Some(&sort), page);
            walked.extend(ids(&found));
            position = found.next;
        }
        assert_eq!(walked, expected);
        assert_eq!(position, None);
    }
}

#[test]
fn of_several_values_the_primary_one_sorts() {
    let house = House::open();
    let emails = [
        json!([{"value": "z"}, {"value": "a", "primary": true}]),
        json!([{"value": "m"}, {"value": "b"}]),
        json!([{"value": "c"}]),
    ];
    for (emails, number) in emails.iter().zip(0..) {
        let attributes = json!({"userName": format!("u{number}"), "emails": emails});
        house.insert(resource(Kind::User, number, attributes));
    }
    let sort = Sort {
        attribute: house.resolved(Kind::User, "emails.value"),
        descending: false,
    };
    let found = search(
        &house,
        None,
        Some(&sort),
        Page::Index { start: 1, count: 9 },
    );
    assert_eq!(ids(&found), [0, 2, 1].map(id));
}

#[test]
fn totals_of_filtered_lists_count_everybody_once() {
    let house = House::open();
    let emails = json!([{"value": "x@example.net", "type": "work"}, {"value": "y@example.net", "type": "work"}]);
    for number in 0..30 {
        let attributes = json!({"userName": format!("u{number}"), "emails": emails});
        house.insert(resource(Kind::User, number, attributes));
    }
    let work = test(&house, "emails.type", Operator::Equal, "work");
    for start in [1, 2, 30, 31, 99] {
        for count in [0, 5, 30, 100] {
            let found = search(
                &house,
                Some(work.clone()),
                None,
                Page::Index { start, count },
            );
            assert_eq!(found.total, 30, "{start} {count}");
            let expected: Vec<_> = (0..30)
                .map(id)
                .skip(usize::try_from(start).unwrap() - 1)
                .take(usize::try_from(count).unwrap())
                .collect();
            assert_eq!(ids(&found), expected);
        }
    }
}

#[test]
fn a_search_among_both_kinds_finds_both() {
    let house = House::open();
    house.insert(resource(Kind::Group, 1, json!({"displayName": "x"})));
    house.insert(resource(
        Kind::User,
        2,
        json!({"userName": "u", "displayName": "X"}),
    ));
    house.insert(resource(
        Kind::User,
        3,
        json!({"userName": "v", "displayName": "y"}),
    ));
    let condition = |kind| {
        Condition::Test(Test {
            attribute: house.resolved(kind, "displayName"),
            operand: Operand::Compare(Operator::Equal, Folded::Text("x".to_owned())),
        })
    };
    let among = Kind::ALL.map(|kind| (kind, Some(condition(kind))));
    let everybody = Kind::ALL.map(|kind| (kind, None));
    let sort = Sort {
        attribute: house.resolved(Kind::User, "displayName"),
        descending: true,
    };
    house
        .store
        .read(|view| {
            let mut search = Search {
                connection: DEFAULT,
                among: &among,
                sort: None,
                page: Page::Index {
                    start: 1,
                    count: 10,
                },
            };
            assert_eq!(ids(&view.search(&search)?), [1, 2].map(id));
            search.among = &everybody;
            assert_eq!(ids(&view.search(&search)?), [1, 2, 3].map(id));
            search.sort = Some(&sort);
            assert_eq!(ids(&view.search(&search)?), [3, 1, 2].map(id));
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[test]
fn each_hands_out_everybody_in_order() {
    let house = House::open();
    house.insert_all((0..50).map(user).collect());
    let walk = |condition: Option<&Condition>| {
        let mut seen = Vec::new();
        house
            .store
            .read(|view| {
                view.each(DEFAULT, Kind::User, condition, |stored| {
                    seen.push(stored.id);
                    Ok::<_, StoreError>(())
                })
            })
            .unwrap();
        seen
    };
    assert_eq!(walk(None), (0..50).map(id).collect::<Vec<_>>());
    let some = test(&house, "userName", Operator::StartsWith, "u4");
    let expected: Vec<_> = std::iter::once(4).chain(40..50).map(id).collect();
    assert_eq!(walk(Some(&some)), expected);
}
