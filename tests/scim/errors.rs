//! RFC 7644 §3.12: each row of its tables, once.

use serde_json::json;

use super::people::{USER, idp, strict, user};

#[test]
fn invalid_filter() {
    let idp = idp();
    idp.find("/Users", "userName eq")
        .refused(400, "invalidFilter");
}

#[test]
fn uniqueness() {
    let idp = idp();
    idp.user("ada@example.net");
    let reply = idp
        .post("/Users", &user("ada@example.net", json!({})))
        .refused(409, "uniqueness");
    assert!(
        reply.at("/detail").as_str().unwrap().contains("userName"),
        "{}",
        reply.told()
    );
}

#[test]
fn mutability() {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    idp.patch(&path, json!([{"op": "remove", "path": "userName"}]))
        .refused(400, "mutability");
}

#[test]
fn invalid_syntax() {
    let idp = idp();
    let request = idp
        .request("POST", "/Users")
        .body("application/scim+json", b"{\"userName\":".to_vec());
    request.send().refused(400, "invalidSyntax");
}

#[test]
fn invalid_path() {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    idp.patch(&path, json!([{"op": "add", "path": "a b c", "value": "x"}]))
        .refused(400, "invalidPath");
}

#[test]
fn no_target() {
    let idp = strict();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    let operation =
        json!([{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "x"}]);
    idp.patch(&path, operation).refused(400, "noTarget");
    idp.patch(&path, json!([{"op": "remove"}]))
        .refused(400, "noTarget");
}

#[test]
fn invalid_value() {
    let idp = idp();
    idp.post("/Users", &json!({"schemas": [USER]}))
        .refused(400, "invalidValue");
    idp.post("/Users", &user("ada@example.net", json!({"name": 7})))
        .refused(400, "invalidValue");
}

#[test]
fn unauthorized() {
    let reply = idp().house.stranger().get("/Users").refused(401, "");
    assert!(
        reply
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
}

#[test]
fn forbidden() {
    let idp = idp();
    let reader = idp.house.reader();
    reader
        .post("/Users", &user("ada@example.net", json!({})))
        .refused(403, "");
    idp.find("/Schemas", "id pr").refused(403, "");
}

#[test]
fn not_found() {
    let idp = idp();
    let id = idp.user("ada@example.net");
    idp.delete(&format!("/Users/{id}")).is(204);
    for reply in [
        idp.get(&format!("/Users/{id}")),
        idp.put(&format!("/Users/{id}"), &user("ada@example.net", json!({}))),
        idp.patch(
            &format!("/Users/{id}"),
            json!([{"op": "remove", "path": "title"}]),
        ),
        idp.delete(&format!("/Users/{id}")),
    ] {
        reply.refused(404, "");
    }
}

#[test]
fn precondition_failed() {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    idp.request("DELETE", &path)
        .header("If-Match", "W/\"7\"")
        .send()
        .refused(412, "");
}

#[test]
fn payload_too_large() {
    let idp = idp();
    let body = json!({"userName": "x".repeat(5 << 20)});
    idp.post("/Users", &body).refused(413, "");
}

#[test]
fn not_implemented() {
    idp().get("/Me").refused(501, "");
}
