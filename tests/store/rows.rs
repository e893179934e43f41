//! Rows come back as they were written, and go without a trace.

use std::os::unix::fs::PermissionsExt;

use appliance::base::{PlainToken, Timestamp};
use appliance::scim::{Folded, Kind, Resource};
use appliance::store::{
    Activity, Change, NewToken, Refused, Role, Scope, Store, StoreError, TokenKind,
};
use serde_json::json;

use crate::house::{DEFAULT, House, at, id, resource, user};

fn rows(house: &House, table: &str) -> i64 {
    // A second pair of eyes, independent of the store's own queries.
    let sql = rusqlite::Connection::open(house.dir.path().join("appliance.sqlite")).unwrap();
    sql.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
        row.get(0)
    })
    .unwrap()
}

#[test]
fn a_resource_comes_back_as_it_was_written() {
    let house = House::open();
    let written = resource(
        Kind::User,
        1,
        json!({"userName": "Ada@Example.NET", "displayName": "Ada",
               "emails": [{"value": "ada@example.net", "type": "work"}]}),
    );
    let stored = house.insert(written.clone());
    let read = house
        .store
        .read(|view| view.resource(DEFAULT, Kind::User, &id(1)))
        .unwrap()
        .unwrap();
    assert_eq!(read, stored);
    assert_eq!(read.resource().unwrap(), written);
    assert!(
        read.document
            .starts_with(r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName""#)
    );
    for (connection, kind) in [(DEFAULT, Kind::Group), (2, Kind::User)] {
        let none = house
            .store
            .read(|view| view.resource(connection, kind, &id(1)));
        assert_eq!(none.unwrap(), None);
    }
}

#[test]
fn what_is_taken_is_found_in_any_case_and_by_nobody_else() {
    let house = House::open();
    let stored = house.insert(user(1));
    let taken = |connection, name: &str, except| {
        let folded = Folded::Text(name.to_owned());
        house
            .store
            .read(|view| view.taken(connection, Kind::User, "userName", &folded, except))
            .unwrap()
    };
    assert_eq!(taken(DEFAULT, "u1@example.net", None), Some(id(1)));
    assert_eq!(taken(DEFAULT, "u1@example.net", Some(stored.number)), None);
    assert_eq!(taken(DEFAULT, "u2@example.net", None), None);
    assert_eq!(taken(2, "u1@example.net", None), None);
}

#[test]
fn a_replaced_resource_is_found_by_what_it_has_now() {
    let house = House::open();
    let stored = house.insert(user(1));
    let after = Resource {
        meta: appliance::scim::Meta {
            version: 2,
            modified: at(2_000),
            ..stored.meta
        },
        ..resource(
            Kind::User,
            1,
            json!({"userName": "new@example.net", "title": "Countess"}),
        )
    };
    let schemas = house.schemas.clone();
    let was = stored.attributes().unwrap();
    let (given, expected) = (stored.clone(), after.clone());
    let replaced = house
        .store
        .write(move |tx| tx.replace_resource(&given, &was, &after, &schemas))
        .wait()
        .unwrap();
    assert_eq!(replaced.resource().unwrap(), expected);
    let taken = |key: &str, value: &str| {
        let folded = Folded::Text(value.to_owned());
        house
            .store
            .read(|view| view.taken(DEFAULT, Kind::User, key, &folded, None))
            .unwrap()
            .is_some()
    };
    assert!(!taken("userName", "u1@example.net"));
    assert!(taken("userName", "new@example.net"));
    assert!(taken("title", "countess"));
    // userName, title, created, lastModified; and `schemas` apart from them.
    assert_eq!(rows(&house, "attribute"), 4);
    assert_eq!(rows(&house, "trait"), 1);
}

#[test]
fn a_deleted_resource_leaves_no_row_and_no_group() {
    let house = House::open();
    let person = house.insert(user(1));
    let group = house.insert(resource(Kind::Group, 2, json!({"displayName": "Analysts"})));
    let (holder, member) = (group.number, person.number);
    let added = house
        .store
        .write(move |tx| tx.add_members(holder, &[member, member]))
        .wait()
        .unwrap();
    assert_eq!(added, [member]);
    house.delete(&person);
    house
        .store
        .read(|view| {
            assert_eq!(view.resource(DEFAULT, Kind::User, &id(1))?, None);
            assert!(view.members(holder)?.is_empty());
            assert_eq!(view.count(DEFAULT, Kind::User)?, 0);
            assert_eq!(view.count(DEFAULT, Kind::Group)?, 1);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    house.delete(&group);
    assert_eq!(rows(&house, "attribute"), 0);
    assert_eq!(rows(&house, "member"), 0);
    assert_eq!(rows(&house, "resource"), 0);
}

#[test]
fn a_touched_group_moves_its_version_and_date_alone() {
    let house = House::open();
    let group = house.insert(resource(Kind::Group, 2, json!({"displayName": "Analysts"})));
    let given = group.clone();
    let touched = house
        .store
        .write(move |tx| tx.touch_resource(&given, at(9_000)))
        .wait()
        .unwrap();
    assert_eq!(touched.meta.version, 2);
    assert_eq!(touched.document, group.document);
    let read = house
        .store
        .read(|view| view.resource_by_number(group.number))
        .unwrap();
    assert_eq!(read, Some(touched));
    let folded = Folded::Integer(9_000_000);
    let found = house
        .store
        .read(|view| view.taken(DEFAULT, Kind::Group, "meta.lastModified", &folded, None));
    assert_eq!(found.unwrap(), Some(id(2)));
}

#[test]
fn groups_in_groups_are_groups_of_a_user_too() {
    let house = House::open();
    let person = house.insert(user(1)).number;
    let other = house.insert(user(2)).number;
    let mut groups = Vec::new();
    for number in 10..14 {
        let name = json!({"displayName": format!("g{number}")});
        groups.push(house.insert(resource(Kind::Group, number, name)).number);
    }
    let [inner, middle, outer, apart] = groups[..] else {
        unreachable!("there are four")
    };
    house
        .store
        .write(move |tx| {
            tx.add_members(inner, &[person])?;
            tx.add_members(middle, &[inner])?;
            tx.add_members(outer, &[middle, person])?;
            tx.add_members(apart, &[other])
        })
        .wait()
        .unwrap();
    house
        .store
        .read(|view| {
            let of = view.groups_of(&[person, other, 99])?;
            let seen: Vec<_> = of[&person]
                .iter()
                .map(|group| (group.id, group.display.as_deref().unwrap(), group.direct))
                .collect();
            assert_eq!(
                seen,
                [
                    (id(10), "g10", true),
                    (id(11), "g11", false),
                    (id(12), "g12", true)
                ]
            );
            assert_eq!(of[&other].len(), 1);
            assert_eq!(of.len(), 2);
            assert!(view.holds(inner, outer)?);
            assert!(view.holds(inner, inner)?);
            assert!(!view.holds(outer, inner)?);
            assert!(!view.holds(apart, outer)?);
            assert!(view.is_member(inner, person)?);
            assert!(!view.is_member(middle, person)?);
            let ids = [id(1).to_string(), id(77).to_string(), "ada".to_owned()];
            assert_eq!(
                view.numbers_of(DEFAULT, &ids)?,
                [Some((person, Kind::User)), None, None]
            );
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[test]
fn changes_are_numbered_without_gaps() {
    let house = House::open();
    let change = |number: u64| Change {
        connection: DEFAULT,
        kind: Kind::User,
        resource: id(number),
        cause: "create".to_owned(),
        at: at(5),
        token: None,
        request: "r-1".to_owned(),
        version: 1,
        before: None,
        after: Some("{}".to_owned()),
        joined: vec![id(3), id(4)],
        parted: Vec::new(),
    };
    for number in 1..=4 {
        let change = change(number);
        let sequence = house.store.write(move |tx| {
            let sequence = tx.append_change(&change)?;
            if number == 2 {
                return Err(StoreError::Busy);
            }
            Ok(sequence)
        });
        let _ = sequence.wait();
    }
    let read = house.store.read(|view| view.changes(None, 1, 10)).unwrap();
    let seen: Vec<_> = read
        .iter()
        .map(|recorded| (recorded.sequence, recorded.change.clone()))
        .collect();
    assert_eq!(seen, [(2, change(3)), (3, change(4))]);
    let of = house.store.read(|view| view.changes_of(&id(1))).unwrap();
    assert_eq!(of.len(), 1);
    assert_eq!(house.store.read(|view| view.last_change()).unwrap(), 3);
}

#[test]
fn what_the_operator_does_raises_the_generation_and_a_used_token_does_not() {
    let house = House::open();
    let token = PlainToken::generate().unwrap();
    let digest = token.digest();
    let generation = || house.store.read(|view| view.generation()).unwrap();
    let first = generation();
    let kept = house
        .store
        .write(move |tx| {
            let connection = tx.insert_connection("okta", "generic", at(1))?;
            tx.put_setting(connection.number, "dialect", Some("strict"))?;
            tx.insert_token(&NewToken {
                connection: connection.number,
                name: "prod".to_owned(),
                kind: TokenKind::Bearer,
                digest,
                scope: Scope::Read,
                created: at(1),
                expires: Some(at(9)),
            })
        })
        .wait()
        .unwrap();
    let second = generation();
    assert_eq!(second, first + 3);
    let number = kept.number;
    house
        .store
        .write(move |tx| tx.touch_token(number, at(3), "192.0.2.7"))
        .wait()
        .unwrap();
    assert_eq!(generation(), second);
    let revoked = house.store.write(move |tx| {
        Ok::<_, StoreError>((
            tx.revoke_token(number, at(4))?,
            tx.revoke_token(number, at(5))?,
        ))
    });
    assert_eq!(revoked.wait().unwrap(), (true, false));
    house
        .store
        .read(|view| {
            let token = view.token_by_digest(&digest)?.unwrap();
            assert_eq!(token.revoked, Some(at(4)));
            assert_eq!(token.last_used, Some(at(3)));
            assert_eq!(token.scope, Scope::Read);
            assert_eq!(view.tokens()?, view.tokens_of(token.connection)?);
            let connection = view.connection_by_name("OKTA")?.unwrap();
            assert_eq!(
                view.settings(connection.number)?,
                [("dialect".to_owned(), "strict".to_owned())]
            );
            assert_eq!(view.connections()?.len(), 2);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[test]
fn files_are_for_their_owner_alone() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("deep/data");
    let store = Store::open(&dir, Role::Server).unwrap();
    store
        .write(|tx| tx.append_audit(at(1), "root", "test", "modes"))
        .wait()
        .unwrap();
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    let mut seen = 0;
    for file in std::fs::read_dir(&dir).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn a_guest_works_beside_a_server_and_is_seen_at_once() {
    let house = House::open();
    let guest = Store::open(house.dir.path(), Role::Guest).unwrap();
    guest
        .write(|tx| tx.insert_connection("okta", "generic", at(1)))
        .wait()
        .unwrap();
    let seen = house.store.read(|view| view.connection_by_name("okta"));
    assert!(seen.unwrap().is_some());
    house.insert(user(1));
    assert_eq!(
        guest.read(|view| view.count(DEFAULT, Kind::User)).unwrap(),
        1
    );
}

#[test]
fn a_closed_store_has_everything_in_one_file() {
    let house = House::open();
    house.insert(user(1));
    house.store.close();
    let late = house
        .store
        .write(|tx| tx.append_audit(at(1), "root", "test", "late"));
    assert!(matches!(late.wait(), Err(StoreError::Stopped)));
    let wal = house.dir.path().join("appliance.sqlite-wal");
    assert_eq!(std::fs::metadata(wal).map_or(0, |meta| meta.len()), 0);
    assert_eq!(
        house
            .store
            .read(|view| view.count(DEFAULT, Kind::User))
            .unwrap(),
        1
    );
}

#[test]
fn what_was_asked_of_a_connection_is_added_up_by_the_hour_and_kept_for_a_month() {
    let house = House::open();
    let hour = |number: i64| Timestamp::from_millis(number * 3_600_000);
    let add = |number: i64, requests, failed| {
        let more = Activity {
            hour: hour(number),
            requests,
            failed,
        };
        house
            .store
            .write(move |tx| tx.add_activity(1, &more))
            .wait()
            .unwrap();
    };
    add(100, 3, 1);
    add(100, 2, 0);
    add(101, 1, 1);
    let kept = |since| {
        house
            .store
            .read(|view| view.activity(1, hour(since)))
            .unwrap()
    };
    assert_eq!(
        kept(100),
        [
            Activity {
                hour: hour(100),
                requests: 5,
                failed: 1
            },
            Activity {
                hour: hour(101),
                requests: 1,
                failed: 1
            },
        ]
    );
    add(100 + 31 * 24 + 1, 1, 0);
    assert_eq!(kept(0).len(), 2);
    // A connection that has gone meanwhile is no reason to lose the rest.
    house
        .store
        .write(|tx| {
            tx.add_activity(
                9,
                &Activity {
                    hour: Timestamp::from_millis(0),
                    requests: 1,
                    failed: 0,
                },
            )
        })
        .wait()
        .unwrap();
}

#[test]
fn refusals_are_counted_until_a_quiet_day() {
    let house = House::open();
    let day = 86_400_000;
    let count = |millis: i64, times| {
        let more = Refused {
            why: "expired".to_owned(),
            token: Some(3),
            first_seen: Timestamp::from_millis(millis),
            last_seen: Timestamp::from_millis(millis + 5),
            times,
            address: "192.0.2.7".to_owned(),
        };
        house
            .store
            .write(move |tx| tx.count_refused(&more))
            .wait()
            .unwrap();
        house
            .store
            .read(|view| view.refused())
            .unwrap()
            .pop()
            .unwrap()
    };
    assert_eq!(count(0, 2).times, 2);
    let second = count(day, 3);
    assert_eq!(second.times, 5);
    assert_eq!(second.first_seen, Timestamp::from_millis(0));
    let third = count(3 * day, 1);
    assert_eq!(third.times, 1);
    assert_eq!(third.first_seen, Timestamp::from_millis(3 * day));
}
