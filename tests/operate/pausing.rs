//! A paused connection: every request is told to come back later, nothing is lost, and others go on.

use serde_json::{Value, json};

use crate::house::server::House;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

fn warnings(house: &House) -> String {
    let status = house.cli(&["status", "--json"]).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    status["warnings"].to_string()
}

#[test]
fn every_request_is_told_to_come_back_and_nothing_is_stored() {
    let mut house = House::open();
    let idp = house.connection("okta", &[]);
    let ada = idp.user_with("ada@example.net", json!({"title": "Clerk"}));
    let staff = idp.group("Staff", &[&ada]);
    let before = house
        .cli(&["export", "changes", "--format", "ndjson"])
        .prints();
    assert!(!warnings(&house).contains("paused"));

    house.cli(&["connection", "pause", "okta"]).exits(0);
    let (user, group) = (format!("/Users/{ada}"), format!("/Groups/{staff}"));
    let new = json!({"userName": "bob@example.net"});
    let patch = json!({"schemas": [PATCH], "Operations": [{"op": "remove", "path": "title"}]});
    let delete = json!({"method": "DELETE", "path": user});
    let bulk = json!({"schemas": [BULK], "Operations": [delete]});
    let asked = [
        ("GET", "/Users", None),
        ("GET", &*user, None),
        ("GET", "/ServiceProviderConfig", None),
        ("GET", "/Schemas", None),
        ("POST", "/Users", Some(&new)),
        ("POST", "/Users/.search", Some(&new)),
        ("POST", "/Bulk", Some(&bulk)),
        ("PUT", &user, Some(&new)),
        ("PATCH", &user, Some(&patch)),
        ("PATCH", &group, Some(&patch)),
        ("DELETE", &user, None),
        ("DELETE", &group, None),
    ];
    let refuse_all = |house: &House| {
        let idp = house.client(idp.token());
        for (method, path, body) in &asked {
            let request = idp.request(method, path);
            let reply = match body {
                Some(body) => request.json(body).try_send(),
                None => request.try_send(),
            };
            let reply = reply.unwrap().refused(503, "");
            assert_eq!(reply.at("/schemas/0"), ERROR, "{method} {path}");
            assert_eq!(reply.at("/status"), "503", "{method} {path}");
            let detail = reply.at("/detail").to_string();
            assert!(detail.contains("paused"), "{method} {path}: {detail}");
            let after: u32 = reply.header("retry-after").unwrap().parse().unwrap();
            assert!(after > 0, "{method} {path}");
            let form = reply.header("content-type").unwrap();
            assert!(
                form.starts_with("application/scim+json"),
                "{method} {path}: {form}"
            );
        }
    };
    refuse_all(&house);
    // It outlasts a restart, is told, and is nobody else's business.
    house.restart();
    refuse_all(&house);
    assert!(
        warnings(&house).contains("it is paused"),
        "{}",
        warnings(&house)
    );
    let listed = house.cli(&["connection", "list", "--json"]).prints();
    assert!(listed.contains("\"state\": \"paused\""), "{listed}");
    house.idp().user("eve@example.net");
    let after = house
        .cli(&[
            "export",
            "changes",
            "--format",
            "ndjson",
            "--connection",
            "okta",
        ])
        .prints();
    assert_eq!(after, before);

    house.cli(&["connection", "resume", "OKTA"]).exits(0);
    let idp = house.client(idp.token());
    idp.get(&user).is(200).shows(json!({"title": "Clerk"}));
    idp.get(&group).is(200);
    idp.post("/Users", &new).is(201);
    idp.get("/Users").counts(2);
    assert!(!warnings(&house).contains("it is paused"));
}
