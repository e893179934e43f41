//! `appliance import users`

use serde_json::{Value, json};

use crate::run::{House, Said};

/// An import into the connection `default` from standard input.
#[track_caller]
fn import(house: &House, options: &str, input: &str, code: i32) -> Said {
    let words = format!("import users - {options}");
    house.run(&words).stdin(input).exits(code)
}

fn house() -> House {
    let house = House::new();
    house.run("token new").exits(0);
    house
}

/// Everybody of a connection, without what belongs to the place where they are.
#[track_caller]
fn everybody(house: &House, connection: &str) -> Vec<Value> {
    let words = format!("export users --format ndjson --connection {connection}");
    let text = house.run(&words).exits(0).stdout;
    let people = text.lines().map(|line| {
        let mut person: Value = serde_json::from_str(line).unwrap();
        for ours in ["id", "meta", "groups"] {
            person.as_object_mut().unwrap().remove(ours);
        }
        person
    });
    people.collect()
}

fn ndjson(lines: &[Value]) -> String {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    lines.join("\n")
}

const SHEET: &str = "\u{feff}userName,active,displayName,emails.work,phoneNumbers.work,department\r\n\
    ada@example.net,TRUE,Ada,ada@example.net; a.king@example.net,'+44 20 5,Engines\r\n\
    bob@example.net,false,'=Bob,,,\r\n";

#[test]
fn a_sheet_makes_people_who_are_recorded_as_the_operators() {
    let house = house();
    let said = import(&house, "", SHEET, 0);
    assert!(
        said.stdout.contains("2 created, 0 updated"),
        "{}",
        said.stdout
    );
    let people = everybody(&house, "default");
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let mut ada = people[0].clone();
    ada.as_object_mut().unwrap().remove("schemas");
    assert_eq!(
        ada,
        json!({
            "userName": "ada@example.net", "active": true, "displayName": "Ada",
            "emails": [
                {"type": "work", "value": "ada@example.net"},
                {"type": "work", "value": "a.king@example.net"}
            ],
            "phoneNumbers": [{"type": "work", "value": "+44 20 5"}],
            urn: {"department": "Engines"}
        })
    );
    assert_eq!(people[1]["displayName"], "=Bob");
    assert_eq!(people[1]["active"], false);
    assert!(people[1].get("emails").is_none());
    let history = house
        .run("user history bob@example.net --json")
        .exits(0)
        .json();
    assert_eq!(history["entries"][0]["effects"][0]["cause"], "import");
    assert_eq!(history["entries"][0]["token"], Value::Null);

    let again = import(&house, "", SHEET, 0);
    assert!(
        again.stdout.contains("0 created, 0 updated, 2 unchanged"),
        "{}",
        again.stdout
    );
}

#[test]
fn what_was_exported_and_imported_is_exported_again() {
    let house = house();
    house
        .run("schema add urn:example:2.0:User:badge urn:example:2.0:User:grade:integer")
        .exits(0);
    let lines = [
        json!({"userName": "ada", "displayName": "+Ada, \"the\" 1st\nCountess", "active": true,
            "emails": [{"type": "work", "value": "a@example.net", "primary": true},
                {"type": "home", "value": "h@example.net"}],
            "name": {"givenName": "Ada", "honorificPrefix": "Lady"}, "roles": [{"value": "Editor"}],
            "urn:example:2.0:User": {"badge": "B; 7", "grade": 7}}),
        json!({"userName": "bob", "active": false, "locale": "en-GB",
            "addresses": [{"type": "work", "country": "GB", "locality": "London"}]}),
    ];
    let file = ndjson(&lines);
    import(&house, "", &file, 0);
    house.run("connection new copy").exits(0);
    let whole = house.run("export users --format ndjson").exits(0).stdout;
    import(&house, "--connection copy", &whole, 0);
    let whole = everybody(&house, "default");
    assert_eq!(whole.len(), 2);
    assert_eq!(everybody(&house, "copy"), whole);

    house.run("connection new sheet").exits(0);
    let csv = house
        .run("export users --connection default")
        .exits(0)
        .stdout;
    import(&house, "--connection sheet", &csv, 0);
    let again = house.run("export users --connection sheet").exits(0).stdout;
    let rows = |text: &str| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let titles = reader.headers().unwrap().clone();
        let ours = ["connection", "id", "created", "lastModified"];
        let row = |row: csv::StringRecord| {
            let cells = titles.iter().zip(row.iter());
            let kept = cells.filter(|(title, _)| !ours.contains(title));
            kept.map(|(_, cell)| cell.to_owned()).collect()
        };
        reader
            .records()
            .map(|record| row(record.unwrap()))
            .collect()
    };
    assert_eq!(rows(&again), rows(&csv));
}

