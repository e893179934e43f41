//! RFC 7644 §3.6: deleting resources.

use serde_json::json;

use super::people::{ENTERPRISE, group, idp, strict, user};

#[test]
fn a_deleted_resource_is_404_for_whatever_is_asked() {
    for idp in [idp(), strict()] {
        let ada = idp.user("ada@example.net");
        let path = format!("/Users/{ada}");
        let reply = idp.delete(&path).is(204);
        assert!(reply.body.is_empty());
        let change = json!([{"op": "add", "path": "title", "value": "x"}]);
        for reply in [
            idp.get(&path),
            idp.get(&format!("{path}?attributes=id")),
            idp.put(&path, &user("ada@example.net", json!({}))),
            idp.patch(&path, change.clone()),
            idp.delete(&path),
        ] {
            reply.refused(404, "");
        }
        // Even when the version is the one that it had.
        idp.request("DELETE", &path)
            .header("If-Match", "*")
            .send()
            .refused(404, "");
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{"method": "DELETE", "path": path}]
        });
        idp.post("/Bulk", &bulk)
            .is(200)
            .shows(json!({"Operations": [{"status": "404"}]}));
    }
}

#[test]
fn a_deleted_resource_is_in_no_result() {
    let idp = idp();
    let ada = idp.user_with("ada@example.net", json!({"title": "Head"}));
    let crew = idp.group("Crew", &[&ada]);
    idp.delete(&format!("/Users/{ada}")).is(204);
    idp.get("/Users").counts(0);
    idp.get("/Users?sortBy=title").counts(0);
    for filter in [
        "userName pr",
        "title eq \"Head\"",
        &format!("id eq \"{ada}\""),
    ] {
        idp.find("/Users", filter).counts(0);
        idp.find("/", filter).counts(0);
    }
    idp.find("/Groups", &format!("members.value eq \"{ada}\""))
        .counts(0);
    idp.get(&format!("/Groups/{crew}"))
        .shows(json!({"members": "{{absent}}"}));
    idp.post("/Groups", &group("Late", &[&ada]))
        .refused(400, "invalidValue");
}

#[test]
fn the_name_of_a_deleted_user_is_free_and_the_id_is_not() {
    let idp = idp();
    let old = idp.user("ada@example.net");
    idp.delete(&format!("/Users/{old}")).is(204);
    let new = idp.user("ADA@example.net");
    assert_ne!(old, new);
    idp.get(&format!("/Users/{old}")).refused(404, "");
}

#[test]
fn who_had_the_deleted_one_for_a_manager_is_left_as_they_were() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let manager = json!({(ENTERPRISE): {"manager": {"value": ada}}});
    let bo = idp.user_with("bo@example.net", manager.clone());
    let before = idp.get(&format!("/Users/{bo}")).json();
    idp.delete(&format!("/Users/{ada}")).is(204);
    assert_eq!(idp.get(&format!("/Users/{bo}")).json(), before);
}

#[test]
fn without_an_id_nothing_is_deleted() {
    let idp = idp();
    idp.user("ada@example.net");
    for path in ["/Users", "/Groups", "/"] {
        idp.delete(path).refused(405, "");
    }
    idp.get("/Users").counts(1);
}
