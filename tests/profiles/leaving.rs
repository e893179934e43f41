//! Settings about people who leave: what a DELETE does, and who may not be taken away.

use serde_json::json;

use super::entrance::{noticed, person, set, shown, with_profile};

#[test]
fn who_is_deleted_is_kept_and_made_inactive() {
    let (house, idp) = with_profile("generic");
    set(&house, &["delete=deactivate"]);
    let ada = idp.user_with("ada", json!({"active": true, "title": "Countess"}));
    let staff = idp.group("Staff", &[&ada]);
    let path = format!("/Users/{ada}");
    idp.delete(&path).is(204);
    let kept = idp.get(&path).is(200);
    assert_eq!(kept.at("/active"), json!(false));
    assert_eq!(kept.at("/title"), "Countess");
    assert_eq!(kept.at("/groups/0/value"), json!(staff));
    idp.find("/Users", "userName eq \"ada\"").counts(1);
    // Again: nothing moves, and the answer is the same.
    idp.delete(&path).is(204);
    assert_eq!(idp.get(&path).at("/meta/version"), "W/\"2\"");
    // The name is taken as long as they are kept.
    idp.post("/Users", &person("ada", json!({})))
        .refused(409, "uniqueness");
    idp.request("DELETE", &path)
        .header("If-Match", "W/\"1\"")
        .send()
        .is(412);
    let back = json!([{"op": "Replace", "path": "active", "value": "True"}]);
    let back = idp.patch(&path, back).is(200);
    assert_eq!(back.at("/active"), json!(true));
    assert_eq!(back.at("/groups/0/value"), json!(staff));
    // A group is deleted as always.
    idp.delete(&format!("/Groups/{staff}")).is(204);
    idp.get(&format!("/Groups/{staff}")).is(404);
    idp.delete(&format!("/Users/{staff}")).is(404);
}

#[test]
fn a_bulk_request_deletes_by_the_same_rule() {
    let (house, idp) = with_profile("generic");
    set(&house, &["delete=deactivate", "protect=grace"]);
    let [ada, grace] = ["ada", "grace"].map(|name| idp.user(name));
    let delete = |id: &str| json!({"method": "DELETE", "path": format!("/Users/{id}")});
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [delete(&ada), delete(&grace)]
    });
    let reply = idp.post("/Bulk", &bulk).is(200);
    assert_eq!(reply.at("/Operations/0/status"), "204");
    assert_eq!(reply.at("/Operations/1/status"), "409");
    let why = reply.at("/Operations/1/response/detail").to_string();
    assert!(why.contains("protects this user"), "{why}");
    idp.find("/Users", "active eq false").counts(1);
    idp.get("/Users").counts(2);
    assert!(noticed(&house, "protected person", &grace));
}

#[test]
fn who_is_protected_stays_whatever_they_are_called_by() {
    let (house, idp) = with_profile("generic");
    let by_id = idp.user("ada");
    let by_mail = idp.user_with("bob", json!({"emails": [{"value": "Bob@Example.net"}]}));
    let by_external_id = idp.user_with("eve", json!({"externalId": "E-7"}));
    let free = idp.user("mallory");
    set(
        &house,
        &[&format!("protect={by_id}, bob@example.net,e-7,GRACE")],
    );
    let grace = idp.user_with("Grace", json!({"active": true}));
    let off = json!([
        {"op": "Replace", "path": "title", "value": "Gone"},
        {"op": "Replace", "path": "active", "value": "False"}
    ]);
    for id in [&by_id, &by_mail, &by_external_id, &grace] {
        let path = format!("/Users/{id}");
        let before = idp.get(&path).is(200).json();
        idp.delete(&path).refused(409, "");
        idp.patch(&path, off.clone()).refused(409, "");
        let mut put = before.clone();
        put["active"] = json!(false);
        idp.put(&path, &put).refused(409, "");
        assert_eq!(idp.get(&path).is(200).json(), before);
        // Everything else may be changed.
        let title = json!([{"op": "Replace", "path": "title", "value": "Head"}]);
        idp.patch(&path, title).is(200);
    }
    idp.delete(&format!("/Users/{free}")).is(204);

    assert!(noticed(&house, "protected person", &grace));
    let status = house.cli(&["status", "--json"]).exits(5).stdout;
    assert!(status.contains("\"kind\": \"protected\""), "{status}");
    let status = house.cli(&["status"]).exits(5);
    assert!(
        status.stderr.contains("4 protected people were to be"),
        "{}",
        status.stderr
    );
    house.log_when(|log| log.contains("somebody protected was to be deactivated or deleted"));
    let failed = house.cli(&["log", "--failed"]).prints();
    assert!(failed.contains("protects this user"), "{failed}");

    // The operator may, and may let the provider.
    house.cli(&["user", "deactivate", "grace"]).exits(0);
    idp.patch(&format!("/Users/{grace}"), off).is(200);
    idp.delete(&format!("/Users/{grace}")).refused(409, "");
    set(&house, &["protect="]);
    idp.delete(&format!("/Users/{grace}")).is(204);
    assert_eq!(shown(&house)["settings"]["protect"], "none");
}

#[test]
fn the_name_of_somebody_in_the_recycle_bin_is_counted_and_explained() {
    let (house, idp) = with_profile("generic");
    let mira = idp.user_with("mira@example.net", json!({"active": true}));
    let path = format!("/Users/{mira}");
    let recycled = json!([
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "Replace", "path": "userName", "value": "0f1e2d3c4b5a69788796a5b4c3d2e1f0mira@example.net"}
    ]);
    let gone = idp.patch(&path, recycled.clone()).is(200);
    assert_eq!(gone.at("/userName"), "mira@example.net");
    let again = idp.patch(&path, recycled).is(200);
    assert_eq!(again.at("/meta/version"), "W/\"2\"");
    let shown = house.cli(&["connection", "show", "here"]).prints();
    assert!(shown.contains("recycle bin"), "{shown}");
}

#[test]
fn who_comes_back_has_the_same_id_and_memberships_always() {
    let (house, idp) = with_profile("generic");
    let ada = idp.user_with("ada", json!({"active": true}));
    let staff = idp.group("Staff", &[&ada]);
    let path = format!("/Users/{ada}");
    for (off, on) in [(json!(false), json!(true)), (json!("False"), json!("True"))] {
        let to = |value| json!([{"op": "Replace", "path": "active", "value": value}]);
        idp.patch(&path, to(off)).is(200);
        let group = idp.get(&format!("/Groups/{staff}")).is(200).json();
        assert_eq!(group["members"][0]["value"], json!(ada));
        let back = idp.patch(&path, to(on)).is(200);
        assert_eq!(back.at("/active"), json!(true));
        assert_eq!(back.at("/groups/0/value"), json!(staff));
    }
    drop(house);
}

#[test]
fn a_setting_about_leaving_that_makes_no_sense_is_refused() {
    let (house, _idp) = with_profile("generic");
    for (setting, complaint) in [
        ("delete=purge", "`tombstone` or `deactivate`"),
        ("retention=never", "a time such as 30d"),
        ("retention=0d", "a time such as 30d"),
        ("protekt=ada", "did you mean `protect`?"),
    ] {
        let refused = house.cli(&["connection", "set", "here", setting]).exits(2);
        assert!(refused.stderr.contains(complaint), "{}", refused.stderr);
    }
}
