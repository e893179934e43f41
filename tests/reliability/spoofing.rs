//! R22: what the server assigns, nobody else does: `id`, `meta` and `groups` in a body mean nothing.

use serde_json::{Value, json};

use super::catalogue::{Catalogue, unless};
use super::house::client::{Client, merge};
use super::house::server::House;

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// Attributes that try to be somebody else, or something more.
fn spoofs(victim: &str, group: &str) -> Vec<Value> {
    let admin = json!([{"value": group, "display": "Admins", "type": "direct"}]);
    vec![
        json!({"id": victim}),
        json!({"ID": victim}),
        json!({"Id": victim}),
        json!({"id": ""}),
        json!({"id": null}),
        json!({"id": 1}),
        json!({"id": [victim]}),
        json!({"id": "bulkId:1"}),
        json!({"meta": {"version": "W/\"99\"", "created": "2001-01-01T00:00:00Z"}}),
        json!({"Meta": {"lastModified": "2001-01-01T00:00:00Z", "resourceType": "Group"}}),
        json!({"meta": {"location": "https://evil.example/"}}),
        json!({"meta": {"attributes": ["userName", "active"]}}),
        json!({"meta": null}),
        json!({"meta": "x"}),
        json!({"groups": admin.clone()}),
        json!({"Groups": admin.clone()}),
        json!({"groups": [group]}),
        json!({"groups": group}),
        json!({"groups": null}),
        json!({"groups": [{"value": group, "$ref": "https://evil.example/", "primary": true}]}),
        json!({"id": victim, "meta": {"version": "W/\"0\""}, "groups": admin.clone()}),
        json!({(format!("{CORE}:id")): victim}),
        json!({(format!("{CORE}:groups")): admin.clone()}),
        json!({(CORE): {"id": victim, "groups": admin}}),
    ]
}

/// The same as operations of a patch: by path, and without one.
fn patches(spoof: &Value) -> Vec<Value> {
    let mut list = Vec::new();
    for (name, value) in spoof.as_object().unwrap() {
        for op in ["add", "replace"] {
            list.push(json!([{"op": op, "path": name, "value": value}]));
            list.push(json!([{"op": op, "value": {(name): value}}]));
        }
        list.push(json!([{"op": "remove", "path": name}]));
        if let Value::Object(parts) = value {
            for (part, value) in parts {
                list.push(
                    json!([{"op": "replace", "path": format!("{name}.{part}"), "value": value}]),
                );
                list.push(json!([{"op": "replace", "value": {(format!("{name}.{part}")): value}}]));
            }
        }
    }
    list
}

struct Scene {
    victim: String,
    group: String,
    before: String,
}

impl Scene {
    fn set(idp: &Client) -> Self {
        let victim = idp.user_with("victim@example.net", json!({"displayName": "Victim"}));
        let group = idp.group("Admins", &[&victim]);
        let before = format!(
            "{}{}",
            idp.get(&format!("/Users/{victim}")).text(),
            idp.get(&format!("/Groups/{group}")).text()
        );
        Self {
            victim,
            group,
            before,
        }
    }

    /// What is wrong with the subject or the victim afterwards.
    fn flaw(&self, idp: &Client, subject: &str) -> Option<String> {
        let after = format!(
            "{}{}",
            idp.get(&format!("/Users/{}", self.victim)).text(),
            idp.get(&format!("/Groups/{}", self.group)).text()
        );
        let reply = idp.get(&format!("/Users/{subject}"));
        let user = reply.json();
        unless(after == self.before, || {
            format!("the victim is now {after}")
        })
        .or_else(|| unless(reply.status == 200, || reply.told()))
        .or_else(|| unless(user["id"] == subject, || reply.told()))
        .or_else(|| unless(user.get("groups").is_none(), || reply.told()))
        .or_else(|| unless(!reply.text().contains("2001-01-01"), || reply.told()))
        .or_else(|| unless(!reply.text().contains("evil.example"), || reply.told()))
        .or_else(|| unless(!reply.text().contains("W/\\\"99\\\""), || reply.told()))
        .or_else(|| unless(user["meta"]["resourceType"] == "User", || reply.told()))
    }
}

fn spoofing_means_nothing(dialect: &str) {
    let house = House::open();
    let idp = house.connection("spoofed", &[&format!("dialect={dialect}")]);
    let scene = Scene::set(&idp);
    let mut catalogue = Catalogue::of("spoofed ids, meta and groups");
    for (number, spoof) in spoofs(&scene.victim, &scene.group).iter().enumerate() {
        let name = format!("subject{number}@example.net");
        let mut body = json!({"schemas": [CORE], "userName": name, "active": true});
        let subject = idp.post("/Users", &body).is(201).id();
        merge(&mut body, spoof.clone());
        let put = idp.put(&format!("/Users/{subject}"), &body);
        let flaw = unless(matches!(put.status, 200 | 400), || put.told());
        catalogue.case(
            &format!("PUT {spoof}"),
            flaw.or_else(|| scene.flaw(&idp, &subject)),
        );
        for operations in patches(spoof) {
            let reply = idp.patch(&format!("/Users/{subject}"), operations.clone());
            let flaw = unless(matches!(reply.status, 200 | 400), || reply.told());
            catalogue.case(
                &format!("PATCH {operations}"),
                flaw.or_else(|| scene.flaw(&idp, &subject)),
            );
        }
        body["userName"] = json!(format!("new{number}@example.net"));
        let post = idp.post("/Users", &body);
        let flaw = match post.status {
            201 => {
                let id = post.id();
                unless(id != scene.victim, || post.told()).or_else(|| scene.flaw(&idp, &id))
            }
            400 => scene.flaw(&idp, &subject),
            _ => Some(post.told()),
        };
        catalogue.case(&format!("POST {spoof}"), flaw);
    }
    catalogue.holds(22);
}

#[test]
fn in_the_tolerant_dialect_spoofing_means_nothing() {
    spoofing_means_nothing("tolerant");
}

#[test]
fn in_the_strict_dialect_spoofing_means_nothing() {
    spoofing_means_nothing("strict");
}

#[test]
fn a_spoofed_id_in_bulk_and_in_a_group_means_nothing() {
    let house = House::open();
    let idp = house.idp();
    let scene = Scene::set(&idp);
    let subject = idp.user("subject@example.net");
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "PUT", "path": format!("/Users/{subject}"),
             "data": {"schemas": [CORE], "id": scene.victim, "userName": "subject@example.net"}},
            {"method": "POST", "path": "/Users", "bulkId": "a",
             "data": {"schemas": [CORE], "id": scene.victim, "userName": "third@example.net"}}
        ]
    });
    idp.post("/Bulk", &bulk).is(200);
    assert_eq!(scene.flaw(&idp, &subject), None);
    let own = idp.group("Own", &[]);
    let group = json!({"id": scene.group, "displayName": "Own", "meta": {"version": "W/\"99\""}});
    idp.put(&format!("/Groups/{own}"), &group)
        .is(200)
        .shows(json!({"id": own}));
    idp.patch(
        &format!("/Groups/{own}"),
        json!([{"op": "replace", "value": {"id": scene.group}}]),
    )
    .is(204);
    assert_eq!(scene.flaw(&idp, &subject), None);
}
