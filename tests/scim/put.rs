//! RFC 7644 §3.5.1: replacing a resource.

use serde_json::json;

use super::people::{ENTERPRISE, Idp, USER, group, idp, user};

fn one(idp: &Idp) -> String {
    let mut body = user(
        "ada@example.net",
        json!({
            "title": "Clerk", "active": true, "externalId": "A1",
            "name": {"givenName": "Ada", "familyName": "Lorn"},
            "emails": [{"type": "work", "value": "ada@example.net"}],
            (ENTERPRISE): {"department": "Audit"}
        }),
    );
    body["schemas"] = json!([USER, ENTERPRISE]);
    format!("/Users/{}", idp.post("/Users", &body).is(201).id())
}

#[test]
fn a_put_replaces_and_clears_what_it_omits() {
    let idp = idp();
    let path = one(&idp);
    let before = idp.get(&path).json();
    let reply = idp
        .put(
            &path,
            &user("ada@example.net", json!({"name": {"givenName": "Adele"}})),
        )
        .is(200);
    reply.clone().shows(json!({
        "id": before["id"],
        "schemas": [USER],
        "userName": "ada@example.net",
        "name": {"givenName": "Adele", "familyName": "{{absent}}"},
        "title": "{{absent}}",
        "externalId": "{{absent}}",
        "emails": "{{absent}}",
        (ENTERPRISE): "{{absent}}",
        "meta": {"created": before["meta"]["created"]}
    }));
    assert_ne!(reply.at("/meta/version"), before["meta"]["version"]);
    assert_eq!(reply.header("etag").unwrap(), reply.at("/meta/version"));
    assert_eq!(idp.get(&path).json(), reply.json());
    idp.find("/Users", "title eq \"Clerk\"").counts(0);
    idp.find("/Users", "name.givenName eq \"adele\"").counts(1);
}

#[test]
fn a_put_of_what_is_there_changes_nothing() {
    let idp = idp();
    let path = one(&idp);
    let before = idp.get(&path).json();
    for _ in 0..2 {
        assert_eq!(idp.put(&path, &before).is(200).json(), before);
    }
    assert_eq!(idp.get(&path).json(), before);
}

#[test]
fn read_only_attributes_in_a_put_are_ignored() {
    let idp = idp();
    let path = one(&idp);
    let before = idp.get(&path).json();
    let more = json!({
        "id": "somebody-else",
        "meta": {"created": "2001-01-01T00:00:00Z", "version": "W/\"99\"", "resourceType": "Group"},
        "groups": [{"value": "x"}]
    });
    idp.put(&path, &user("ada@example.net", more))
        .is(200)
        .shows(json!({
            "id": before["id"],
            "groups": "{{absent}}",
            "meta": {"created": before["meta"]["created"], "resourceType": "User"}
        }));
}

#[test]
fn a_put_needs_what_a_post_needs_and_changes_nothing_when_refused() {
    let idp = idp();
    let path = one(&idp);
    idp.user("bo@example.net");
    let before = idp.get(&path).json();
    idp.put(&path, &json!({"schemas": [USER], "title": "x"}))
        .refused(400, "invalidValue");
    idp.put(&path, &user("BO@example.net", json!({})))
        .refused(409, "uniqueness");
    idp.put(&path, &user("ada@example.net", json!({"active": 7})))
        .refused(400, "invalidValue");
    assert_eq!(idp.get(&path).json(), before);
    idp.put(&path, &user("ADA@example.net", json!({})))
        .is(200)
        .shows(json!({"userName": "ADA@example.net"}));
}

#[test]
fn a_put_creates_nobody() {
    let idp = idp();
    let body = user("ada@example.net", json!({}));
    idp.put("/Users/0189c3f2-0000-7000-8000-000000000000", &body)
        .refused(404, "");
    idp.get("/Users").counts(0);
}

#[test]
fn a_put_of_a_group_replaces_its_members() {
    let idp = idp();
    let [a, b, c] = ["a", "b", "c"].map(|name| idp.user(name));
    let crew = idp.group("Crew", &[&a, &b]);
    let path = format!("/Groups/{crew}");
    idp.put(&path, &group("Crew", &[&b, &c]))
        .is(200)
        .shows(json!({"members": [{"value": b}, {"value": c}]}));
    idp.get(&format!("/Users/{a}"))
        .shows(json!({"groups": "{{absent}}"}));
    idp.get(&format!("/Users/{c}"))
        .shows(json!({"groups": [{"value": crew}]}));
    let before = idp.get(&path).json();
    idp.put(&path, &group("Crew", &[&c, &b])).is(200);
    assert_eq!(
        idp.get(&path).json()["meta"],
        before["meta"],
        "the same members in another order"
    );
    idp.put(&path, &group("Crew", &[]))
        .is(200)
        .shows(json!({"members": "{{absent}}"}));
}

#[test]
fn a_put_without_members_empties_the_group() {
    let idp = idp();
    let a = idp.user("a");
    let crew = idp.group("Crew", &[&a]);
    let body =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Crew"});
    idp.put(&format!("/Groups/{crew}"), &body)
        .is(200)
        .shows(json!({"members": "{{absent}}"}));
}
