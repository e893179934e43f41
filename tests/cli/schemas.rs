use appliance::base::Timestamp;
use appliance::scim::{Attributes, Kind, Meta, Resource, ResourceId};
use appliance::store::{Role, Store, StoreError};
use serde_json::{Value, json};

use crate::run::House;

const BADGE: &str = "urn:example:2.0:User:badge";

/// A house with a first start behind it.
fn house() -> House {
    let house = House::new();
    house.run("token new").exits(0);
    house
}

impl House {
    /// Puts users into `default`, each with these data under a declared URN.
    fn populate(&self, urn: &str, data: &[Value]) {
        let store = Store::open(&self.data(), Role::Guest).unwrap();
        let (urn, data) = (urn.to_owned(), data.to_vec());
        store
            .write(move |tx| {
                let connection = tx.connection_by_name("default")?.unwrap();
                let schemas = connection.schemas(&mut tx.library()?)?;
                for (number, data) in (0_u32..).zip(data) {
                    let mut random = [0; 10];
                    random[6..].copy_from_slice(&number.to_be_bytes());
                    let now = Timestamp::from_millis(1_795_000_000_000);
                    let user =
                        json!({"userName": format!("u{number}@example.net"), urn.clone(): data});
                    let resource = Resource {
                        id: ResourceId::new(now, random),
                        kind: Kind::User,
                        attributes: Attributes::from_canonical(user.as_object().unwrap().clone()),
                        meta: Meta {
                            created: now,
                            modified: now,
                            version: 1,
                        },
                    };
                    tx.insert_resource(connection.number, &resource, &schemas)?;
                }
                Ok::<_, StoreError>(())
            })
            .wait()
            .unwrap();
        store.close();
    }
}

