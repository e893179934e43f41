//! RFC 7643 §2.3.7: references between resources.

use serde_json::{Value, json};

use super::people::{ENTERPRISE, idp, strict, user};

fn managed(name: &str, manager: &Value) -> Value {
    user(name, json!({(ENTERPRISE): {"manager": manager}}))
}

#[test]
fn a_reference_leads_to_the_resource_that_it_names() {
    for idp in [idp(), strict()] {
        let ada = idp.user("ada@example.net");
        let crew = idp.group("Crew", &[&ada]);
        let bo = idp
            .post("/Users", &managed("bo@example.net", &json!({"value": ada})))
            .is(201);
        let base = idp.house.url();
        let follow = |reference: Value, id: &str| {
            let reference = reference.as_str().unwrap().to_owned();
            let path = reference
                .strip_prefix(base.as_str())
                .unwrap_or_else(|| panic!("{reference} is not below {base}"));
            assert_eq!(idp.get(path).is(200).id(), id);
        };
        follow(bo.at(&format!("/{ENTERPRISE}/manager/$ref")), &ada);
        let list = idp.find("/Users", "userName sw \"bo\"");
        let manager = &list.resources()[0][ENTERPRISE]["manager"];
        follow(manager["$ref"].clone(), &ada);
        follow(
            idp.get(&format!("/Groups/{crew}")).at("/members/0/$ref"),
            &ada,
        );
        follow(
            idp.get(&format!("/Users/{ada}")).at("/groups/0/$ref"),
            &crew,
        );
    }
}

#[test]
fn a_manager_may_be_named_by_id_by_address_or_by_both() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let address = format!("{}/Users/{ada}", idp.house.url());
    let path = format!("/Users/{}", idp.user("bo@example.net"));
    let manager = |value: Value| {
        let operation =
            json!({"op": "replace", "path": format!("{ENTERPRISE}:manager"), "value": value});
        let reply = idp.patch(&path, json!([operation])).is(200);
        let expected = json!({"value": ada, "$ref": address});
        reply
            .clone()
            .shows(json!({(ENTERPRISE): {"manager": expected}}));
        reply.at("/meta/version")
    };
    let version = manager(json!({"value": ada}));
    // The same person in other words: nothing moves.
    assert_eq!(manager(json!({"$ref": address})), version);
    assert_eq!(manager(json!({"$ref": format!("../Users/{ada}")})), version);
    assert_eq!(manager(json!({"value": ada, "$ref": address})), version);
}

#[test]
fn what_is_shown_can_be_searched() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    idp.post("/Users", &managed("bo@example.net", &json!({"value": ada})))
        .is(201);
    let crew = idp.group("Crew", &[&ada]);
    let address = format!("{}/Users/{ada}", idp.house.url());
    let group = format!("{}/Groups/{crew}", idp.house.url());
    let count = |endpoint: &str, filter: String, total: u64| {
        idp.find(endpoint, &filter).counts(total);
    };
    count(
        "/Users",
        format!("{ENTERPRISE}:manager.$ref eq \"{address}\""),
        1,
    );
    count(
        "/Users",
        format!("{ENTERPRISE}:manager.$ref eq \"../Users/{ada}\""),
        1,
    );
    count(
        "/Users",
        format!("{ENTERPRISE}:manager.$ref eq \"{group}\""),
        0,
    );
    count(
        "/Users",
        format!("{ENTERPRISE}:manager[$ref eq \"{address}\"]"),
        1,
    );
    count("/Users", format!("groups.$ref eq \"{group}\""), 1);
    count("/Groups", format!("members.$ref eq \"{address}\""), 1);
}
