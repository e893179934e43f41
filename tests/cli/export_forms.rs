//! Groups, memberships and changes on their way out, the forms that they have, and the choice of columns.

use appliance::scim::Kind;
use serde_json::{Value, json};

use crate::run::House;

impl House {
    /// Two users, a group with both, and a group with that group; their ids.
    fn with_groups(&self) -> [String; 4] {
        self.run("token new").exits(0);
        let people = ["ada", "ben"].map(|name| {
            json!({"userName": format!("{name}@example.net"), "displayName": format!("={name}")})
        });
        let users = self.put("default", Kind::User, people.into());
        let groups = self.put(
            "default",
            Kind::Group,
            vec![
                json!({"displayName": "Auditors", "externalId": "g-1"}),
                json!({"displayName": "Staff"}),
            ],
        );
        self.join(&groups[0], &users[0]);
        self.join(&groups[0], &users[1]);
        self.join(&groups[1], &groups[0]);
        [&users[0], &users[1], &groups[0], &groups[1]].map(|stored| stored.id.to_string())
    }

    fn lines(&self, words: &str) -> Vec<Value> {
        let said = self.run(words).exits(0);
        let lines = said.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

#[test]
fn groups_come_with_their_members_or_with_their_number() {
    let house = House::new();
    let [ada, ben, auditors, staff] = house.with_groups();
    let table = house.run("export groups").exits(0).stdout;
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "connection,id,displayName,externalId,folder,members,created,lastModified"
    );
    assert!(
        lines[1].starts_with(&format!("default,{auditors},Auditors,g-1,,2,2026-")),
        "{table}"
    );
    assert!(lines[2].starts_with(&format!("default,{staff},Staff,,,1,")));

    let groups = house.lines("export groups --format ndjson");
    assert_eq!(
        groups[0]["members"],
        json!([
            {"value": ada, "type": "User", "display": "=ada"},
            {"value": ben, "type": "User", "display": "=ben"}
        ])
    );
    assert_eq!(
        groups[1]["members"],
        json!([{"value": auditors, "type": "Group", "display": "Auditors"}])
    );
    assert_eq!(groups[1]["meta"]["resourceType"], "Group");
    let found = house
        .run("export groups --format json --filter")
        .args([format!("members eq \"{ada}\"")])
        .env("APPLIANCE_PUBLIC_URL", "https://scim.example.org")
        .exits(0)
        .json();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(
        found[0]["members"][0]["$ref"],
        format!("https://scim.example.org/scim/v2/Users/{ada}")
    );
}

#[test]
fn each_membership_is_one_row() {
    let house = House::new();
    let [ada, ben, auditors, staff] = house.with_groups();
    let table = house.run("export members").exits(0).stdout;
    assert_eq!(
        table,
        format!(
            "connection,groupId,group,folder,memberId,member,type\r\n\
             default,{auditors},Auditors,,{ada},ada@example.net,User\r\n\
             default,{auditors},Auditors,,{ben},ben@example.net,User\r\n\
             default,{staff},Staff,,{auditors},Auditors,Group\r\n"
        )
    );
    let rows = house.lines("export members --format ndjson");
    assert_eq!(
        rows[2],
        json!({
            "connection": "default", "groupId": staff, "group": "Staff", "folder": null,
            "memberId": auditors, "member": "Auditors", "type": "Group"
        })
    );
    let json = house.run("export members --format json").exits(0).json();
    assert_eq!(json, Value::Array(rows));
    let some = house
        .run("export members --columns member,group --filter")
        .args(["displayName eq \"staff\""])
        .exits(0);
    assert_eq!(some.stdout, "member,group\r\nAuditors,Staff\r\n");
    house
        .run("export members --format scim")
        .exits(2)
        .complains("invalid value 'scim'");
}

#[test]
fn every_form_says_the_same_of_people() {
    let house = House::new();
    house.with_groups();
    let lines = house.lines("export users --format ndjson");
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["groups"].as_array().unwrap().len(), 2);
    let array = house.run("export users --format json").exits(0).json();
    assert_eq!(array, json!(lines));
    let list = house.run("export users --format scim").exits(0).json();
    assert_eq!(list["Resources"], array);
    assert_eq!(
        (
            &list["totalResults"],
            &list["itemsPerPage"],
            &list["startIndex"]
        ),
        (&json!(2), &json!(2), &json!(1))
    );
    let nobody = |form: &str| {
        let run = house.run(&format!("export users --format {form} --filter"));
        run.args(["userName eq \"x\""]).exits(0).stdout
    };
    assert_eq!(nobody("json"), "[]\n");
    assert!(nobody("scim").contains("\"totalResults\":0"));
    assert_eq!(nobody("csv").lines().count(), 1);
}

#[test]
fn columns_are_chosen_ordered_and_named_rightly() {
    let house = House::new();
    house.with_groups();
    let said = house.run("export users --columns displayName,USERNAME,groups");
    assert_eq!(
        said.exits(0).stdout,
        "displayName,userName,groups\r\n\
         '=ada,ada@example.net,Auditors; Staff\r\n\
         '=ben,ben@example.net,Auditors; Staff\r\n"
    );
    house
        .run("export users --columns userName,mail.work")
        .exits(2)
        .complains("error: no column is called `mail.work`\nhint: did you mean `emails.work`?");
    house
        .run("export groups --columns folders")
        .exits(2)
        .complains("did you mean `folder`? There are: connection, id, displayName");
    house
        .run("export users --columns ,")
        .exits(2)
        .complains("no column is called ``");
    for form in ["json", "ndjson", "scim"] {
        house
            .run(&format!("export users --columns userName --format {form}"))
            .exits(2)
            .complains("only CSV has columns");
    }
}

#[test]
fn a_column_of_an_extension_has_its_full_name() {
    let house = House::new();
    house.run("token new").exits(0);
    let urn = "urn:example:2.0:User";
    house.run(&format!("schema add {urn}:badge")).exits(0);
    house
        .run(&format!("export users --columns userName,{urn}:badge"))
        .exits(0);
    house
        .run("export users --columns badge")
        .exits(2)
        .complains(&format!("did you mean `{urn}:badge`?"));
}

#[test]
fn a_file_of_changes_says_how_far_it_goes() {
    let house = House::new();
    house.with_groups();
    let file = house.path("changes.ndjson");
    let said = house.run("export changes --output").args([&file]).exits(0);
    // What was put in behind the back of the server left no record.
    said.mentions("changes.ndjson: 0 changes; the last sequence is 0\n");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "");
    let titles = house.run("export changes --format csv").exits(0).stdout;
    assert_eq!(
        titles,
        "sequence,at,connection,resourceType,id,cause,token,request,version,before,after,joined,parted\r\n"
    );
    house
        .run("export changes --since 1")
        .exits(4)
        .complains("error: there is no change 1 yet, the last one is 0\nhint: was an older backup");
    house.run("export changes --since -1").exits(2);
    house
        .run("export changes --connection dfault")
        .exits(3)
        .complains("did you mean `default`?");
}
