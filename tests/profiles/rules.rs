//! Each setting by itself, without a profile, and mistakes in them.

use serde_json::json;

use super::entrance::{noticed, person, set, shown, with_profile};

#[test]
fn the_operator_is_stronger_than_the_profile_and_can_go_back() {
    let (house, _idp) = with_profile("safe");
    set(&house, &["required=none", "unknown=refuse"]);
    let now = shown(&house);
    assert_eq!(now["settings"]["required"], "none");
    assert_eq!(now["origins"]["required"], "operator");
    assert_eq!(now["origins"]["unknown"], "operator");
    set(&house, &["required="]);
    let now = shown(&house);
    assert_eq!(now["settings"]["required"], "emails.work");
    assert_eq!(now["origins"]["required"], "profile");
    let table = house.cli(&["connection", "show", "here"]).prints();
    assert!(table.contains("emails.work (profile)"), "{table}");
    assert!(table.contains("refuse (operator)"), "{table}");
    assert!(table.contains("tolerant (default)"), "{table}");
}

#[test]
fn several_attributes_can_be_required() {
    let (house, idp) = with_profile("generic");
    set(&house, &["required=title, department"]);
    let refused = idp
        .post("/Users", &person("ada", json!({"title": "Countess"})))
        .refused(422, "invalidValue");
    assert!(refused.text().contains("department"), "{}", refused.text());
    let urn = super::entrance::ENTERPRISE;
    let whole = json!({"title": "Countess", urn: {"department": "Engines"}});
    idp.post("/Users", &person("ada", whole)).is(201);
}

#[test]
fn roles_can_be_ignored_by_themselves() {
    let (house, idp) = with_profile("generic");
    let roles = json!({"roles": [{"value": "Editor"}], "title": "Countess"});
    let ada = idp.user_with("ada", roles.clone());
    set(&house, &["roles=ignore"]);
    let bob = idp.post("/Users", &person("bob", roles.clone())).is(201);
    assert!(bob.json().get("roles").is_none());
    assert!(noticed(&house, "ignored attribute", "roles"));
    // Who had roles before keeps them until they are changed.
    let title = json!([{"op": "Replace", "path": "title", "value": "Lady"}]);
    let kept = idp.patch(&format!("/Users/{ada}"), title).is(200);
    assert_eq!(kept.at("/roles/0/value"), "Editor");
}

#[test]
fn a_bulk_request_meets_the_same_rules() {
    let (house, idp) = with_profile("safe");
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [
            {"method": "POST", "path": "/Users", "bulkId": "1", "data": person("ada", json!({}))},
            {"method": "POST", "path": "/Groups", "bulkId": "2", "data": {"displayName": "Staff"}}
        ]
    });
    let reply = idp.post("/Bulk", &bulk).is(200);
    assert_eq!(reply.at("/Operations/0/status"), "422");
    assert_eq!(reply.at("/Operations/1/status"), "404");
    assert_eq!(shown(&house)["users"], 0);
}

#[test]
fn a_setting_that_makes_no_sense_is_refused() {
    let (house, _idp) = with_profile("generic");
    let before = shown(&house);
    for (settings, complaint) in [
        (
            &["required=title,shoeSize"][..],
            "nothing of a person is called",
        ),
        (&["unlisted=drop"], "lists no attributes"),
        (&["profile=safer"], "did you mean `safe`?"),
        (
            &["title=x", "match=externalId"],
            "no setting is called `title`",
        ),
        (
            &["match=title"],
            "`userName`, `externalId` or `emails.work`",
        ),
        (
            &["match=externalId", "resources=groups"],
            "`users` or `users,groups`",
        ),
    ] {
        let refused = house
            .cli(&[&["connection", "set", "here"], settings].concat())
            .exits(2);
        assert!(refused.stderr.contains(complaint), "{}", refused.stderr);
    }
    assert_eq!(shown(&house), before);
    let refused = house
        .cli(&["connection", "new", "x", "--profile", "cofence"])
        .exits(2);
    assert!(
        refused.stderr.contains("did you mean `cofense`?"),
        "{}",
        refused.stderr
    );
}
