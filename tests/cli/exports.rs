use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use appliance::base::Timestamp;
use appliance::scim::schema::Schemas;
use appliance::scim::{Attributes, Kind, Meta, Resource, ResourceId};
use appliance::store::{Role, Store, StoreError, Stored};
use serde_json::{Value, json};

use crate::run::House;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const TITLES: &str = "connection,id,userName,externalId,active,displayName,name.givenName,\
    name.familyName,name.formatted,emails.work,title,userType,preferredLanguage,locale,timezone,\
    phoneNumbers.work,phoneNumbers.mobile,addresses.work.country,employeeNumber,department,division,\
    organization,costCenter,manager,groups,created,lastModified";

impl House {
    /// Puts resources into a connection, in this order, as a server would have done.
    pub(crate) fn put(&self, connection: &str, kind: Kind, documents: Vec<Value>) -> Vec<Stored> {
        let store = Store::open(&self.data(), Role::Guest).unwrap();
        let connection = connection.to_owned();
        let stored = store
            .write(move |tx| {
                let schemas = Schemas::builtin().unwrap();
                let number = tx.connection_by_name(&connection)?.unwrap().number;
                documents
                    .into_iter()
                    .map(|document| {
                        let Value::Object(attributes) = document else {
                            panic!("an object was expected");
                        };
                        let now = Timestamp::from_millis(1_795_000_000_000);
                        let random = uuid::Uuid::now_v7().as_bytes()[6..].try_into().unwrap();
                        let resource = Resource {
                            id: ResourceId::new(now, random),
                            kind,
                            attributes: Attributes::from_canonical(attributes),
                            meta: Meta {
                                created: now,
                                modified: now,
                                version: 1,
                            },
                        };
                        tx.insert_resource(number, &resource, &schemas)
                    })
                    .collect::<Result<Vec<_>, StoreError>>()
            })
            .wait()
            .unwrap();
        store.close();
        stored
    }

    pub(crate) fn join(&self, group: &Stored, member: &Stored) {
        let store = Store::open(&self.data(), Role::Guest).unwrap();
        let (group, member) = (group.number, member.number);
        store
            .write(move |tx| tx.add_members(group, &[member]))
            .wait()
            .unwrap();
        store.close();
    }

    fn rows(&self, words: &str) -> Vec<csv::StringRecord> {
        let said = self.run(words).exits(0);
        csv::Reader::from_reader(said.stdout.as_bytes())
            .records()
            .map(Result::unwrap)
            .collect()
    }
}

fn mira() -> Value {
    json!({
        "userName": "mira.holt@example.net",
        "externalId": "mh-1",
        "active": true,
        "displayName": "Holt, \"Mira\"",
        "name": {"givenName": "Mira", "familyName": "Holt", "formatted": "Mira Holt"},
        "emails": [
            {"value": "mira.holt@example.net", "type": "work", "primary": true},
            {"value": "mira@example.org", "type": "home"},
            {"value": "m.holt@example.net", "type": "Work"}
        ],
        "phoneNumbers": [{"value": "+49 30 901820", "type": "work"}],
        "addresses": [{"type": "work", "country": "DE", "locality": "Berlin"}],
        "title": "=HYPERLINK(\"https://example.org\")",
        ENTERPRISE: {
            "department": "Audit",
            "manager": {"value": "0189c3f2-0000-7000-8000-000000000000"}
        }
    })
}

