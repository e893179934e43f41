//! RFC 7644 §3.4.1 and the lists of §3.4.2: reading resources.

use serde_json::json;

use super::people::{idp, user};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

#[test]
fn a_resource_is_read_under_its_location() {
    let idp = idp();
    let created = idp
        .post(
            "/Users",
            &user("ada@example.net", json!({"title": "Clerk"})),
        )
        .is(201);
    let read = idp.get(&format!("/Users/{}", created.id())).is(200);
    assert_eq!(read.json(), created.json());
    assert_eq!(read.header("etag"), created.header("etag"));
    assert_eq!(read.header("location"), created.header("location"));
}

#[test]
fn an_unknown_id_is_404_whatever_it_looks_like() {
    let idp = idp();
    let id = idp.user("ada@example.net");
    let group = idp.group("Crew", &[]);
    for path in [
        "/Users/0189c3f2-0000-7000-8000-000000000000".to_owned(),
        "/Users/ada@example.net".to_owned(),
        "/Users/1".to_owned(),
        format!("/Users/{group}"),
        format!("/Groups/{id}"),
        format!("/Users/{id}0"),
        format!("/Users/{}", &id[..35]),
        format!("/Users/{id}/emails"),
    ] {
        idp.get(&path).refused(404, "");
    }
}

#[test]
fn a_list_is_a_list_response() {
    let idp = idp();
    idp.get("/Users").is(200).shows(json!({
        "schemas": [LIST], "totalResults": 0, "itemsPerPage": 0, "startIndex": 1
    }));
    let ada = idp.user("ada@example.net");
    let bo = idp.user("bo@example.net");
    let list = idp.get("/Users").is(200);
    list.clone().shows(json!({
        "schemas": [LIST], "totalResults": 2, "itemsPerPage": 2, "startIndex": 1,
        "Resources": [{"id": ada}, {"id": bo}]
    }));
    assert_eq!(
        list.resources()[0],
        idp.get(&format!("/Users/{ada}")).json()
    );
    assert_eq!(
        list.column("id"),
        [ada, bo],
        "lists keep the order of arrival"
    );
}

#[test]
fn inactive_people_are_never_hidden() {
    let idp = idp();
    let id = idp.user_with("ada@example.net", json!({"active": false}));
    idp.get("/Users").counts(1);
    idp.find("/Users", "userName eq \"ada@example.net\"")
        .counts(1);
    idp.get(&format!("/Users/{id}"))
        .is(200)
        .shows(json!({"active": false}));
}

#[test]
fn the_root_lists_all_resource_types() {
    let idp = idp();
    let ada = idp.user_with("ada@example.net", json!({"displayName": "Crew"}));
    let crew = idp.group("Crew", &[]);
    let list = idp.get("/").counts(2);
    let mut ids = list.column("id");
    ids.sort();
    let mut expected = [ada.clone(), crew.clone()];
    expected.sort();
    assert_eq!(ids, expected);
    idp.find("/", "displayName eq \"Crew\"").counts(2);
    idp.find("/", "meta.resourceType eq \"Group\"").counts(1);
    assert_eq!(
        idp.find("/", "userName eq \"ada@example.net\"")
            .counts(1)
            .column("id"),
        [ada]
    );
}

#[test]
fn dates_are_of_rfc_3339_and_move_with_the_content() {
    let idp = idp();
    let id = idp.user("ada@example.net");
    let path = format!("/Users/{id}");
    let before = idp.get(&path).json();
    let changed = json!([{"op": "add", "path": "title", "value": "Clerk"}]);
    idp.patch(&path, changed).is(200);
    let after = idp.get(&path).json();
    let instant =
        |value: &serde_json::Value| -> jiff::Timestamp { value.as_str().unwrap().parse().unwrap() };
    assert_eq!(before["meta"]["created"], after["meta"]["created"]);
    assert!(instant(&after["meta"]["lastModified"]) >= instant(&before["meta"]["lastModified"]));
    assert_ne!(before["meta"]["version"], after["meta"]["version"]);
}
