//! RFC 7643 §2 and §3: attributes and their values, whatever resource they belong to.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::people::{ENTERPRISE, USER, group, idp, idp_with, strict, user};

#[test]
fn the_order_of_members_does_not_matter() {
    let idp = strict();
    let body = r#"{"emails":[{"primary":true,"type":"work","value":"ada@example.net"}],
        "userName":"ada@example.net","schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}"#;
    let created = idp
        .request("POST", "/Users")
        .body("application/scim+json", body.as_bytes().to_vec())
        .send()
        .is(201);
    let path = format!("/Users/{}", created.id());
    let change = r#"{"Operations":[{"value":"Head","path":"title","op":"add"}],
        "schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}"#;
    idp.request("PATCH", &path)
        .body("application/scim+json", change.as_bytes().to_vec())
        .send()
        .is(200)
        .shows(json!({"title": "Head"}));
    let version = idp.get(&path).at("/meta/version");
    // The same again in another order is no change.
    let body = json!({
        "title": "Head", "schemas": [USER], "userName": "ada@example.net",
        "emails": [{"value": "ada@example.net", "type": "work", "primary": true}]
    });
    assert_eq!(idp.put(&path, &body).is(200).at("/meta/version"), version);
}

#[test]
fn null_an_empty_list_and_nothing_at_all_are_the_same() {
    let idp = strict();
    let full = json!({
        "title": "Head", "name": {"givenName": "Ada"}, "emails": [{"value": "ada@example.net"}],
        (ENTERPRISE): {"department": "Tooling"}
    });
    let path = format!("/Users/{}", idp.user_with("ada@example.net", full));
    let bare = json!({
        "schemas": [USER], "title": "{{absent}}", "name": "{{absent}}", "emails": "{{absent}}",
        (ENTERPRISE): "{{absent}}"
    });
    let nothing =
        json!({"title": null, "name": {}, "emails": [], (ENTERPRISE): {"department": null}});
    idp.put(&path, &user("ada@example.net", nothing.clone()))
        .is(200)
        .shows(bare.clone());
    for filter in ["title pr", "not (title eq null)", "emails pr", "name pr"] {
        idp.find("/Users", filter).counts(0);
    }
    // It was so already: neither spelling moves anything.
    let version = idp.get(&path).at("/meta/version");
    for body in [json!({}), nothing] {
        let reply = idp.put(&path, &user("ada@example.net", body)).is(200);
        assert_eq!(reply.at("/meta/version"), version);
    }
    idp.post(
        "/Users",
        &user("bo@example.net", json!({"title": null, "emails": []})),
    )
    .is(201)
    .shows(bare);
}

#[test]
fn one_value_at_most_is_primary_and_no_value_is_there_twice() {
    let idp = idp();
    let emails = json!([
        {"value": "ada@example.net", "type": "work", "primary": true},
        {"value": "ada@example.org", "type": "home", "primary": true},
        {"value": "ADA@example.net", "type": "WORK"},
        {"value": "ada@example.net", "type": "home"}
    ]);
    let body = user("ada@example.net", json!({"emails": emails}));
    let created = idp.post("/Users", &body).is(201);
    let path = format!("/Users/{}", created.id());
    for reply in [created, idp.get(&path), idp.put(&path, &body)] {
        let emails = reply.at("/emails");
        let list = emails.as_array().unwrap();
        let primary = list.iter().filter(|email| email["primary"] == true);
        assert_eq!(primary.count(), 1, "{emails}");
        let pairs: BTreeSet<String> = list
            .iter()
            .map(|email| format!("{} {}", email["value"], email["type"]).to_lowercase())
            .collect();
        assert_eq!((pairs.len(), list.len()), (3, 3), "{emails}");
    }
}

#[test]
fn schemas_says_what_is_there_whatever_the_client_said() {
    let idp = strict();
    let said = |schemas: Value| {
        let mut body = user(
            "ada@example.net",
            json!({(ENTERPRISE): {"department": "Tooling"}}),
        );
        body["schemas"] = schemas;
        let reply = idp.post("/Users", &body).is(201);
        idp.delete(&format!("/Users/{}", reply.id())).is(204);
        reply.at("/schemas")
    };
    let both = json!([USER, ENTERPRISE]);
    for schemas in [
        json!([USER, ENTERPRISE]),
        json!([ENTERPRISE, USER]),
        json!([USER, USER, ENTERPRISE, ENTERPRISE]),
        json!([USER]),
        json!([USER, "urn:example:of:nobody"]),
    ] {
        assert_eq!(said(schemas.clone()), both, "{schemas}");
    }
}