#[test]
fn a_csv_has_the_published_columns_and_one_line_to_a_person() {
    let house = House::new();
    house.run("token new").exits(0);
    let person = house.put("default", Kind::User, vec![mira()]).remove(0);
    let group = house
        .put(
            "default",
            Kind::Group,
            vec![json!({"displayName": "Auditors"})],
        )
        .remove(0);
    let other = house
        .put(
            "default",
            Kind::Group,
            vec![json!({"displayName": "Berlin"})],
        )
        .remove(0);
    house.join(&group, &person);
    house.join(&other, &person);

    let text = house.run("export users").exits(0).stdout;
    assert_eq!(text.split("\r\n").next().unwrap(), TITLES);
    assert!(text.ends_with("\r\n"));
    let rows = house.rows("export users --format csv");
    assert_eq!(rows.len(), 1);
    let titles: Vec<&str> = TITLES.split(',').collect();
    let cell = |title: &str| {
        let column = titles.iter().position(|known| *known == title).unwrap();
        rows[0][column].to_owned()
    };
    assert_eq!(cell("connection"), "default");
    assert_eq!(cell("id"), person.id.to_string());
    assert_eq!(cell("active"), "true");
    assert_eq!(cell("displayName"), "Holt, \"Mira\"");
    assert_eq!(
        cell("emails.work"),
        "mira.holt@example.net; m.holt@example.net"
    );
    assert_eq!(cell("phoneNumbers.work"), "'+49 30 901820");
    assert_eq!(cell("phoneNumbers.mobile"), "");
    assert_eq!(cell("addresses.work.country"), "DE");
    assert_eq!(cell("department"), "Audit");
    assert_eq!(cell("manager"), "0189c3f2-0000-7000-8000-000000000000");
    assert_eq!(cell("groups"), "Auditors; Berlin");
    assert_eq!(cell("created"), "2026-11-18T11:06:40.000Z");
}

#[test]
fn no_cell_is_a_formula() {
    let house = House::new();
    house.run("token new").exits(0);
    let evil = [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1",
    ];
    let people = evil.iter().enumerate().map(|(number, text)| {
        json!({
            "userName": format!("{text}{number}"), "displayName": text, "externalId": text,
            "emails": [{"value": text, "type": "work"}], ENTERPRISE: {"department": text},
        })
    });
    let stored = house.put("default", Kind::User, people.collect());
    let group = house
        .put("default", Kind::Group, vec![json!({"displayName": "=2+2"})])
        .remove(0);
    house.join(&group, &stored[0]);
    let rows = house.rows("export users");
    assert_eq!(rows.len(), evil.len());
    for (row, text) in rows.iter().zip(evil) {
        assert_eq!(row[5], format!("'{text}"));
        for cell in row {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0']),
                "{cell:?}"
            );
        }
    }
}

