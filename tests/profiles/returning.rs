//! Coming back: somebody deactivated keeps their id, and by setting a create brings them back too.

use serde_json::{Value, json};

use super::entrance::{person, set, with_profile};
use super::house::client::Client;

fn disable(idp: &Client, id: &str) {
    let disable = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    let path = format!("/Users/{id}");
    assert_eq!(idp.patch(&path, disable).is(200).at("/active"), false);
}

#[test]
fn a_create_brings_a_deactivated_person_back_with_id_memberships_and_new_attributes() {
    let (house, idp) = with_profile("cybsafe");
    let old = json!({"title": "Clerk", "displayName": "Ada", "externalId": "o-1"});
    let ada = idp.user_with("ada@example.net", old);
    let staff = idp.group("Staff", &[&ada]);
    disable(&idp, &ada);

    let again = person("ADA@example.net", json!({"displayName": "Ada King"}));
    let back = idp.post("/Users", &again).is(201);
    assert_eq!(back.id(), ada);
    let back = back
        .shows(json!({"active": true, "displayName": "Ada King", "userName": "ADA@example.net"}));
    assert!(back.json().get("title").is_none(), "as by a PUT");
    assert_eq!(back.at("/groups/0/value"), staff.as_str());
    assert!(back.header("location").unwrap().ends_with(&ada));
    let told = house.cli(&["user", "history", &ada]).prints();
    let said = "had left, and this create brought them back under the id they had:";
    assert!(told.contains(said), "{told}");
    // Once they are back they exist.
    idp.post("/Users", &again).refused(409, "uniqueness");
    idp.get("/Users").is(200).counts(1);
}

#[test]
fn another_user_name_with_the_same_external_id_is_the_same_person() {
    let (_house, idp) = with_profile("cybsafe");
    let ada = idp.user_with("ada@example.net", json!({"externalId": "o-1"}));
    disable(&idp, &ada);
    let renamed = person("king@example.net", json!({"externalId": "o-1"}));
    assert_eq!(idp.post("/Users", &renamed).is(201).id(), ada);
    // Whoever is active is nobody's predecessor.
    let other = person("else@example.net", json!({"externalId": "o-1"}));
    assert_ne!(idp.post("/Users", &other).is(201).id(), ada);
    // The userName is stronger than the externalId.
    let bob = idp.user_with("bob@example.net", json!({"externalId": "o-2"}));
    let cyd = idp.user_with("cyd@example.net", json!({"externalId": "o-3"}));
    disable(&idp, &bob);
    disable(&idp, &cyd);
    let mixed = person("bob@example.net", json!({"externalId": "o-3"}));
    assert_eq!(idp.post("/Users", &mixed).is(201).id(), bob);
}

#[test]
fn a_create_brings_a_deleted_person_back_with_id_and_memberships() {
    let (house, idp) = with_profile("cybsafe");
    let old = json!({"title": "Clerk", "externalId": "o-1"});
    let ada = idp.user_with("ada@example.net", old);
    let staff = idp.group("Staff", &[&ada]);
    let path = format!("/Users/{ada}");
    idp.delete(&path).is(204);
    idp.get(&path).is(404);

    let again = person("Ada@example.net", json!({"displayName": "Ada"}));
    let back = idp.post("/Users", &again).is(201);
    assert_eq!(back.id(), ada);
    assert_eq!(back.at("/displayName"), "Ada");
    assert!(back.json().get("title").is_none(), "as by a PUT");
    assert_eq!(back.at("/groups/0/value"), staff.as_str());
    idp.get(&path).is(200);

    // By the externalId too, but not while somebody has the userName.
    idp.patch(
        &path,
        json!([{"op": "Add", "path": "externalId", "value": "o-1"}]),
    )
    .is(200);
    idp.delete(&path).is(204);
    let renamed = person("king@example.net", json!({"externalId": "o-1"}));
    assert_eq!(idp.post("/Users", &renamed).is(201).id(), ada);
    idp.delete(&path).is(204);
    set(&house, &["revive=off"]);
    let fresh = idp.post("/Users", &renamed).is(201).id();
    assert_ne!(fresh, ada, "a deleted person is a new id");
    set(&house, &["revive=on"]);
    idp.post("/Users", &renamed).refused(409, "uniqueness");
}

