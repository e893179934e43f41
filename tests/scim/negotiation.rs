//! RFC 7644 §3.8 and RFC 9110 §12: what a client takes, and what it is told about what it gets.

use serde_json::json;

use super::people::{idp, user};

#[test]
fn only_who_takes_no_json_at_all_gets_406() {
    let idp = idp();
    let asking = |method: &str, path: &str, accept: &str| {
        idp.request(method, path)
            .header("Accept", accept)
            .json(&user("ada@example.net", json!({})))
            .send()
    };
    for path in ["/Users", "/", "/Schemas", "/ServiceProviderConfig"] {
        for accept in ["application/xml", "text/html, text/*;q=0.5"] {
            asking("GET", path, accept).refused(406, "");
        }
        asking("GET", path, "text/html, */*;q=0.1").is(200);
    }
    // Refused before anything was done.
    asking("POST", "/Users", "text/csv").refused(406, "");
    idp.get("/Users").counts(0);
    // What is not there is not there, in whatever form.
    asking("GET", "/Nothing", "text/csv").refused(404, "");
    asking("PUT", "/Users", "text/csv").refused(405, "");
}

#[test]
fn content_location_is_the_location_in_meta() {
    let idp = idp();
    let created = idp
        .post("/Users", &user("ada@example.net", json!({})))
        .is(201);
    let path = format!("/Users/{}", created.id());
    let replaced = idp.put(&path, &user("ada@example.net", json!({"title": "Head"})));
    let patched = idp.patch(
        &path,
        json!([{"op": "add", "path": "title", "value": "Chief"}]),
    );
    for reply in [created, idp.get(&path), replaced, patched] {
        let location = reply.at("/meta/location");
        assert_eq!(location, format!("{}{path}", idp.house.url()));
        assert_eq!(reply.header("content-location"), location.as_str());
        assert_eq!(reply.header("location"), location.as_str());
    }
}

#[test]
fn a_media_type_of_another_kind_is_415_and_nothing_is_written() {
    let idp = idp();
    let body = user("ada@example.net", json!({})).to_string().into_bytes();
    for media in [
        "application/xml",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
    ] {
        let post = idp.request("POST", "/Users").body(media, body.clone());
        post.send().refused(415, "");
    }
    let packed = idp
        .request("POST", "/Users")
        .header("Content-Encoding", "gzip")
        .body("application/scim+json", body.clone());
    packed.send().refused(415, "");
    idp.get("/Users").counts(0);
    // Without a body its type does not matter.
    idp.request("GET", "/Users")
        .header("Content-Type", "application/xml")
        .send()
        .is(200);
    // No type at all counts as SCIM.
    idp.request("POST", "/Users").body("", body).send().is(201);
}
