//! Groups that follow from an attribute of people.

use serde_json::{Value, json};

use super::entrance::{ENTERPRISE, person, set, with_profile};
use super::house::client::Client;
use super::house::server::House;

/// The derived groups of the connection `here` as `folder/name: members`.
#[track_caller]
fn derived(house: &House) -> Vec<String> {
    let listed = house.cli(&["group", "list", "--connection", "here", "--json"]);
    let listed: Value = serde_json::from_str(&listed.prints()).unwrap();
    let groups = listed.as_array().unwrap().iter();
    groups
        .filter(|group| group["folder"].is_string())
        .map(|group| {
            let (folder, name) = (&group["folder"], &group["displayName"]);
            let (folder, name) = (folder.as_str().unwrap(), name.as_str().unwrap());
            format!("{folder}/{name}: {}", group["members"])
        })
        .collect()
}

fn working(department: &str) -> Value {
    json!({ENTERPRISE: {"department": department}})
}

/// A new value of the department, as Entra sends it.
fn moves_to(department: &str) -> Value {
    json!([{"op": "Replace", "path": format!("{ENTERPRISE}:department"), "value": department}])
}

#[track_caller]
fn moved(idp: &Client, id: &str, department: &str) {
    idp.patch(&format!("/Users/{id}"), moves_to(department))
        .is(200);
}

#[test]
fn every_value_is_a_group_that_comes_and_goes_with_its_members() {
    let (house, idp) = with_profile("cybsafe");
    let everything = json!({ENTERPRISE: {
        "department": "Audit", "division": "North", "organization": "Example Ltd"
    }});
    let ada = idp.user_with("ada@example.net", everything);
    let bob = idp.user_with("bob@example.net", working("Audit"));
    let all = [
        "Department/Audit: 2",
        "Division/North: 1",
        "Organization/Example Ltd: 1",
    ];
    assert_eq!(derived(&house), all);

    moved(&idp, &ada, "Legal");
    assert_eq!(
        derived(&house)[..2],
        ["Department/Audit: 1", "Department/Legal: 1"]
    );
    // Left out of a PUT, a value is gone.
    idp.put(
        &format!("/Users/{ada}"),
        &person("ada@example.net", json!({})),
    )
    .is(200);
    assert_eq!(derived(&house), ["Department/Audit: 1"]);
    // Somebody inactive is still there, and somebody deleted is not.
    let off = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    idp.patch(&format!("/Users/{bob}"), off).is(200);
    assert_eq!(derived(&house), ["Department/Audit: 1"]);
    idp.delete(&format!("/Users/{bob}")).is(204);
    assert_eq!(derived(&house), [""; 0]);
}

#[test]
fn spellings_of_one_value_are_one_group_and_a_correction_renames_it() {
    let (house, idp) = with_profile("cybsafe");
    let ada = idp.user_with("ada@example.net", working("audit "));
    idp.user_with("bob@example.net", working("AUDIT"));
    idp.user_with("eve@example.net", working("  "));
    assert_eq!(derived(&house), ["Department/audit: 2"]);
    moved(&idp, &ada, "Audit");
    assert_eq!(derived(&house), ["Department/Audit: 2"]);
}

#[test]
fn the_provider_sees_them_only_when_it_shall_and_never_changes_them() {
    let (house, idp) = with_profile("cybsafe");
    let ada = idp.user_with("ada@example.net", working("Audit"));
    let own = idp.group("Audit", &[]);
    idp.get("/Groups").is(200).counts(1);
    let path = format!("/Users/{ada}");
    assert!(idp.get(&path).json().get("groups").is_none());

    set(&house, &["derived_in_scim=on"]);
    let found = idp.get("/Groups").is(200).counts(2);
    let shown = found
        .column("id")
        .into_iter()
        .find(|id| *id != own)
        .unwrap();
    let group = format!("/Groups/{shown}");
    idp.get(&group).is(200).shows(json!({
        "displayName": "Audit", "members": [{"value": ada}]
    }));
    assert_eq!(idp.get(&path).at("/groups/0/value"), shown.as_str());
    idp.find("/Groups", &format!("members.value eq \"{ada}\""))
        .counts(1);
    let rename = json!([{"op": "Replace", "path": "displayName", "value": "Mine"}]);
    let refused = idp.patch(&group, rename).refused(409, "");
    assert!(refused.text().contains("attribute"), "{}", refused.text());
    idp.put(&group, &json!({"displayName": "Mine"}))
        .refused(409, "");
    idp.delete(&group).refused(409, "");
    let inside = json!([{"op": "Add", "path": "members", "value": [{"value": shown}]}]);
    idp.patch(&format!("/Groups/{own}"), inside)
        .refused(400, "invalidValue");
    // Its name is not taken by the derived one.
    idp.put(&format!("/Groups/{own}"), &json!({"displayName": "audit"}))
        .is(200);

    let bob = idp.user_with("bob@example.net", working("Audit"));
    let version = idp.get(&group).is(200).at("/meta/version");
    assert_eq!(version, "W/\"2\"");
    moved(&idp, &bob, "Legal");
    idp.get("/Groups").counts(3);
    idp.delete(&path).is(204);
    idp.get(&group).is(404);

    set(&house, &["derived_in_scim=off"]);
    idp.get("/Groups").counts(1);
    assert!(
        idp.get(&format!("/Users/{bob}"))
            .json()
            .get("groups")
            .is_none()
    );
    assert_eq!(derived(&house), ["Department/Legal: 1"]);
}