#[test]
fn ndjson_is_the_whole_resource() {
    let house = House::new();
    house.run("token new").exits(0);
    let person = house.put("default", Kind::User, vec![mira()]).remove(0);
    let group = house
        .put(
            "default",
            Kind::Group,
            vec![json!({"displayName": "Auditors"})],
        )
        .remove(0);
    house.join(&group, &person);
    let said = house
        .run("export users --format ndjson")
        .env("APPLIANCE_PUBLIC_URL", "https://scim.example.org")
        .exits(0);
    assert_eq!(said.stdout.lines().count(), 1);
    let mut resource = said.json();
    let base = "https://scim.example.org/scim/v2";
    assert_eq!(
        resource["groups"],
        json!([{
            "value": group.id.to_string(), "$ref": format!("{base}/Groups/{}", group.id),
            "display": "Auditors", "type": "direct"
        }])
    );
    assert_eq!(resource["id"], person.id.to_string());
    assert_eq!(resource["meta"]["resourceType"], "User");
    assert_eq!(resource["meta"]["version"], "W/\"1\"");
    assert_eq!(resource["meta"]["created"], "2026-11-18T11:06:40.000Z");
    assert_eq!(
        resource["meta"]["location"],
        format!("{base}/Users/{}", person.id)
    );
    assert_eq!(
        resource["schemas"],
        json!(["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE])
    );
    for ours in ["groups", "id", "meta", "schemas"] {
        resource.as_object_mut().unwrap().remove(ours);
    }
    assert_eq!(resource, mira());
}

#[test]
fn a_filter_and_a_connection_choose_whom() {
    let house = House::new();
    house.run("connection new okta").exits(0);
    let person = |name: &str, active: bool| json!({"userName": name, "active": active});
    house.put(
        "default",
        Kind::User,
        vec![person("ada", true), person("ben", false)],
    );
    house.put("okta", Kind::User, vec![person("cem", true)]);
    let names = |words: &str| -> Vec<String> {
        let rows = house.rows(words);
        rows.iter().map(|row| row[2].to_owned()).collect()
    };
    assert_eq!(names("export users"), ["ada", "ben", "cem"]);
    assert_eq!(names("export users --connection okta"), ["cem"]);
    let filtered = |filter: &str| {
        house
            .run("export users --format ndjson --filter")
            .args([filter])
            .exits(0)
            .stdout
    };
    assert_eq!(filtered("active eq true").lines().count(), 2);
    assert_eq!(
        filtered("userName sw \"B\" and active eq false")
            .lines()
            .count(),
        1
    );
    assert_eq!(filtered("userName eq \"nobody\""), "");
    house
        .run("export users --filter")
        .args(["userName eq"])
        .exits(2)
        .complains("error: the filter is wrong: ");
    house
        .run("export users --connection otka")
        .exits(3)
        .complains("did you mean `okta`?");
}

#[test]
fn a_file_is_complete_private_and_replaces_the_old_one() {
    let house = House::new();
    house.run("token new").exits(0);
    house.put("default", Kind::User, vec![mira()]);
    let folder = house.path("out");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("users.csv");
    std::fs::write(&file, "old").unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();

    house
        .run("export users --filter nonsense --output")
        .args([&file])
        .exits(2);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");

    let said = house.run("export users --output").args([&file]).exits(0);
    assert_eq!(said.stdout, "");
    said.mentions("users.csv: 1 user\n");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with(TITLES));
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);

    house
        .run("export users --output")
        .args([&folder])
        .exits(1)
        .complains("is no ordinary file");
    house
        .run("export users --output")
        .args([house.data().join("appliance.sqlite")])
        .exits(1)
        .complains("it is a database, and not replaced");
    house
        .run("export users --output")
        .args([folder.join("none/users.csv")])
        .exits(1)
        .complains("users.csv: ");
}

#[test]
fn everybody_of_a_large_population_comes_out() {
    let house = House::new();
    house.run("token new").exits(0);
    let people = (0..1_203).map(|number| json!({"userName": format!("user{number}@example.net")}));
    house.put("default", Kind::User, people.collect());
    let rows = house.rows("export users");
    assert_eq!(rows.len(), 1_203);
    assert_eq!(&rows[1_202][2], "user1202@example.net");
}

#[test]
fn memory_does_not_follow_the_number_of_rows() {
    let house = House::new();
    house.run("token new").exits(0);
    // Some 60 MB of resources; the command gets 40 MB of memory.
    let filler = "x".repeat(10_000);
    let people = (0..6_000).map(|number| {
        json!({"userName": format!("user{number}@example.net"), "x509Certificates": [{"value": filler}]})
    });
    house.put("default", Kind::User, people.collect());
    for (form, further) in [("csv", 1), ("json", 2), ("ndjson", 0), ("scim", 2)] {
        let said = house
            .run_within(40 << 10, &format!("export users --format {form}"))
            .exits(0);
        assert_eq!(said.stdout.lines().count(), 6_000 + further, "{form}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let house = House::new();
    house.run("token new").exits(0);
    // More than any buffer on the way holds, so that the reader is missed in the middle of a row.
    let people = (0..300).map(|number| {
        json!({"userName": format!("u{number}@example.net"), "displayName": "x".repeat(400)})
    });
    house.put("default", Kind::User, people.collect());
    let forms = [
        "users",
        "users --format ndjson",
        "users --format json",
        "users --format scim",
    ];
    for form in forms
        .into_iter()
        .chain(["groups", "members", "changes --format csv"])
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_appliance"))
            .args(["export"])
            .args(form.split(' '))
            .arg("--data-dir")
            .arg(house.data())
            .arg("--config")
            .arg(house.path("empty.toml"))
            .stdout(writer)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), said.as_str()),
            (Some(0), ""),
            "{form}"
        );
    }
}