#[test]
fn without_the_setting_a_create_never_brings_anybody_back() {
    let (house, idp) = with_profile("cybsafe");
    set(&house, &["revive=off"]);
    let ada = idp.user("ada@example.net");
    disable(&idp, &ada);
    let again = person("ada@example.net", json!({}));
    idp.post("/Users", &again).refused(409, "uniqueness");
    set(&house, &["revive=on"]);
    assert_eq!(idp.post("/Users", &again).is(201).id(), ada);
}

#[test]
fn a_circle_of_a_bulk_request_refers_to_the_id_that_came_back() {
    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let (_house, idp) = with_profile("cybsafe");

    let ada = idp.user("ada@example.net");
    disable(&idp, &ada);
    let managed = |own: &str, manager: &str| {
        let manager = json!({"value": format!("bulkId:{manager}")});
        let data = person(
            &format!("{own}@example.net"),
            json!({(ENTERPRISE): {"manager": manager}}),
        );
        json!({"method": "POST", "path": "/Users", "bulkId": own, "data": data})
    };
    for operations in [
        json!([managed("ada", "bo"), managed("bo", "ada")]),
        json!([managed("cy", "ada"), managed("ada", "cy")]),
        json!([managed("ada", "ada")]),
    ] {
        let request = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": operations
        });
        let reply = idp.post("/Bulk", &request).is(200);
        for answer in reply.at("/Operations").as_array().unwrap() {
            assert_eq!(answer["status"], "201", "{}", reply.told());
            let location = answer["location"].as_str().unwrap();
            let id = location.rsplit('/').next().unwrap();
            let user = idp.get(&format!("/Users/{id}")).is(200);
            let above = user.json()[ENTERPRISE]["manager"]["value"].clone();
            idp.get(&format!("/Users/{}", above.as_str().unwrap()))
                .is(200);
        }
        disable(&idp, &ada);
    }
}

#[test]
fn a_create_in_a_bulk_request_answers_the_id_that_came_back() {
    let (_house, idp) = with_profile("cybsafe");
    let ada = idp.user("ada@example.net");
    disable(&idp, &ada);
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "POST", "path": "/Groups", "bulkId": "g",
                "data": {"displayName": "Staff", "members": [{"value": "bulkId:u"}]}},
            {"method": "POST", "path": "/Users", "bulkId": "u",
                "data": person("ada@example.net", json!({}))}
        ]
    });
    let reply = idp.post("/Bulk", &bulk).is(200);
    assert_eq!(reply.at("/Operations/0/status"), "201");
    let location = reply.at("/Operations/1/location");
    assert!(location.as_str().unwrap().ends_with(&ada), "{location}");
    let back = idp.get(&format!("/Users/{ada}")).is(200);
    assert_eq!(back.at("/groups/0/display"), "Staff");
}

#[test]
fn of_many_who_would_bring_somebody_back_one_does() {
    let (_house, idp) = with_profile("cybsafe");
    let ada = idp.user("ada@example.net");
    disable(&idp, &ada);
    let clients: Vec<Client> = (0..16).map(|_| idp.again()).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let running: Vec<_> = clients
            .iter()
            .map(|client| {
                scope.spawn(|| {
                    client
                        .post("/Users", &person("ada@example.net", json!({})))
                        .status
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let count = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!((count(201), count(409)), (1, 15), "{statuses:?}");
    let all = idp.get("/Users").is(200);
    assert_eq!(all.at("/Resources/0/id"), Value::from(ada));
}