#[test]
fn a_check_finds_what_the_import_finds_and_writes_nothing() {
    let house = house();
    import(
        &house,
        "",
        "userName,title,externalId\nada,Clerk,1\nbob,Clerk,2\n",
        0,
    );
    house
        .run("connection set default match=externalId")
        .exits(0);
    let file = "userName,title,externalId\nada,Head,1\nbob,Clerk,2\ncyd,Clerk,3\ncyd,Head,4\n\
        dan,Clerk,3\neve,Clerk,2\n,Clerk,7\nfay\n";
    let expected = json!([
        {"line": 2, "why": "ada is here already, with another title; `--update` makes them what \
            the file says"},
        {"line": 5, "why": "userName: line 4 has the same value, and it can be there once only"},
        {"line": 6, "why": "externalId: line 4 has the same value, and it can be there once only"},
        {"line": 7, "why": "externalId: line 3 has the same value, and it can be there once only"},
        {"line": 8, "why": "userName: required, but no value was given"},
        {"line": 9, "why": "1 cells, but the first line has 3"}
    ]);
    let checked = import(&house, "--check --json", file, 5).json();
    assert_eq!(checked["conflicts"], expected);
    assert_eq!(checked["created"], 1);
    assert_eq!(checked["unchanged"], 1);
    assert_eq!(everybody(&house, "default").len(), 2);
    let mut done = import(&house, "--json", file, 5).json();
    done["check"] = true.into();
    assert_eq!(done, checked);
    assert_eq!(everybody(&house, "default").len(), 3);
    let said = import(&house, "", file, 5);
    assert!(
        said.stdout.starts_with("line 2: ada is here already"),
        "{}",
        said.stdout
    );
}

#[test]
fn an_update_changes_what_the_sheet_has_columns_for() {
    let house = house();
    let line = json!({"userName": "ada", "title": "Clerk", "nickName": "A", "emails": [
        {"type": "work", "value": "a@example.net", "primary": true},
        {"type": "home", "value": "h@example.net"}]});
    import(&house, "", &line.to_string(), 0);
    let sheet = "userName,title,emails.work\nADA,,new@example.net\n";
    let said = import(&house, "--update", sheet, 0);
    assert!(said.stdout.contains("1 updated"), "{}", said.stdout);
    let ada = everybody(&house, "default").remove(0);
    assert!(ada.get("title").is_none(), "an empty cell clears");
    assert_eq!(ada["nickName"], "A", "what has no column stays");
    assert_eq!(ada["userName"], "ADA");
    assert_eq!(
        ada["emails"],
        json!([{"type": "work", "value": "new@example.net", "primary": true},
            {"type": "home", "value": "h@example.net"}])
    );
    // A resource is the whole person.
    let whole = json!({"userName": "ada", "title": "Head"});
    import(&house, "--update", &whole.to_string(), 0);
    let mut ada = everybody(&house, "default").remove(0);
    ada.as_object_mut().unwrap().remove("schemas");
    assert_eq!(ada, whole);
}

#[test]
fn the_rules_of_the_connection_hold_for_the_operator_too() {
    let house = house();
    house
        .run("connection set default required=emails.work seats=1 unknown=drop")
        .exits(0);
    let lines = [
        json!({"userName": "ada", "shoeSize": 38, "emails": [{"type": "work", "value": "a@x.net"}]}),
        json!({"userName": "bob", "emails": [{"type": "work", "value": "b@x.net"}]}),
        json!({"userName": "cyd"}),
        json!({"userName": "dan", "active": "perhaps"}),
        json!({"userName": 7}),
    ];
    let file = ndjson(&lines);
    let said = import(&house, "", &file, 5);
    assert!(
        said.stdout.contains("line 3: emails.work"),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("line 4: active"), "{}", said.stdout);
    assert!(said.stdout.contains("line 5: userName"), "{}", said.stdout);
    said.mentions("shoeSize: no schema")
        .mentions("1 person was waiting");
    let people = everybody(&house, "default");
    assert_eq!(people.len(), 2);
    assert_eq!(people[1]["active"], false);
}

