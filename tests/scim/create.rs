//! RFC 7644 §3.3: creating resources.

use serde_json::json;

use super::people::{ENTERPRISE, GROUP, USER, group, idp, idp_with, strict, user};

#[test]
fn a_created_user_is_answered_with_201_its_location_and_its_version() {
    let idp = idp();
    let body = user(
        "ada@example.net",
        json!({
            "externalId": "A-1",
            "active": true,
            "name": {"givenName": "Ada", "familyName": "Lorn"},
            "emails": [{"value": "ada@example.net", "type": "work", "primary": true}],
            "roles": [],
            "nickName": null
        }),
    );
    let reply = idp.post("/Users", &body).is(201).shows(json!({
        "schemas": [USER],
        "id": "{{present}}",
        "externalId": "A-1",
        "userName": "ada@example.net",
        "active": true,
        "name": {"givenName": "Ada", "familyName": "Lorn"},
        "emails": [{"value": "ada@example.net", "type": "work", "primary": true}],
        "roles": "{{absent}}",
        "nickName": "{{absent}}",
        "groups": "{{absent}}",
        "meta": {"resourceType": "User", "created": "{{present}}", "lastModified": "{{present}}"}
    }));
    let location = format!("{}/Users/{}", idp.house.url(), reply.id());
    assert_eq!(reply.header("location"), Some(location.as_str()));
    assert_eq!(reply.at("/meta/location"), location);
    assert_eq!(reply.header("etag").unwrap(), reply.at("/meta/version"));
    assert_eq!(reply.at("/meta/created"), reply.at("/meta/lastModified"));
    assert_eq!(
        idp.get(&format!("/Users/{}", reply.id())).json(),
        reply.json()
    );
}

#[test]
fn a_created_group_is_answered_with_201() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let reply = idp
        .post("/Groups", &group("Crew", &[&ada]))
        .is(201)
        .shows(json!({
            "schemas": [GROUP],
            "displayName": "Crew",
            "members": [{
                "value": ada,
                "type": "User",
                "$ref": format!("{}/Users/{ada}", idp.house.url())
            }],
            "meta": {"resourceType": "Group", "version": "{{present}}"}
        }));
    assert_eq!(
        reply.header("location").unwrap(),
        reply.at("/meta/location")
    );
}

#[test]
fn a_user_name_is_unique_whatever_its_case_width_or_composition() {
    let idp = idp();
    for (first, second) in [
        ("ada@example.net", "ADA@Example.NET"),
        ("zoe\u{301}@example.net", "ZO\u{c9}@example.net"),
        ("\u{ff42}\u{ff4f}@example.net", "bo@example.net"),
        (
            "\u{39f}\u{394}\u{39f}\u{3a3}",
            "\u{3bf}\u{3b4}\u{3bf}\u{3c2}",
        ),
        (" with blanks ", " WITH BLANKS "),
    ] {
        idp.user(first);
        idp.post("/Users", &user(second, json!({})))
            .refused(409, "uniqueness");
    }
    idp.get("/Users").counts(5);
}

#[test]
fn a_group_may_have_the_name_of_another() {
    let idp = idp();
    idp.group("Crew", &[]);
    idp.group("Crew", &[]);
    idp.get("/Groups").counts(2);
}

#[test]
fn what_is_required_must_be_there() {
    let idp = idp();
    for wrong in [
        json!({"schemas": [USER]}),
        json!({"schemas": [USER], "userName": null}),
        json!({"schemas": [USER], "userName": ""}),
        json!({"schemas": [USER], "userName": []}),
    ] {
        let reply = idp.post("/Users", &wrong).refused(400, "invalidValue");
        assert!(
            reply.at("/detail").as_str().unwrap().contains("userName"),
            "{}",
            reply.told()
        );
    }
    idp.post("/Groups", &json!({"schemas": [GROUP]}))
        .refused(400, "invalidValue");
    idp.get("/Users").counts(0);
}

#[test]
fn a_value_must_have_the_type_of_its_attribute() {
    let idp = strict();
    for (more, place) in [
        (json!({"title": 1}), "title"),
        (json!({"title": {"value": "x"}}), "title"),
        (json!({"title": ["x"]}), "title"),
        (json!({"active": "true"}), "active"),
        (json!({"active": 1}), "active"),
        (json!({"name": "Ada Lorn"}), "name"),
        (json!({"name": {"givenName": ["Ada"]}}), "name.givenName"),
        (json!({"emails": "ada@example.net"}), "emails"),
        (json!({"emails": ["ada@example.net"]}), "emails[0]"),
        (
            json!({"emails": [{"value": "a"}, {"value": 1}]}),
            "emails[1].value",
        ),
        (json!({"emails": [{"primary": "yes"}]}), "emails[0].primary"),
        (
            json!({"x509Certificates": [{"value": "not base64!"}]}),
            "x509Certificates[0].value",
        ),
        (json!({(ENTERPRISE): "Audit"}), "enterprise"),
        (
            json!({(ENTERPRISE): {"manager": {"value": 1}}}),
            "manager.value",
        ),
    ] {
        let mut body = user("ada@example.net", more.clone());
        body["schemas"] = json!([USER, ENTERPRISE]);
        let reply = idp.post("/Users", &body).refused(400, "invalidValue");
        assert!(
            reply.at("/detail").as_str().unwrap().contains(place),
            "{}",
            reply.told()
        );
    }
    idp.get("/Users").counts(0);
}