#[test]
fn a_complaint_names_the_member_and_nothing_is_declared() {
    let house = house();
    let cases = [
        (r#"{"id": "urn:example:2.0:User"}"#, "stdin: attributes: "),
        (
            r#"{"id": "urn:example:2.0:User", "attributes": [{"name": "ok"}, {"name": "1st"}]}"#,
            "stdin: attributes[1].name: ",
        ),
        (
            r#"{"id": "urn:example:2.0:User", "attributes": [{"name": "a", "type": "complex",
                "subAttributes": [{"name": "b", "type": "text"}]}]}"#,
            "stdin: attributes[0].subAttributes[0].type: `text`: expected one of",
        ),
        (
            r#"{"id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": [{"name": "a"}]}"#,
            "stdin: id: ",
        ),
        (r#"[{"id": "urn:example:2.0:User""#, "stdin: document: "),
        (r#"{"id": "a", "id": "b"}"#, "stdin: document: "),
        ("", "stdin: document: "),
    ];
    for (document, complaint) in cases {
        house
            .run("schema add urn:example:2.0:Group:fine -")
            .stdin(document)
            .exits(2)
            .complains(complaint);
    }
    for (words, complaint) in [
        (
            "schema add urn:example:2.0:User:badge:strng",
            "\"strng\" is no type",
        ),
        (
            "schema add urn:example:2.0:badge",
            "expected urn:…:User:name",
        ),
        (
            "schema add urn:example:2.0:User:meta",
            "urn:example:2.0:User:meta: `meta` is part of",
        ),
    ] {
        house.run(words).exits(2).complains(complaint);
    }
    house
        .run("schema add missing.json")
        .exits(3)
        .complains("missing.json: ");
    house.run("schema add").exits(2);
    assert_eq!(
        house
            .run("schema list --json")
            .exits(0)
            .json()
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn documents_and_fields_are_declared_together() {
    let house = house();
    let file = house.path("packs.json");
    let packs = json!([
        {"id": "urn:example:2.0:Group", "name": "Team", "attributes": [{"name": "floor", "type": "integer"}]},
        {"id": "urn:example:3.0", "extends": ["User", "Group"],
         "attributes": [{"name": "seen", "mutability": "readOnly"}]}
    ]);
    std::fs::write(&file, packs.to_string()).unwrap();
    let said = house
        .run(&format!(
            "schema add {} {BADGE}:integer {BADGE}",
            file.display()
        ))
        .exits(5);
    said.mentions("urn:example:2.0:Group: declared floor")
        .mentions("urn:example:2.0:User: declared badge")
        .mentions("urn:example:3.0:seen is readOnly");
    assert_eq!(said.stdout, "");
    let listed = house.run("schema list --json").exits(0).json();
    let of = |urn: &str| {
        let listed = listed.as_array().unwrap();
        listed.iter().find(|one| one["urn"] == urn).unwrap().clone()
    };
    assert_eq!(of("urn:example:3.0")["extends"], json!(["User", "Group"]));
    assert_eq!(of("urn:example:2.0:Group")["extends"], json!(["Group"]));
    assert_eq!(of("urn:example:2.0:Group")["origin"], "you");
    let shown = house
        .run("schema show urn:example:2.0:user --json")
        .exits(0)
        .json();
    assert_eq!(shown["attributes"][0]["type"], "integer");
    let table = house.run("schema list").exits(0).stdout;
    assert!(
        table
            .lines()
            .any(|line| line.starts_with("urn:example:3.0 ")),
        "{table}"
    );
    let table = house.run("schema show urn:example:3.0").exits(0).stdout;
    assert!(table.contains("readOnly"), "{table}");
    house
        .run(&format!("schema add {BADGE}"))
        .exits(0)
        .mentions("all of it was declared already");
}

#[test]
fn what_is_taken_back_is_named_exactly() {
    let house = house();
    house
        .run(&format!("schema add {BADGE} urn:example:2.0:User:desk"))
        .exits(0);
    house
        .run("schema remove urn:example:2.0:usr")
        .exits(3)
        .complains("did you mean `urn:example:2.0:User`?");
    house
        .run("schema remove urn:ietf:params:scim:schemas:core:2.0:User --force")
        .exits(4)
        .complains("is a schema of RFC 7643");
    house
        .run(&format!("schema remove {BADGE}"))
        .exits(0)
        .mentions("no resource had data");
    house.run(&format!("schema remove {BADGE}")).exits(3);
    house.run("schema remove URN:example:2.0:USER").exits(0);
    house.run("schema show urn:example:2.0:User").exits(3);
}

#[test]
fn what_is_forced_away_stays_in_the_record() {
    let house = house();
    house
        .run(&format!("schema add {BADGE} urn:example:2.0:User:desk"))
        .exits(0);
    let mut data = vec![json!({"badge": "7", "desk": "4b"}); 2];
    data.push(json!({"desk": "5a"}));
    house.populate("urn:example:2.0:User", &data);
    house
        .run(&format!("schema remove {BADGE}"))
        .exits(4)
        .complains("2 resources in the way")
        .complains("--force");
    house
        .run(&format!("schema remove {BADGE} --force"))
        .exits(0)
        .mentions("the data of 2 resources");
    let store = Store::open(&house.data(), Role::Guest).unwrap();
    let changes = store.read(|view| view.changes(None, 0, 10)).unwrap();
    assert_eq!(changes.len(), 2);
    let change = &changes[0].change;
    assert_eq!(
        (change.cause.as_str(), change.token, change.version),
        ("schema", None, 2)
    );
    let text =
        |text: &Option<String>| -> Value { serde_json::from_str(text.as_ref().unwrap()).unwrap() };
    let urn = "urn:example:2.0:User";
    assert_eq!(
        text(&change.before),
        json!({urn: {"badge": "7", "desk": "4b"}})
    );
    assert_eq!(text(&change.after), json!({urn: {"desk": "4b"}}));
    let audit = store.read(|view| view.audit(1)).unwrap();
    assert_eq!(
        (audit[0].action.as_str(), audit[0].subject.as_str()),
        ("schema remove", BADGE)
    );
}

#[test]
fn many_resources_are_carried_over() {
    let house = house();
    house.run(&format!("schema add {BADGE}:string")).exits(0);
    // More than are held at a time.
    let data: Vec<Value> = (0..1_100)
        .map(|number| json!({"badge": format!("B-{number}")}))
        .collect();
    house.populate("urn:example:2.0:User", &data);
    let exact = json!({"id": "urn:example:2.0:User", "attributes": [
        {"name": "badge", "caseExact": true, "uniqueness": "server"}]});
    house.run("schema add -").stdin(&exact.to_string()).exits(0);
    let found = |badge: &str| {
        let filter = format!("{BADGE} eq \"{badge}\"");
        let said = house
            .run("export users --format ndjson --filter")
            .args([filter])
            .exits(0);
        said.stdout.lines().count()
    };
    assert_eq!((found("B-1099"), found("b-1099")), (1, 0));
}
