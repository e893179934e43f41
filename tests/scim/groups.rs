//! RFC 7643 §4.2 and §4.1.2 (`groups`): who is in which group, also through others.

use serde_json::{Value, json};

use super::people::{Idp, group, idp};

fn members(idp: &Idp, group: &str) -> Vec<String> {
    let shown = idp.get(&format!("/Groups/{group}")).is(200);
    shown.values("/members")
}

fn sorted(ids: &[&String]) -> Vec<String> {
    let mut ids: Vec<String> = ids.iter().map(|id| (*id).clone()).collect();
    ids.sort();
    ids
}

fn add(ids: &[&str]) -> Value {
    let values: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    json!([{"op": "add", "path": "members", "value": values}])
}

#[test]
fn members_are_filled_in_from_what_they_are() {
    let idp = idp();
    let ada = idp.user_with("ada@example.net", json!({"displayName": "Ada Lorn"}));
    let inner = idp.group("Inner", &[]);
    let outer = idp.group("Outer", &[]);
    let values = json!([
        {"value": ada, "display": "somebody else", "type": "Group", "$ref": "https://evil.example/"},
        {"value": inner}
    ]);
    let reply = idp.patch(
        &format!("/Groups/{outer}"),
        json!([{"op": "add", "path": "members", "value": values}]),
    );
    // A type that contradicts the member may be corrected or refused; it is never believed.
    if reply.status != 204 {
        reply.refused(400, "invalidValue");
        idp.patch(&format!("/Groups/{outer}"), add(&[&ada, &inner]))
            .is(204);
    }
    let url = idp.house.url();
    idp.get(&format!("/Groups/{outer}")).is(200).shows(json!({"members": [
        {"value": ada, "type": "User", "$ref": format!("{url}/Users/{ada}"), "display": "Ada Lorn"},
        {"value": inner, "type": "Group", "$ref": format!("{url}/Groups/{inner}"), "display": "Inner"}
    ]}));
}

#[test]
fn a_user_shows_its_groups_direct_and_through_others() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let inner = idp.group("Inner", &[&ada]);
    let middle = idp.group("Middle", &[&inner]);
    let outer = idp.group("Outer", &[&middle, &ada]);
    let url = idp.house.url();
    idp.get(&format!("/Users/{ada}")).is(200).shows(json!({"groups": [
        {"value": inner, "display": "Inner", "type": "direct", "$ref": format!("{url}/Groups/{inner}")},
        {"value": middle, "display": "Middle", "type": "indirect"},
        {"value": outer, "display": "Outer", "type": "direct"}
    ]}));
    idp.patch(
        &format!("/Groups/{inner}"),
        json!([{"op": "replace", "path": "displayName", "value": "Core"}]),
    )
    .is(204);
    idp.patch(
        &format!("/Groups/{middle}"),
        json!([{"op": "remove", "path": "members"}]),
    )
    .is(204);
    idp.get(&format!("/Users/{ada}"))
        .is(200)
        .shows(json!({"groups": [
            {"value": inner, "display": "Core"},
            {"value": outer}
        ]}));
}

#[test]
fn the_groups_of_a_user_are_read_only() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let crew = idp.group("Crew", &[]);
    let path = format!("/Users/{ada}");
    for operation in [
        json!({"op": "add", "path": "groups", "value": [{"value": crew}]}),
        json!({"op": "replace", "value": {"groups": [{"value": crew}]}}),
    ] {
        let reply = idp.patch(&path, json!([operation]));
        assert!(matches!(reply.status, 200 | 400), "{}", reply.told());
        idp.get(&path).shows(json!({"groups": "{{absent}}"}));
    }
    assert!(members(&idp, &crew).is_empty());
}

