//! Groups at the command line: listed, shown, and told apart.

use serde_json::{Value, json};

use crate::house::server::House;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[track_caller]
fn json(house: &House, words: &[&str]) -> Value {
    serde_json::from_str(&house.cli(words).prints()).unwrap()
}

#[test]
fn groups_of_all_kinds_are_listed_and_shown() {
    let house = House::open();
    let idp = house.connection("here", &["derive=department"]);
    assert_eq!(json(&house, &["group", "list", "--json"]), json!([]));
    let working = json!({"displayName": "Ada", ENTERPRISE: {"department": "Audit"}});
    let ada = idp.user_with("ada@example.net", working);
    let inner = idp.group("Inner", &[&ada]);
    let body = json!({
        "displayName": "Staff", "externalId": "G-1",
        "members": [{"value": ada}, {"value": inner}]
    });
    let staff = idp.post("/Groups", &body).is(201).id();

    let listed = json(&house, &["group", "list", "--json"]);
    let line = |index: usize| {
        let group = &listed[index];
        (
            group["displayName"].clone(),
            group["folder"].clone(),
            group["members"].clone(),
        )
    };
    assert_eq!(line(0), (json!("Inner"), json!(null), json!(1)));
    assert_eq!(line(1), (json!("Staff"), json!(null), json!(2)));
    assert_eq!(line(2), (json!("Audit"), json!("Department"), json!(1)));
    assert_eq!(listed.as_array().unwrap().len(), 3);

    for name in [&*staff, "staff", "g-1"] {
        let shown = json(&house, &["group", "show", name, "--json"]);
        assert_eq!(shown["id"], staff.as_str(), "{name}");
        assert_eq!(shown["memberList"][0]["userName"], "ada@example.net");
        assert_eq!(shown["memberList"][1]["type"], "Group");
    }
    let shown = json(&house, &["group", "show", "department/AUDIT", "--json"]);
    assert_eq!(shown["memberList"][0]["id"], ada.as_str());
    let few = house
        .cli(&["group", "show", "Staff", "--limit", "1"])
        .exits(0);
    assert!(few.stdout.contains("ada@example.net") && !few.stdout.contains(&inner));
    assert!(few.stderr.contains("the first 1 of 2"), "{}", few.stderr);
}

#[test]
fn a_name_that_several_have_is_refused_with_all_of_them() {
    let house = House::open();
    let idp = house.connection("here", &["derive=department,division"]);
    let both = json!({ENTERPRISE: {"department": "Audit", "division": "Audit"}});
    idp.user_with("ada@example.net", both);
    let own = idp.group("Audit", &[]);
    let refused = house.cli(&["group", "show", "audit"]).exits(4);
    for expected in [own.as_str(), "Department", "Division", "FOLDER/NAME"] {
        assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    }
    house.cli(&["group", "show", "Division/Audit"]).exits(0);
    house
        .cli(&["group", "show", "audit", "--connection", "default"])
        .exits(3);
    house
        .cli(&["group", "list", "--connection", "nowhere"])
        .exits(3);
    for nothing in ["", " ", "nobody", "/", "Department/"] {
        house.cli(&["group", "show", nothing]).exits(3);
    }
}
