//! RFC 7644 §3.7: many operations at once.

use serde_json::{Value, json};

use super::house::reply::Reply;
use super::people::{GROUP, Idp, USER, idp};

#[expect(
    clippy::needless_pass_by_value,
    reason = "so that a test can write json!(…) in place"
)]
fn send(idp: &Idp, more: Value, operations: Value) -> Reply {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": operations
    });
    super::house::client::merge(&mut body, more);
    idp.post("/Bulk", &body)
}

fn statuses(reply: &Reply) -> Vec<String> {
    let operations = reply.at("/Operations");
    let list = operations
        .as_array()
        .unwrap_or_else(|| panic!("{}", reply.told()));
    list.iter()
        .map(|operation| operation["status"].as_str().unwrap_or("no text").to_owned())
        .collect()
}

fn person(id: &str, name: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": id, "data": {"schemas": [USER], "userName": name}})
}

#[test]
fn every_operation_has_its_answer() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let bo = idp.user("bo@example.net");
    let reply = send(
        &idp,
        json!({}),
        json!([
            person("a", "cy@example.net"),
            {"method": "PUT", "path": format!("/Users/{ada}"), "data": {"schemas": [USER], "userName": "ada@example.net", "title": "A"}},
            {"method": "PATCH", "path": format!("/Users/{ada}"), "data": {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{"op": "add", "path": "nickName", "value": "N"}]
            }},
            {"method": "DELETE", "path": format!("/Users/{bo}")}
        ]),
    )
    .is(200);
    assert_eq!(statuses(&reply), ["201", "200", "200", "204"]);
    let url = idp.house.url();
    let operations = reply.at("/Operations");
    assert_eq!(
        reply.at("/schemas"),
        json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"])
    );
    assert_eq!(operations[0]["bulkId"], "a");
    assert_eq!(operations[0]["method"], "POST");
    for at in 0..3 {
        assert!(
            operations[at]["location"]
                .as_str()
                .unwrap()
                .starts_with(&url),
            "{operations}"
        );
        assert!(
            operations[at]["version"]
                .as_str()
                .unwrap()
                .starts_with("W/"),
            "{operations}"
        );
    }
    idp.get(&format!("/Users/{ada}"))
        .shows(json!({"title": "A", "nickName": "N"}));
    idp.get(&format!("/Users/{bo}")).is(404);
    idp.find("/Users", "userName eq \"cy@example.net\"")
        .counts(1);
}

#[test]
fn a_bulk_id_stands_for_the_resource_before_and_behind_it() {
    let idp = idp();
    let reply = send(
        &idp,
        json!({}),
        json!([
            {"method": "POST", "path": "/Groups", "bulkId": "crew", "data": {
                "schemas": [GROUP], "displayName": "Crew",
                "members": [{"value": "bulkId:ada"}, {"value": "bulkId:bo"}]
            }},
            person("ada", "ada@example.net"),
            person("bo", "bo@example.net"),
            {"method": "PATCH", "path": "/Users/bulkId:ada", "data": {
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{"op": "add", "path": "title", "value": "A"}]
            }}
        ]),
    )
    .is(200);
    assert_eq!(
        statuses(&reply),
        ["201", "201", "201", "200"],
        "{}",
        reply.told()
    );
    let group = idp.get("/Groups").counts(1).resources().remove(0);
    assert_eq!(
        group["members"].as_array().map(Vec::len),
        Some(2),
        "{group}"
    );
    idp.find("/Users", "title eq \"A\"").counts(1);
}

#[test]
fn circular_references_are_resolved_or_409() {
    let idp = idp();
    let group = |own: &str, other: &str| {
        json!({"method": "POST", "path": "/Groups", "bulkId": own, "data": {
            "schemas": [GROUP], "displayName": own, "members": [{"value": format!("bulkId:{other}"), "type": "Group"}]
        }})
    };
    let reply = send(&idp, json!({}), json!([group("a", "b"), group("b", "a")])).is(200);
    // Two groups that hold each other would be a circle of members, which no group may be.
    assert!(
        statuses(&reply)
            .iter()
            .any(|status| status == "409" || status == "400"),
        "{}",
        reply.told()
    );
    let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let person = |own: &str, other: &str| {
        json!({"method": "POST", "path": "/Users", "bulkId": own, "data": {
            "schemas": [USER, manager], "userName": own, (manager): {"manager": {"value": format!("bulkId:{other}")}}
        }})
    };
    let reply = send(&idp, json!({}), json!([person("x", "y"), person("y", "x")])).is(200);
    let resolved = statuses(&reply);
    assert!(
        resolved
            .iter()
            .all(|status| status == "201" || status == "409"),
        "{}",
        reply.told()
    );
    for user in idp.get("/Users").resources() {
        let value = user[manager]["manager"]["value"]
            .as_str()
            .unwrap_or_default();
        assert!(
            !value.contains("bulkId"),
            "a reference that leads nowhere: {user}"
        );
    }
}