#[test]
fn names_of_attributes_have_no_case_and_come_back_as_the_schema_spells_them() {
    let idp = idp();
    let body = json!({
        "SCHEMAS": [USER, ENTERPRISE.to_uppercase()],
        "USERNAME": "ada@example.net",
        "Name": {"GivenName": "Ada"},
        "EMAILS": [{"VALUE": "ada@example.net", "Primary": true}],
        (ENTERPRISE.to_lowercase()): {"DEPARTMENT": "Audit"}
    });
    idp.post("/Users", &body).is(201).shows(json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "ada@example.net",
        "name": {"givenName": "Ada"},
        "emails": [{"value": "ada@example.net", "primary": true}],
        (ENTERPRISE): {"department": "Audit"}
    }));
}

#[test]
fn the_same_attribute_twice_in_two_spellings_is_refused() {
    let idp = idp();
    let body = user("ada@example.net", json!({"title": "a", "TITLE": "b"}));
    let reply = idp.post("/Users", &body);
    assert_eq!(reply.status, 400, "{}", reply.told());
}

#[test]
fn an_unknown_attribute_is_dropped_or_refused_as_the_connection_says() {
    let more = json!({"shoeSize": 44, "name": {"givenName": "Ada", "petName": "A"}});
    let body = user("ada@example.net", more);
    let dropping = idp();
    dropping.post("/Users", &body).is(201).shows(json!({
        "shoeSize": "{{absent}}",
        "name": {"givenName": "Ada", "petName": "{{absent}}"}
    }));
    let refusing = idp_with(&["unknown=refuse"]);
    let reply = refusing.post("/Users", &body);
    assert_eq!(reply.status, 400, "{}", reply.told());
    assert!(reply.text().contains("shoeSize") || reply.text().contains("petName"));
    refusing.get("/Users").counts(0);
}

#[test]
fn a_strict_connection_wants_schemas() {
    let idp = strict();
    for schemas in [
        None,
        Some(json!([])),
        Some(json!(["urn:example:nothing"])),
        Some(json!("x")),
    ] {
        let mut body = user("ada@example.net", json!({}));
        match schemas {
            Some(schemas) => body["schemas"] = schemas,
            None => {
                body.as_object_mut().unwrap().remove("schemas");
            }
        }
        let reply = idp.post("/Users", &body);
        assert_eq!(reply.status, 400, "{}", reply.told());
    }
    idp.get("/Users").counts(0);
}

#[test]
fn a_tolerant_connection_does_without_schemas() {
    let idp = idp();
    let created = idp
        .post("/Users", &json!({"userName": "ada@example.net"}))
        .is(201);
    created.shows(json!({"schemas": [USER]}));
    let body = json!({"schemas": [], "userName": "bo@example.net"});
    idp.post("/Users", &body)
        .is(201)
        .shows(json!({"schemas": [USER]}));
}

#[test]
fn schemas_names_the_extensions_that_have_data_and_no_others() {
    let idp = idp();
    let mut body = user("ada@example.net", json!({}));
    body["schemas"] = json!([USER, ENTERPRISE]);
    idp.post("/Users", &body)
        .is(201)
        .shows(json!({"schemas": [USER]}));
    body = user(
        "bo@example.net",
        json!({(ENTERPRISE): {"department": "Audit"}}),
    );
    body["schemas"] = json!([USER, ENTERPRISE]);
    idp.post("/Users", &body)
        .is(201)
        .shows(json!({"schemas": [USER, ENTERPRISE]}));
}

#[test]
fn an_answer_to_post_shows_what_was_asked_for() {
    let idp = idp();
    let body = user(
        "ada@example.net",
        json!({"title": "Clerk", "nickName": "A"}),
    );
    idp.post("/Users?attributes=title", &body)
        .is(201)
        .shows(json!({
            "id": "{{present}}",
            "schemas": "{{present}}",
            "title": "Clerk",
            "userName": "{{absent}}",
            "nickName": "{{absent}}"
        }));
    let body = user("bo@example.net", json!({"title": "Clerk", "nickName": "A"}));
    idp.post("/Users?excludedAttributes=nickName,id", &body)
        .is(201)
        .shows(json!({
            "id": "{{present}}",
            "title": "Clerk",
            "nickName": "{{absent}}"
        }));
}

#[test]
fn a_password_is_accepted_and_not_returned() {
    let idp = idp();
    let body = user("ada@example.net", json!({"password": "t1meMa$heen"}));
    let reply = idp.post("/Users", &body).is(201);
    assert!(!reply.text().contains("assword"));
}

#[test]
fn canonical_values_are_advice() {
    let idp = strict();
    let more = json!({"emails": [{"value": "a@example.net", "type": "lighthouse"}]});
    idp.post("/Users", &user("ada@example.net", more.clone()))
        .is(201)
        .shows(more);
}

#[test]
fn values_come_back_as_they_were_sent() {
    let idp = strict();
    let more = json!({
        "displayName": "  Zoë \"Zed\" \\ \u{1f600} \u{202e}x  ",
        "preferredLanguage": "de-ch",
        "profileUrl": "HTTPS://Example.NET/A b",
        "photos": [{"value": "../photo.png"}],
        "x509Certificates": [{"value": "AAECAw=="}],
        "addresses": [{"formatted": "Seeweg 1\n8001 Zurich", "type": "work", "primary": true}]
    });
    let id = idp
        .post("/Users", &user("Ada@Example.NET", more.clone()))
        .is(201)
        .id();
    let reply = idp.get(&format!("/Users/{id}")).is(200);
    reply
        .shows(more)
        .shows(json!({"userName": "Ada@Example.NET"}));
}
