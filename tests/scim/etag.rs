//! RFC 7644 §3.14: versions, and conditions on them.

use serde_json::json;

use super::house::reply::Reply;
use super::people::{Idp, group, idp, user};

struct Scene {
    idp: Idp,
    path: String,
    old: String,
    now: String,
}

/// A user whose version has moved once.
fn scene() -> Scene {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    let old = idp.get(&path).header("etag").unwrap().to_owned();
    let reply = idp
        .patch(&path, json!([{"op": "add", "path": "title", "value": "A"}]))
        .is(200);
    let now = reply.header("etag").unwrap().to_owned();
    assert_ne!(old, now);
    Scene {
        idp,
        path,
        old,
        now,
    }
}

impl Scene {
    fn get(&self, header: &str, value: &str) -> Reply {
        self.idp
            .request("GET", &self.path)
            .header(header, value)
            .send()
    }

    fn put(&self, header: &str, value: &str) -> Reply {
        let body = user("ada@example.net", json!({"title": value}));
        self.idp
            .request("PUT", &self.path)
            .header(header, value)
            .json(&body)
            .send()
    }
}

#[test]
fn a_tag_is_weak_and_that_of_meta() {
    let scene = scene();
    assert!(scene.now.starts_with("W/\"") && scene.now.ends_with('"'));
    let reply = scene.idp.get(&scene.path);
    assert_eq!(reply.header("etag"), Some(scene.now.as_str()));
    assert_eq!(reply.at("/meta/version"), scene.now);
}

#[test]
fn a_reader_who_has_the_version_of_a_group_gets_304_with_its_members_and_without() {
    let scene = scene();
    let idp = &scene.idp;
    let member = scene.path.rsplit('/').next().unwrap();
    let made = idp.post("/Groups", &group("Staff", &[member])).is(201);
    let path = format!("/Groups/{}", made.id());
    for asked in [path.clone(), format!("{path}?excludedAttributes=members")] {
        let whole = idp.get(&asked).is(200);
        let tag = whole.header("etag").unwrap();
        assert_eq!(whole.json().get("members").is_some(), asked == path);
        let known = |header| idp.request("GET", &asked).header(header, tag).send();
        let reply = known("If-None-Match").is(304);
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("etag"), Some(tag));
        assert_eq!(known("If-Match").is(200).json(), whole.json());
        idp.request("GET", &asked)
            .header("If-Match", "W/\"x\"")
            .send()
            .refused(412, "");
    }
}

#[test]
fn a_reader_who_has_the_version_gets_304() {
    let scene = scene();
    let list = format!("\"x\", {} , W/\"y\"", scene.now);
    let strong = scene.now.trim_start_matches("W/");
    for tag in [&scene.now, "*", &list, strong] {
        let reply = scene.get("If-None-Match", tag).is(304);
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("etag"), Some(scene.now.as_str()));
    }
    for tag in [&scene.old, "\"x\"", "W/\"x\""] {
        scene.get("If-None-Match", tag).is(200);
    }
}

#[test]
fn a_reader_may_insist_on_a_version() {
    let scene = scene();
    scene.get("If-Match", &scene.now).is(200);
    scene.get("If-Match", "*").is(200);
    scene.get("If-Match", &scene.old).refused(412, "");
}

#[test]
fn a_writer_with_an_old_version_gets_412_and_changes_nothing() {
    let scene = scene();
    let before = scene.idp.get(&scene.path).json();
    let operations = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "Never"}]
    });
    let patch = || scene.idp.request("PATCH", &scene.path).json(&operations);
    let delete = || scene.idp.request("DELETE", &scene.path);
    for (name, value) in [
        ("If-Match", scene.old.as_str()),
        ("If-Match", "\"x\""),
        ("If-None-Match", "*"),
        ("If-None-Match", &scene.now),
    ] {
        scene.put(name, value).refused(412, "");
        patch().header(name, value).send().refused(412, "");
        delete().header(name, value).send().refused(412, "");
    }
    assert_eq!(scene.idp.get(&scene.path).json(), before);
}

#[test]
fn a_writer_with_the_present_version_may_write() {
    let scene = scene();
    let list = format!("\"x\", {}", scene.now);
    scene.put("If-Match", &list).is(200);
    scene.put("If-Match", "*").is(200);
    scene.put("If-None-Match", "\"x\"").is(200);
    let now = scene
        .idp
        .get(&scene.path)
        .header("etag")
        .unwrap()
        .to_owned();
    scene
        .idp
        .request("DELETE", &scene.path)
        .header("If-Match", &now)
        .send()
        .is(204);
    scene.put("If-Match", "*").refused(404, "");
}

#[test]
fn what_is_no_tag_is_refused() {
    let scene = scene();
    for wrong in ["x", "W/", "W/\"", "1", "*, \"x\"", ""] {
        let reply = scene.put("If-Match", wrong);
        assert!(
            matches!(reply.status, 400 | 412),
            "{wrong:?}: {}",
            reply.told()
        );
    }
}

#[test]
fn groups_have_versions_too() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let path = format!("/Groups/{}", idp.group("Crew", &[]));
    let old = idp.get(&path).header("etag").unwrap().to_owned();
    let operations = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "members", "value": [{"value": ada}]}]
    });
    let change = |tag: &str| {
        idp.request("PATCH", &path)
            .header("If-Match", tag)
            .json(&operations)
            .send()
    };
    change(&old).is(204);
    change(&old).refused(412, "");
    idp.request("GET", &path)
        .header("If-None-Match", &old)
        .send()
        .is(200);
}
