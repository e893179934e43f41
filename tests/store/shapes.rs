//! What many have alike is written once, found like everything else, and goes with the last who has it.

use std::sync::Arc;

use appliance::base::Limits;
use appliance::scim::filter::{parse, resolve};
use appliance::scim::{Kind, Resource};
use appliance::store::{Page, Search, StoreError, Stored};
use serde_json::{Value, json};

use crate::house::{DEFAULT, House, id, resource};

fn person(number: u64, emails: &Value) -> Resource {
    let name = format!("u{number}@example.net");
    resource(
        Kind::User,
        number,
        json!({"userName": name, "emails": emails}),
    )
}

/// An address of each type, the first of them primary.
fn emails(types: &[&str]) -> Value {
    let list = types.iter().enumerate().map(|(place, kind)| {
        json!({"value": format!("{kind}@example.org"), "type": kind, "primary": place == 0})
    });
    list.collect()
}

impl House {
    fn change(&self, stored: &Stored, emails: &Value, number: u64) -> Stored {
        let (stored, schemas) = (stored.clone(), Arc::clone(&self.schemas));
        let after = person(number, emails);
        self.store
            .write(move |tx| {
                let was = stored.attributes()?;
                tx.replace_resource(&stored, &was, &after, &schemas)
            })
            .wait()
            .unwrap()
    }

    /// How many rows `shape` and `trait` have.
    fn shapes(&self) -> (i64, i64) {
        let sql = rusqlite::Connection::open(self.dir.path().join("appliance.sqlite")).unwrap();
        sql.query_row(
            "SELECT (SELECT count(*) FROM shape), (SELECT count(*) FROM trait)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap()
    }

    fn finds(&self, filter: &str) -> Vec<appliance::scim::ResourceId> {
        let parsed = parse(filter, &Limits::DEFAULT).unwrap();
        let condition = resolve(&parsed, &self.schemas, Kind::User).unwrap();
        let found = self.store.read(|view| {
            view.search(&Search {
                connection: DEFAULT,
                among: &[(Kind::User, Some(condition.clone()))],
                sort: None,
                page: Page::Index {
                    start: 1,
                    count: 10,
                },
            })
        });
        let found: Result<_, StoreError> = found;
        let resources = found.unwrap().resources;
        resources.iter().map(|stored| stored.id).collect()
    }
}

#[test]
fn a_shape_is_written_once_and_goes_with_the_last_who_has_it() {
    let house = House::open();
    let first = house.insert(person(1, &emails(&["work", "home"])));
    let second = house.insert(person(2, &emails(&["work", "home"])));
    house.insert(person(3, &json!([])));
    // Everybody has `schemas`.
    assert_eq!(house.shapes(), (2, 6));
    let first = house.change(&first, &emails(&["work"]), 1);
    assert_eq!(house.shapes(), (3, 9));
    assert_eq!(house.finds("emails.type eq \"home\""), [id(2)]);
    assert_eq!(
        house.finds("userName sw \"u\" and emails[type eq \"work\" and primary eq true]"),
        [id(1), id(2)]
    );
    assert_eq!(house.finds("not (emails.type pr)"), [id(3)]);
    house.delete(&second);
    assert_eq!(house.shapes(), (2, 4));
    house.change(&first, &json!([]), 1);
    assert_eq!(house.shapes(), (1, 1));
    assert_eq!(house.finds("emails.type pr"), []);
}

#[test]
fn what_a_change_leaves_alone_stays_in_the_shape() {
    let house = House::open();
    let of = |phone: &str| {
        let mut person = person(1, &emails(&["work"]));
        let attributes = json!({
            "userName": "u1@example.net",
            "emails": emails(&["work"]),
            "phoneNumbers": [{"value": "1", "type": phone}]
        });
        person.attributes = resource(Kind::User, 1, attributes).attributes;
        person
    };
    let stored = house.insert(of("fax"));
    let (given, schemas, after) = (stored.clone(), Arc::clone(&house.schemas), of("mobile"));
    house
        .store
        .write(move |tx| tx.replace_resource(&given, &given.attributes()?, &after, &schemas))
        .wait()
        .unwrap();
    assert_eq!(house.shapes(), (1, 4));
    for (filter, there) in [
        ("emails[type eq \"work\" and primary eq true]", true),
        ("phoneNumbers.type eq \"MOBILE\"", true),
        ("phoneNumbers.type eq \"fax\"", false),
    ] {
        assert_eq!(!house.finds(filter).is_empty(), there, "{filter}");
    }
}
