//! From one profile to another and back: the data stay.

use serde_json::json;

use super::entrance::{ENTERPRISE, set, shown, with_profile};

const CYBSAFE: &str = "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User";

#[test]
fn people_keep_what_they_have() {
    let (house, idp) = with_profile("cybsafe");
    let rich = json!({
        CYBSAFE: {"office": "North"},
        ENTERPRISE: {"hireDate": "1833-06-05"},
        "title": "Countess"
    });
    let path = format!("/Users/{}", idp.user_with("ada@example.net", rich.clone()));
    for profile in ["generic", "sosafe", "cybsafe", "cofense"] {
        set(&house, &[&format!("profile={profile}")]);
        assert_eq!(shown(&house)["profile"], profile);
        idp.get(&path).is(200).shows(rich.clone());
        let filter = format!("{CYBSAFE}:office eq \"North\"");
        idp.find("/Users", &filter).counts(1);
        let title = json!([{"op": "Replace", "path": "nickName", "value": profile}]);
        idp.patch(&path, title).is(200).shows(rich.clone());
    }
    idp.delete(&path).is(204);
    idp.get("/Users").counts(0);
}

#[test]
fn what_another_profile_kept_is_not_dropped_in_passing() {
    let (house, idp) = with_profile("generic");
    let more = json!({"profileUrl": "https://example.net/ada", "title": "Countess"});
    let path = format!("/Users/{}", idp.user_with("ada@example.net", more.clone()));
    set(&house, &["profile=cybsafe"]);
    let title = json!([{"op": "Replace", "path": "nickName", "value": "A"}]);
    idp.patch(&path, title).is(200).shows(more);
}

#[test]
fn somebody_who_lacked_an_address_before_can_still_be_disabled() {
    let (house, idp) = with_profile("generic");
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    set(&house, &["profile=safe"]);
    let disable = json!([{"op": "Replace", "path": "active", "value": false}]);
    idp.patch(&path, disable)
        .is(200)
        .shows(json!({"active": false}));
}

#[test]
fn groups_are_hidden_while_there_are_none_and_come_back() {
    let (house, idp) = with_profile("sosafe");
    let path = format!("/Groups/{}", idp.group("Staff", &[]));
    set(&house, &["resources=users"]);
    idp.get(&path).is(404);
    idp.get("/").counts(0);
    set(&house, &["resources="]);
    idp.get(&path).is(200);
}