#[test]
fn no_group_contains_itself() {
    let idp = idp();
    let a = idp.group("A", &[]);
    let b = idp.group("B", &[&a]);
    let c = idp.group("C", &[&b]);
    for (holder, member) in [(&a, &a), (&a, &b), (&a, &c), (&b, &c)] {
        let path = format!("/Groups/{holder}");
        let before = idp.get(&path).json();
        idp.patch(&path, add(&[member]))
            .refused(400, "invalidValue");
        idp.put(&path, &group("X", &[member]))
            .refused(400, "invalidValue");
        let replace = json!([{"op": "replace", "path": "members", "value": [{"value": member}]}]);
        idp.patch(&path, replace).refused(400, "invalidValue");
        assert_eq!(idp.get(&path).json(), before);
    }
    // The other way round there is no circle.
    idp.patch(&format!("/Groups/{c}"), add(&[&a])).is(204);
}

#[test]
fn members_come_and_go() {
    let idp = idp();
    let [a, b, c] = ["a", "b", "c"].map(|name| idp.user(name));
    let crew = idp.group("Crew", &[&a]);
    let path = format!("/Groups/{crew}");
    idp.patch(&path, add(&[&b, &c, &b])).is(204);
    assert_eq!(members(&idp, &crew), sorted(&[&a, &b, &c]));
    idp.patch(
        &path,
        json!([{"op": "remove", "path": format!("members[value eq \"{b}\"]")}]),
    )
    .is(204);
    assert_eq!(members(&idp, &crew), sorted(&[&a, &c]));
    idp.patch(
        &path,
        json!([{"op": "replace", "path": "members", "value": [{"value": b}]}]),
    )
    .is(204);
    assert_eq!(members(&idp, &crew), sorted(&[&b]));
    idp.patch(
        &path,
        json!([{"op": "remove", "path": "members[type eq \"User\"]"}]),
    )
    .is(204);
    assert!(members(&idp, &crew).is_empty());
    idp.patch(
        &path,
        json!([{"op": "add", "value": {"members": [{"value": a}]}}]),
    )
    .is(204);
    assert_eq!(members(&idp, &crew), sorted(&[&a]));
    idp.patch(&path, json!([{"op": "remove", "path": "members"}, {"op": "add", "path": "members", "value": [{"value": c}]}]))
        .is(204);
    assert_eq!(members(&idp, &crew), sorted(&[&c]));
}

#[test]
fn a_change_of_members_moves_the_version_and_none_does_not() {
    let idp = idp();
    let [a, b] = ["a", "b"].map(|name| idp.user(name));
    let crew = idp.group("Crew", &[&a]);
    let path = format!("/Groups/{crew}");
    let version = || idp.get(&path).header("etag").unwrap().to_owned();
    let before = version();
    idp.patch(&path, add(&[&a])).is(204);
    idp.patch(
        &path,
        json!([{"op": "remove", "path": format!("members[value eq \"{b}\"]")}]),
    )
    .is(204);
    idp.patch(
        &path,
        json!([{"op": "replace", "path": "members", "value": [{"value": a}]}]),
    )
    .is(204);
    assert_eq!(version(), before);
    let reply = idp.patch(&path, add(&[&b])).is(204);
    assert_ne!(version(), before);
    assert_eq!(reply.header("etag").unwrap(), version());
}

#[test]
fn a_deleted_resource_leaves_its_groups() {
    let idp = idp();
    let ada = idp.user("ada@example.net");
    let inner = idp.group("Inner", &[&ada]);
    let outer = idp.group("Outer", &[&inner, &ada]);
    idp.delete(&format!("/Users/{ada}")).is(204);
    assert!(members(&idp, &inner).is_empty());
    assert_eq!(members(&idp, &outer), sorted(&[&inner]));
    idp.delete(&format!("/Groups/{inner}")).is(204);
    assert!(members(&idp, &outer).is_empty());
}

#[test]
fn what_is_no_member_is_refused() {
    let idp = idp();
    let crew = idp.group("Crew", &[]);
    for value in [
        json!([{"value": "nobody"}]),
        json!([{"value": 7}]),
        json!([{"display": "Ada"}]),
        json!([7]),
    ] {
        let operation = json!([{"op": "add", "path": "members", "value": value}]);
        idp.patch(&format!("/Groups/{crew}"), operation)
            .refused(400, "invalidValue");
    }
    assert!(members(&idp, &crew).is_empty());
}