#[test]
fn a_file_that_is_none_is_refused_as_a_whole() {
    let house = house();
    for (input, complaint) in [
        ("", "the file is empty"),
        ("[]", "one resource to a line"),
        ("userName;title\nada;x\n", "separate the columns by commas"),
        ("userName,emial.work\n", "did you mean `emails.work`?"),
        ("userName,userName\n", "two columns"),
        ("title\nClerk\n", "no column `userName`"),
        ("userName,meta.version\n", "no column is called"),
    ] {
        import(&house, "", input, 2).complains(complaint);
    }
    house.run("import users /none/people.csv").exits(3);
    import(&house, "--connection otehr", "userName\na\n", 3).complains("no connection");
    assert!(everybody(&house, "default").is_empty());
}

#[test]
fn memory_does_not_follow_the_length_of_the_file() {
    let house = house();
    // Some 60 MB; the command gets 48 MB of memory.
    let filler = "x".repeat(30_000);
    let file = house.path("people.csv");
    let rows = (0..2_000).map(|number| format!("user{number},{filler}\n"));
    std::fs::write(
        &file,
        format!("userName,title\n{}", rows.collect::<String>()),
    )
    .unwrap();
    let words = format!("import users --check {}", file.display());
    let said = house.run_within(48 << 10, &words).exits(0);
    assert!(said.stdout.contains("2000 created"), "{}", said.stdout);
}

#[test]
fn what_other_programs_write_is_put_right_unless_the_dialect_is_strict() {
    let house = house();
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let lines = [
        json!({"userName": "ada", "active": "True", "emails": [{"value": "a@example.net", "type": "work", "primary": "true"}]}),
        json!({"userName": "bob", "active": "False", (format!("{urn}:department")): "Audit"}),
        json!({"userName": "eve", "active": "perhaps"}),
    ];
    let strict = house.run("connection set default dialect=strict");
    strict.exits(0);
    let refused = import(&house, "--json", &ndjson(&lines), 5).json();
    assert_eq!(refused["created"], 0, "{refused:#}");
    let why = refused.to_string();
    for reason in ["active: expected true or false", "\"line\":1", "\"line\":3"] {
        assert!(why.contains(reason), "no {reason} in {refused:#}");
    }
    house.run("connection set default dialect=").exits(0);
    let done = import(&house, "--json", &ndjson(&lines), 5).json();
    assert_eq!(done["created"], 2, "{done:#}");
    let people = everybody(&house, "default");
    assert_eq!(people[0]["active"], true);
    assert_eq!(people[0]["emails"][0]["primary"], true);
    assert_eq!(people[1]["active"], false);
    assert_eq!(people[1][urn]["department"], "Audit");
    assert_eq!(people.len(), 2, "who may be active or not is asked again");
    // The same file again changes nothing.
    let again = import(&house, "--json", &ndjson(&lines[..2]), 0).json();
    assert_eq!(again["unchanged"], 2, "{again:#}");
}

#[test]
fn a_quote_that_is_never_closed_is_named_by_its_line() {
    let house = house();
    let sheet = "userName,displayName\nada,Ada\nbob,\"Bo\nb\"\neve,\"Eve\nmia,Mia\nzoe,Zoe\n";
    for options in ["", "--check", "--update"] {
        let said = import(&house, options, sheet, 1);
        let complaint = "the quote that opens on line 5 is never closed";
        assert!(said.stderr.contains(complaint), "{}", said.stderr);
    }
    assert_eq!(everybody(&house, "default"), Vec::<Value>::new());
    let mended = sheet.replace("\"Eve", "\"Eve\"");
    assert!(import(&house, "", &mended, 0).stdout.contains("5 created"));
}
