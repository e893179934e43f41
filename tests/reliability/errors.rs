//! R33: every error is a SCIM error body, with the status as text and a detail that helps.

use serde_json::{Value, json};

use super::catalogue::{Catalogue, population, unless};
use super::house::server::House;

/// Method, path, body, and the status and `scimType` of the answer. USER and GROUP stand for ids.
const WRONG: [(&str, &str, &str, u16, &str); 41] = [
    ("GET", "/Users/unknown", "", 404, ""),
    ("GET", "/Nothing", "", 404, ""),
    ("GET", "/Users/unknown/more", "", 404, ""),
    ("DELETE", "/Groups/unknown", "", 404, ""),
    ("PUT", "/Users/unknown", r#"{"userName":"x"}"#, 404, ""),
    (
        "PATCH",
        "/Groups/unknown",
        r#"{"Operations":[{"op":"remove","path":"members"}]}"#,
        404,
        "",
    ),
    ("GET", "/Schemas/urn:nothing", "", 404, ""),
    ("GET", "/ResourceTypes/Nothing", "", 404, ""),
    ("GET", "/Me", "", 501, ""),
    ("PUT", "/Users", "{}", 405, ""),
    ("DELETE", "/Users", "", 405, ""),
    ("POST", "/Users/USER", "{}", 405, ""),
    ("POST", "/Schemas", "{}", 405, ""),
    ("PATCH", "/Bulk", "{}", 405, ""),
    ("BREW", "/Users", "", 405, ""),
    ("GET", "/Schemas?filter=id%20pr", "", 403, ""),
    ("GET", "/Users?filter=x", "", 400, "invalidFilter"),
    (
        "GET",
        "/Users?filter=active%20gt%20true",
        "",
        400,
        "invalidFilter",
    ),
    (
        "GET",
        "/Users?attributes=userName&excludedAttributes=name",
        "",
        400,
        "invalidValue",
    ),
    ("GET", "/Users?count=x", "", 400, "invalidValue"),
    ("POST", "/Users", "{", 400, "invalidSyntax"),
    ("POST", "/Users", "[]", 400, "invalidSyntax"),
    ("POST", "/Users", " ", 400, "invalidSyntax"),
    (
        "POST",
        "/Users",
        r#"{"displayName":"x"}"#,
        400,
        "invalidValue",
    ),
    ("POST", "/Users", r#"{"userName":7}"#, 400, "invalidValue"),
    (
        "POST",
        "/Users",
        r#"{"userName":"x","emails":7}"#,
        400,
        "invalidValue",
    ),
    (
        "POST",
        "/Users",
        r#"{"userName":"ada@example.net"}"#,
        409,
        "uniqueness",
    ),
    ("POST", "/Groups", "{}", 400, "invalidValue"),
    (
        "PATCH",
        "/Users/USER",
        r#"{"Operations":[]}"#,
        400,
        "invalidSyntax",
    ),
    ("PATCH", "/Users/USER", "{}", 400, "invalidSyntax"),
    (
        "PATCH",
        "/Users/USER",
        r#"{"Operations":[{"op":"jump","path":"title"}]}"#,
        400,
        "invalidSyntax",
    ),
    (
        "PATCH",
        "/Users/USER",
        r#"{"Operations":[{"op":"add","path":"title[","value":"x"}]}"#,
        400,
        "invalidPath",
    ),
    (
        "PATCH",
        "/Users/USER",
        r#"{"Operations":[{"op":"remove"}]}"#,
        400,
        "noTarget",
    ),
    (
        "PATCH",
        "/Users/USER",
        r#"{"Operations":[{"op":"remove","path":"userName"}]}"#,
        400,
        "mutability",
    ),
    (
        "PATCH",
        "/Users/USER",
        r#"{"Operations":[{"op":"add","path":"active","value":7}]}"#,
        400,
        "invalidValue",
    ),
    (
        "PATCH",
        "/Users/USER",
        r#"{"Operations":[{"op":"add","path":"title"}]}"#,
        400,
        "invalidValue",
    ),
    (
        "PATCH",
        "/Groups/GROUP",
        r#"{"Operations":[{"op":"add","path":"members","value":[{"value":"x"}]}]}"#,
        400,
        "invalidValue",
    ),
    (
        "PATCH",
        "/Groups/GROUP",
        r#"{"Operations":[{"op":"add","path":"members","value":[{"value":"GROUP"}]}]}"#,
        400,
        "invalidValue",
    ),
    ("POST", "/Bulk", "{}", 400, "invalidSyntax"),
    ("POST", "/.search", "{", 400, "invalidSyntax"),
    (
        "POST",
        "/.search",
        r#"{"filter":"x"}"#,
        400,
        "invalidFilter",
    ),
];

#[test]
fn every_error_has_the_body_of_rfc_7644() {
    let house = House::open();
    let idp = house.idp();
    let user = idp.user("ada@example.net");
    let group = idp.group("Crew", &[&user]);
    let filled = |text: &str| text.replace("USER", &user).replace("GROUP", &group);
    let before = population(&idp);
    let mut catalogue = Catalogue::of("errors");
    for (method, path, body, status, scim_type) in WRONG {
        let request = idp.request(method, &filled(path));
        let request = match filled(body) {
            body if body.is_empty() => request,
            body => request.body("application/scim+json", body.into_bytes()),
        };
        let reply = request.try_send().unwrap();
        let found = reply.at("/scimType");
        let found = found.as_str().unwrap_or_default();
        let flaw = reply
            .bad_manners()
            .or_else(|| {
                unless(reply.status == status, || {
                    format!("expected {status}: {}", reply.told())
                })
            })
            .or_else(|| {
                unless(found == scim_type, || {
                    format!("expected {scim_type:?}: {}", reply.told())
                })
            });
        catalogue.case(&format!("{method} {path} {body}"), flaw);
    }
    catalogue.holds(40);
    assert_eq!(population(&idp), before);
}

#[test]
fn a_detail_names_the_place() {
    let house = House::open();
    let idp = house.connection("strict", &["dialect=strict"]);
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let body = |more: Value| {
        let mut body = json!({"schemas": [core], "userName": "ada@example.net"});
        super::house::client::merge(&mut body, more);
        body
    };
    for (more, place) in [
        (
            json!({"emails": [{"value": "a@example.net"}, {"value": "b@example.net", "primary": "True"}]}),
            "emails[1].primary",
        ),
        (json!({"name": {"givenName": 7}}), "name.givenName"),
        (json!({"active": "yes"}), "active"),
        (
            json!({"addresses": [{"country": {"code": "CH"}}]}),
            "addresses[0].country",
        ),
        (
            json!({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": []}, "title": 1}),
            "title",
        ),
    ] {
        let reply = idp.post("/Users", &body(more)).refused(400, "invalidValue");
        let detail = reply.at("/detail");
        assert!(
            detail.as_str().unwrap().contains(place),
            "{place}: {detail}"
        );
    }
    let id = idp.post("/Users", &body(json!({}))).is(201).id();
    let reply = idp.patch(
        &format!("/Users/{id}"),
        json!([{"op": "add", "path": "title", "value": "a"}, {"op": "add", "path": "active", "value": "b"}]),
    );
    let detail = reply.refused(400, "invalidValue").at("/detail");
    assert!(
        detail.as_str().unwrap().contains("Operations[1]"),
        "{detail}"
    );
    let reply = idp
        .find("/Users", "userName eq \"a\" and title zz \"b\"")
        .refused(400, "invalidFilter");
    assert!(
        reply.text().chars().any(|c| c.is_ascii_digit()),
        "no position: {}",
        reply.told()
    );
}
