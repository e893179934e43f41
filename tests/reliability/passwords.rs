//! R24: a password goes in and never comes out: not in an answer, not through a filter, not through the
//! order of a list.

use serde_json::json;

use super::catalogue::{Catalogue, unless};
use super::house::client::encoded;
use super::house::server::House;

#[test]
fn a_password_is_no_oracle() {
    let house = House::open();
    let idp = house.idp();
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let ids: Vec<String> = ["hunter2-a", "hunter2-b", "hunter2-c"]
        .iter()
        .map(|secret| {
            idp.user_with(
                &format!("{secret}@example.net"),
                json!({"password": secret, "displayName": "D"}),
            )
        })
        .collect();
    let nobody = idp.user("nobody@example.net");
    let mut catalogue = Catalogue::of("passwords");
    for name in [
        "password",
        "PASSWORD",
        "Password",
        &format!("{core}:password"),
    ] {
        for condition in [
            "pr",
            "eq \"hunter2-a\"",
            "sw \"h\"",
            "co \"unter\"",
            "ew \"a\"",
            "ne \"x\"",
            "gt \"a\"",
            "le \"z\"",
        ] {
            for filter in [
                format!("{name} {condition}"),
                format!("not ({name} {condition})"),
                format!("displayName eq \"D\" and {name} {condition}"),
            ] {
                let reply = idp.find("/Users", &filter);
                let flaw = unless(reply.status == 400, || reply.told());
                catalogue.case(
                    &filter,
                    flaw.or_else(|| {
                        unless(reply.at("/scimType") == "invalidFilter", || reply.told())
                    }),
                );
            }
        }
        for order in ["ascending", "descending"] {
            let reply = idp.get(&format!(
                "/Users?sortBy={}&sortOrder={order}",
                encoded(name)
            ));
            // Refused, or without any effect on the order.
            let plain = idp.get("/Users").column("id");
            let blind = reply.status == 400 || reply.column("id") == plain;
            catalogue.case(
                &format!("sort by {name} {order}"),
                unless(blind, || reply.told()),
            );
        }
        for query in [
            format!("attributes={}", encoded(name)),
            format!("attributes=id,{}", encoded(name)),
        ] {
            for id in ids.iter().chain([&nobody]) {
                let reply = idp.get(&format!("/Users/{id}?{query}"));
                let text = reply.text();
                let flaw = unless(matches!(reply.status, 200 | 400), || reply.told())
                    .or_else(|| unless(!text.contains("assword\":"), || reply.told()))
                    .or_else(|| unless(!text.contains("hunter2-a\""), || reply.told()));
                catalogue.case(&query, flaw);
            }
        }
    }
    let search = json!({"attributes": ["password"], "filter": "userName pr"});
    let text = idp.post("/Users/.search", &search).text();
    catalogue.case("search", unless(!text.contains("assword"), || text.clone()));
    catalogue.holds(100);
}

#[test]
fn a_password_is_nowhere() {
    let mut house = House::open();
    let idp = house.idp();
    let secret = "hunter2-nowhere";
    let body = json!({"userName": "ada@example.net", "password": secret});
    let created = idp.post("/Users", &body).is(201);
    let path = format!("/Users/{}", created.id());
    let put = idp.put(&path, &body).is(200);
    let patched = idp
        .patch(
            &path,
            json!([{"op": "replace", "value": {"password": secret}}]),
        )
        .is(200);
    let by_path = idp
        .patch(
            &path,
            json!([{"op": "add", "path": "password", "value": secret}]),
        )
        .is(200);
    let wrong = idp.patch(
        &path,
        json!([{"op": "add", "path": "password", "value": [secret]}]),
    );
    for reply in [
        created,
        put,
        patched,
        by_path,
        wrong,
        idp.get(&path),
        idp.get("/Users"),
    ] {
        assert!(!reply.text().contains(secret), "{}", reply.told());
        assert!(reply.status >= 400 || reply.json().get("password").is_none());
    }
    let export = house
        .cli(&["export", "users", "--format", "ndjson"])
        .prints();
    assert!(!export.contains(secret));
    house.stop();
    assert!(!house.log().contains(secret));
    for entry in std::fs::read_dir(house.data()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{}", path.display());
    }
}
