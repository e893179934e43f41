//! RFC 7644 §3.9: attributes that are asked for, and those that are not.

use serde_json::{Value, json};

use super::house::client::encoded;
use super::people::{ENTERPRISE, Idp, USER, idp, user};

fn one() -> (Idp, String) {
    let idp = idp();
    let mut body = user(
        "ada@example.net",
        json!({
            "title": "Clerk", "nickName": "A", "externalId": "A1",
            "name": {"givenName": "Ada", "familyName": "Lorn"},
            "emails": [{"type": "work", "value": "ada@example.net", "primary": true}],
            (ENTERPRISE): {"department": "Audit", "costCenter": "7"}
        }),
    );
    body["schemas"] = json!([USER, ENTERPRISE]);
    let id = idp.post("/Users", &body).is(201).id();
    (idp, format!("/Users/{id}"))
}

/// The names in an answer, without those that are always there.
fn names(value: &Value) -> String {
    let mut names: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(|name| {
            if name == ENTERPRISE {
                "ENT"
            } else {
                name.as_str()
            }
        })
        .filter(|name| !matches!(*name, "id" | "schemas"))
        .collect();
    names.sort_unstable();
    names.join(" ")
}

#[test]
fn only_what_is_asked_for_is_shown_besides_what_always_is() {
    let (idp, path) = one();
    for (attributes, expected) in [
        ("userName", "userName"),
        ("USERNAME", "userName"),
        ("userName,title", "title userName"),
        ("userName, title , nickName", "nickName title userName"),
        ("name", "name"),
        ("emails", "emails"),
        ("id", ""),
        ("meta", "meta"),
        ("externalId", "externalId"),
        (ENTERPRISE, "ENT"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:title", "title"),
        ("unknown,title", "title"),
        ("groups", ""),
        ("password", ""),
        // As Microsoft's collection of requests for SCIM servers asks.
        ("emails[type eq \"work\"],title", "emails title"),
        ("emails[value eq \"a,b\"].type", "emails"),
    ] {
        let reply = idp
            .get(&format!("{path}?attributes={}", encoded(attributes)))
            .is(200);
        let body = reply.json();
        assert_eq!(names(&body), expected, "{attributes}");
        assert!(
            body.get("id").is_some() && body.get("schemas").is_some(),
            "{}",
            reply.told()
        );
    }
}

#[test]
fn parts_of_attributes_can_be_asked_for() {
    let (idp, path) = one();
    let shown = |attributes: &str| idp.get(&format!("{path}?attributes={attributes}")).is(200);
    shown("name.givenName")
        .shows(json!({"name": {"givenName": "Ada", "familyName": "{{absent}}"}}));
    shown("emails.value")
        .shows(json!({"emails": [{"value": "ada@example.net", "type": "{{absent}}"}]}));
    shown("meta.version")
        .shows(json!({"meta": {"version": "{{present}}", "created": "{{absent}}"}}));
    shown(&format!("{ENTERPRISE}:department"))
        .shows(json!({(ENTERPRISE): {"department": "Audit", "costCenter": "{{absent}}"}}));
}

#[test]
fn what_is_excluded_is_not_shown_unless_it_always_is() {
    let (idp, path) = one();
    let shown = |excluded: &str| {
        idp.get(&format!("{path}?excludedAttributes={excluded}"))
            .is(200)
    };
    shown("emails,id,schemas").shows(json!({
        "emails": "{{absent}}", "id": "{{present}}", "schemas": "{{present}}", "title": "Clerk"
    }));
    shown("name.familyName")
        .shows(json!({"name": {"givenName": "Ada", "familyName": "{{absent}}"}}));
    shown("emails.type")
        .shows(json!({"emails": [{"value": "ada@example.net", "type": "{{absent}}"}]}));
    shown("meta").shows(json!({"meta": "{{absent}}"}));
    shown(ENTERPRISE).shows(json!({(ENTERPRISE): "{{absent}}", "title": "Clerk"}));
    shown(&format!("{ENTERPRISE}:department"))
        .shows(json!({(ENTERPRISE): {"department": "{{absent}}", "costCenter": "7"}}));
    shown("unknown").shows(json!({"title": "Clerk"}));
}

#[test]
fn asking_and_excluding_at_once_is_refused() {
    let (idp, path) = one();
    let reply = idp.get(&format!("{path}?attributes=title&excludedAttributes=name"));
    assert_eq!(reply.status, 400, "{}", reply.told());
}

#[test]
fn put_and_patch_show_what_was_asked_for() {
    let (idp, path) = one();
    let body = user("ada@example.net", json!({"title": "Head", "nickName": "A"}));
    let reply = idp.put(&format!("{path}?attributes=title"), &body).is(200);
    assert_eq!(names(&reply.json()), "title");
    let operations = json!([{"op": "replace", "path": "title", "value": "Chief"}]);
    let reply = idp
        .patch(
            &format!("{path}?attributes=title,userName"),
            operations.clone(),
        )
        .is(200);
    assert_eq!(names(&reply.json()), "title userName");
    let reply = idp
        .patch(
            &format!("{path}?excludedAttributes=nickName,meta"),
            operations,
        )
        .is(200);
    assert_eq!(names(&reply.json()), "title userName");
}

#[test]
fn lists_and_searches_show_what_was_asked_for() {
    let (idp, _) = one();
    let reply = idp.get("/Users?attributes=userName");
    assert_eq!(names(&reply.resources()[0]), "userName");
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["title", "name.givenName"]
    });
    let reply = idp.post("/Users/.search", &search).counts(1);
    assert_eq!(names(&reply.resources()[0]), "name title");
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "excludedAttributes": ["title", "name", "emails", "meta", ENTERPRISE]
    });
    let reply = idp.post("/Users/.search", &search).counts(1);
    assert_eq!(names(&reply.resources()[0]), "externalId nickName userName");
}