#[test]
fn a_setting_reaches_everybody_who_is_there() {
    let (house, idp) = with_profile("generic");
    for number in 0..30 {
        let department = ["Audit", "Legal"][number % 2];
        idp.user_with(&format!("u{number}@example.net"), working(department));
    }
    assert_eq!(derived(&house), [""; 0]);
    set(&house, &["derive=department,division"]);
    let both = ["Department/Audit: 15", "Department/Legal: 15"];
    assert_eq!(derived(&house), both);
    set(&house, &["derive=userName"]);
    assert_eq!(derived(&house).len(), 30);
    set(&house, &["derive="]);
    assert_eq!(derived(&house), [""; 0]);
    house
        .cli(&["connection", "set", "here", "derive=department,nonsense"])
        .exits(2);
}

#[test]
fn what_cannot_be_the_name_of_a_group_is_refused_with_the_reason() {
    let (house, idp) = with_profile("generic");
    idp.user_with(
        "ada@example.net",
        json!({"active": true, "password": "hunter2"}),
    );
    for (place, reason) in [
        ("password", "an attribute whose values are returned"),
        ("groups.display", "the server writes this one"),
        ("meta.location", "the server writes this one"),
        ("id", "the server writes this one"),
        ("active", "an attribute that holds a text"),
        ("name", "an attribute that holds a text"),
        ("x509Certificates", "an attribute that holds a text"),
        ("members", "nothing of a person is called `members`"),
        (
            "members.display",
            "nothing of a person is called `members.display`",
        ),
    ] {
        let setting = format!("derive=department,{place}");
        let said = house.cli(&["connection", "set", "here", &setting]).exits(2);
        assert!(said.stderr.contains(reason), "{place}: {}", said.stderr);
        assert!(said.stderr.contains(place), "{place}: {}", said.stderr);
    }
    let shown = house
        .cli(&["connection", "show", "here", "--json"])
        .prints();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["settings"]["derive"], "none");
    assert_eq!(derived(&house), [""; 0]);
}

#[test]
fn each_change_is_in_the_record() {
    let (house, idp) = with_profile("cybsafe");
    let ada = idp.user_with("ada@example.net", working("Audit"));
    moved(&idp, &ada, "Legal");
    let history = house.cli(&["user", "history", &ada, "--json"]).prints();
    let history: Value = serde_json::from_str(&history).unwrap();
    let entries = history["entries"].as_array().unwrap().iter();
    let effects = entries.flat_map(|entry| entry["effects"].as_array().unwrap());
    let told: Vec<String> = effects
        .filter(|effect| effect["type"] != "person")
        .map(|effect| format!("{} {}", effect["type"], effect["name"]))
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for expected in [
        "\"joined\" \"Audit\"",
        "\"left\" \"Audit\"",
        "\"joined\" \"Legal\"",
    ] {
        assert!(told.contains(&expected.to_owned()), "{told:?}");
    }
}

#[test]
fn bulk_and_parallel_requests_keep_them_too() {
    let (house, idp) = with_profile("cybsafe");
    let operations: Vec<Value> = (0..10)
        .map(|number| {
            let data = person(&format!("u{number}@example.net"), working("Audit"));
            json!({"method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": data})
        })
        .collect();
    idp.bulk(&operations).is(200);
    assert_eq!(derived(&house), ["Department/Audit: 10"]);
    let ids = idp.get("/Users").column("id");
    // Everybody leaves and comes back at the same time: the group goes and comes, and nobody is lost.
    std::thread::scope(|scope| {
        for id in &ids {
            let idp = idp.again();
            scope.spawn(move || {
                for department in ["Legal", "Audit", "Legal", "Audit", "Legal"] {
                    moved(&idp, id, department);
                }
            });
        }
    });
    assert_eq!(derived(&house), ["Department/Legal: 10"]);
}

#[test]
fn exports_name_the_folder() {
    let (house, idp) = with_profile("cybsafe");
    let everything = json!({ENTERPRISE: {
        "department": "Audit", "division": "North", "organization": "Example Ltd"
    }});
    let ada = idp.user_with("ada@example.net", everything);
    idp.group("Staff", &[&ada]);
    let sheet = |what: &str, columns: &str| {
        let args = ["export", what, "--connection", "here", "--columns", columns];
        let mut lines: Vec<String> = house
            .cli(&args)
            .prints()
            .lines()
            .map(str::to_owned)
            .collect();
        lines[1..].sort();
        lines
    };
    for shown in ["off", "on"] {
        set(&house, &[&format!("derived_in_scim={shown}")]);
        let groups = [
            "folder,displayName,members",
            ",Staff,1",
            "Department,Audit,1",
            "Division,North,1",
            "Organization,Example Ltd,1",
        ];
        assert_eq!(
            sheet("groups", "folder,displayName,members"),
            groups,
            "{shown}"
        );
        let members = [
            "folder,group,memberId",
            &format!(",Staff,{ada}"),
            &format!("Department,Audit,{ada}"),
            &format!("Division,North,{ada}"),
            &format!("Organization,Example Ltd,{ada}"),
        ];
        assert_eq!(
            sheet("members", "folder,group,memberId"),
            members,
            "{shown}"
        );
    }
}