#[test]
fn what_only_the_server_says_is_not_the_clients_to_say() {
    for idp in [idp(), strict()] {
        let ada = idp.user("ada@example.net");
        let forged = json!({
            "id": "bulkId:7",
            "meta": {
                "resourceType": "Group", "created": "2001-01-01T00:00:00Z", "version": "W/\"99\"",
                "lastModified": "2001-01-01T00:00:00Z", "location": "https://elsewhere.example.net/"
            },
            "groups": [{"value": ada, "display": "Chiefs"}]
        });
        let reply = idp.post("/Users", &user("bo@example.net", forged)).is(201);
        reply.clone().shows(json!({
            "groups": "{{absent}}",
            "meta": {"resourceType": "User", "location": format!("{}/Users/{}", idp.house.url(), reply.id())}
        }));
        assert!(!reply.id().contains("bulkId"));
        assert!(
            !reply
                .at("/meta/created")
                .as_str()
                .unwrap()
                .starts_with("2001")
        );
        assert_eq!(reply.at("/meta/created"), reply.at("/meta/lastModified"));
        assert_eq!(reply.at("/meta/version"), "W/\"1\"");
    }
}

#[test]
fn an_external_id_is_the_clients_own_and_belongs_to_its_connection() {
    let (here, there) = (idp(), idp());
    let with = |id: &str| json!({"externalId": id});
    for idp in [&here, &there] {
        idp.user("without@example.net");
        idp.find("/Users", "externalId pr").counts(0);
        idp.user_with("ada@example.net", with("A-1"));
        idp.find("/Users", "externalId eq \"A-1\"").counts(1);
        idp.find("/Users", "externalId eq \"a-1\"").counts(0);
    }
    // RFC 7643 §3.1: the server does not enforce that it is unique.
    here.user_with("bo@example.net", with("A-1"));
    here.find("/Users", "externalId eq \"A-1\"").counts(2);
    there.find("/Users", "externalId eq \"A-1\"").counts(1);
}

#[test]
fn ids_are_unique_among_all_resources_and_stay() {
    let idp = idp();
    let mut ids = BTreeSet::new();
    for number in 0..20 {
        let person = idp.user(&format!("u{number}"));
        let crew = idp.group(&format!("g{number}"), &[&person]);
        let path = format!("/Users/{person}");
        let changed = idp.put(&path, &user(&format!("v{number}"), json!({"id": crew})));
        assert_eq!(changed.is(200).id(), person);
        ids.extend([person, crew]);
    }
    assert_eq!(ids.len(), 40);
    // A user's id is no group's id.
    let person = ids.iter().next().unwrap();
    let found = [
        idp.get(&format!("/Users/{person}")),
        idp.get(&format!("/Groups/{person}")),
    ];
    assert_eq!(found.iter().filter(|reply| reply.status == 200).count(), 1);
    let body = group("x", &[]);
    idp.put(&format!("/Groups/{}", idp.user("last")), &body)
        .refused(404, "");
}

#[test]
fn an_extension_is_an_object_under_its_urn_and_nothing_else() {
    let idp = idp_with(&["unknown=refuse", "dialect=strict"]);
    // Its attributes are not the resource's own.
    idp.post(
        "/Users",
        &user("ada@example.net", json!({"department": "Tooling"})),
    )
    .refused(400, "invalidSyntax");
    let body = user(
        "ada@example.net",
        json!({(ENTERPRISE): {"department": "Tooling"}}),
    );
    let reply = idp.post("/Users", &body).is(201);
    reply.shows(json!({(ENTERPRISE): {"department": "Tooling"}, "department": "{{absent}}"}));
    idp.find("/Users", "department eq \"Tooling\"")
        .refused(400, "invalidFilter");
    idp.find("/Users", &format!("{ENTERPRISE}:department eq \"tooling\""))
        .counts(1);
}