#[test]
fn the_members_of_a_group_are_shown_only_when_wanted() {
    let (idp, path) = one();
    let id = path.trim_start_matches("/Users/");
    let group = idp.group("Crew", &[id]);
    let shown = |query: &str| idp.get(&format!("/Groups/{group}?{query}")).is(200);
    shown("excludedAttributes=members")
        .shows(json!({"members": "{{absent}}", "displayName": "Crew"}));
    shown("attributes=displayName").shows(json!({"members": "{{absent}}", "displayName": "Crew"}));
    shown("attributes=members")
        .shows(json!({"members": [{"value": id}], "displayName": "{{absent}}"}));
    shown("attributes=members.value")
        .shows(json!({"members": [{"value": id, "type": "{{absent}}"}]}));
    let operations = json!([{"op": "replace", "path": "displayName", "value": "Crew 2"}]);
    let reply = idp
        .patch(
            &format!("/Groups/{group}?attributes=displayName"),
            operations,
        )
        .is(200);
    assert_eq!(names(&reply.json()), "displayName");
}

#[test]
fn a_parameter_given_twice_is_refused_everywhere() {
    let (idp, path) = one();
    let group = format!("/Groups/{}", idp.group("Crew", &[]));
    let title = json!([{"op": "replace", "path": "title", "value": "Never"}]);
    let name = json!([{"op": "replace", "path": "displayName", "value": "Never"}]);
    for query in [
        "attributes=title&attributes=userName",
        "excludedAttributes=title&excludedattributes=title",
    ] {
        for reply in [
            idp.get(&format!("/Users?{query}")),
            idp.get(&format!("{path}?{query}")),
            idp.patch(&format!("{path}?{query}"), title.clone()),
            idp.patch(&format!("{group}?{query}"), name.clone()),
        ] {
            let reply = reply.refused(400, "invalidValue");
            assert!(reply.text().contains("given twice"), "{}", reply.told());
        }
    }
    idp.find("/Groups", "displayName eq \"Never\"").counts(0);
}