#[test]
fn a_failed_operation_has_its_error_and_harms_no_other() {
    let idp = idp();
    idp.user("ada@example.net");
    let reply = send(
        &idp,
        json!({}),
        json!([
            person("1", "bo@example.net"),
            person("2", "ADA@example.net"),
            {"method": "POST", "path": "/Users", "bulkId": "3", "data": {"schemas": [USER]}},
            {"method": "DELETE", "path": "/Users/nobody"},
            {"method": "POST", "path": "/Groups", "bulkId": "4", "data": {"schemas": [GROUP], "displayName": "G", "members": [{"value": "bulkId:2"}]}},
            person("5", "cy@example.net"),
            // Refused only after the group itself was written.
            {"method": "POST", "path": "/Groups", "bulkId": "6", "data": {"schemas": [GROUP], "displayName": "H", "members": [{"value": "00000000-0000-7000-8000-000000000000"}]}},
            person("7", "di@example.net")
        ]),
    )
    .is(200);
    let found = statuses(&reply);
    assert_eq!(found[..4], ["201", "409", "400", "404"], "{}", reply.told());
    for refused in [4, 6] {
        assert!(found[refused].starts_with('4'), "{}", reply.told());
    }
    assert_eq!([&found[5], &found[7]], ["201", "201"]);
    let operations = reply.at("/Operations");
    for at in 1..4 {
        let error = &operations[at]["response"];
        assert_eq!(
            error["schemas"],
            json!(["urn:ietf:params:scim:api:messages:2.0:Error"]),
            "{operations}"
        );
        assert_eq!(error["status"], operations[at]["status"]);
        assert!(error["detail"].is_string());
    }
    assert_eq!(operations[1]["response"]["scimType"], "uniqueness");
    idp.get("/Users").counts(4);
    idp.get("/Groups").counts(0);
}

#[test]
fn fail_on_errors_ends_the_work() {
    let idp = idp();
    idp.user("ada@example.net");
    let operations = json!([
        person("1", "ada@example.net"),
        person("2", "bo@example.net"),
        person("3", "ADA@example.net"),
        person("4", "cy@example.net")
    ]);
    let reply = send(&idp, json!({"failOnErrors": 2}), operations.clone()).is(200);
    assert_eq!(statuses(&reply), ["409", "201", "409"], "{}", reply.told());
    idp.find("/Users", "userName eq \"cy@example.net\"")
        .counts(0);
    let reply = send(&idp, json!({"failOnErrors": 1}), operations).is(200);
    assert_eq!(statuses(&reply), ["409"], "{}", reply.told());
}

#[test]
fn a_version_is_a_condition() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let operation = |version: &str, title: &str| {
        json!({"method": "PATCH", "path": format!("/Users/{ada}"), "version": version, "data": {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "add", "path": "title", "value": title}]
        }})
    };
    let reply = send(
        &idp,
        json!({}),
        json!([operation("W/\"1\"", "A"), operation("W/\"1\"", "B")]),
    )
    .is(200);
    assert_eq!(statuses(&reply), ["200", "412"], "{}", reply.told());
    idp.get(&format!("/Users/{ada}"))
        .shows(json!({"title": "A"}));
}

#[test]
fn what_is_no_bulk_operation_is_refused() {
    let idp = idp();
    for operation in [
        json!({"path": "/Users", "bulkId": "a", "data": {"schemas": [USER], "userName": "a"}}),
        json!({"method": "GET", "path": "/Users"}),
        json!({"method": "BREW", "path": "/Users"}),
        json!({"method": "POST", "bulkId": "a", "data": {"schemas": [USER], "userName": "a"}}),
        json!({"method": "POST", "path": "/Users", "data": {"schemas": [USER], "userName": "a"}}),
        json!({"method": "POST", "path": "/Users", "bulkId": "a"}),
        json!({"method": "POST", "path": "/Nothing", "bulkId": "a", "data": {}}),
        json!({"method": "POST", "path": "/Bulk", "bulkId": "a", "data": {}}),
        json!({"method": "DELETE", "path": "/Users"}),
        json!({"method": "PATCH", "path": "/Users/bulkId:nobody", "data": {}}),
        json!("POST /Users"),
    ] {
        let reply = send(&idp, json!({}), json!([operation]));
        let refused = reply.status == 400
            || statuses(&reply)
                .iter()
                .all(|status| status.starts_with('4'));
        assert!(refused, "{}", reply.told());
    }
    for body in [
        json!({}),
        json!([]),
        json!({"Operations": {}}),
        json!({"Operations": "x"}),
    ] {
        let reply = idp.post("/Bulk", &body);
        assert_eq!(reply.status, 400, "{}", reply.told());
    }
    idp.get("/Users").counts(0);
}

#[test]
fn the_same_bulk_id_twice_is_refused() {
    let idp = idp();
    let reply = send(
        &idp,
        json!({}),
        json!([
            person("a", "ada@example.net"),
            person("a", "bo@example.net")
        ]),
    );
    let refused = reply.status == 400
        || statuses(&reply)
            .iter()
            .any(|status| status.starts_with('4'));
    assert!(refused, "{}", reply.told());
}
