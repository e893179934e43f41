//! Users only, matched by a work e-mail address that everybody has.

use serde_json::{Value, json};

use super::entrance::{
    ENTERPRISE, connection_test, each_is_kept, has_no_groups, person, shown, with_profile,
};

const WORK: &str = r#"emails[type eq "work"].value"#;

fn mail(address: &str) -> Value {
    json!({"emails": [{"type": "work", "value": address, "primary": true}]})
}

#[test]
fn the_mapping_works_unchanged() {
    let (_house, idp) = with_profile("safe");
    connection_test(&idp, WORK);
    let mut ada = person("ada@example.net", mail("ada@example.net"));
    ada["active"] = json!("True");
    let id = idp.post("/Users", &ada).is(201).id();
    let path = format!("/Users/{id}");
    idp.get(&path).is(200).shows(json!({"active": true}));
    each_is_kept(
        &idp,
        &path,
        &[
            ("userName", "ada.king@example.net"),
            (WORK, "ada.king@example.net"),
            (r#"addresses[type eq "work"].country"#, "GB"),
            ("title", "Countess"),
            (&format!("{ENTERPRISE}:department"), "Engines"),
        ],
    );
    let disable = json!([{"op": "Replace", "path": "active", "value": "False"}]);
    idp.patch(&path, disable)
        .is(200)
        .shows(json!({"active": false}));
    idp.delete(&path).is(204);
}

#[test]
fn without_a_work_address_nobody_comes_in() {
    let (_house, idp) = with_profile("safe");
    let home = json!({"emails": [{"type": "home", "value": "ada@example.net"}]});
    for more in [json!({}), mail(""), mail(" "), home] {
        let body = person("ada@example.net", more);
        let refused = idp.post("/Users", &body).refused(422, "invalidValue");
        assert!(refused.text().contains("emails.work"), "{}", refused.text());
    }
    let id = idp.user_with("ada@example.net", mail("ada@example.net"));
    let remove = json!([{"op": "Remove", "path": "emails"}]);
    let path = format!("/Users/{id}");
    idp.patch(&path, remove).refused(422, "invalidValue");
    idp.get(&path).is(200).shows(mail("ada@example.net"));
}

#[test]
fn a_work_address_belongs_to_one_person() {
    let (_house, idp) = with_profile("safe");
    let ada = idp.user_with("ada", mail("ada@example.net"));
    let again = person("another", mail("ADA@example.net"));
    idp.post("/Users", &again).refused(409, "uniqueness");
    let both = json!({"emails": [
        {"type": "work", "value": "bob@example.net"},
        {"type": "home", "value": "ada@example.net"}
    ]});
    idp.user_with("bob", both);
    // A restart finds everybody by the address, and changes nobody.
    let filter = format!("{WORK} eq \"ada@example.net\"");
    let found = idp.find("/Users", &filter).counts(1);
    assert_eq!(found.column("id"), [ada.as_str()]);
    let same = json!([{"op": "Replace", "path": WORK, "value": "ada@example.net"}]);
    idp.patch(&format!("/Users/{ada}"), same).is(200);
}

#[test]
fn there_are_no_groups() {
    let (_house, idp) = with_profile("safe");
    has_no_groups(&idp);
}

#[test]
fn a_new_token_replaces_the_old_and_overload_looks_like_overload() {
    let (house, idp) = with_profile("safe");
    idp.get("/Users").is(200);
    let next = house.idp_of("here");
    next.get("/Users").is(200);
    idp.get("/Users").is(401);
    let settings = shown(&house);
    assert_eq!(settings["settings"]["rate_limit"], "200/s");
    assert_eq!(settings["origins"]["rate_limit"], "profile");
}
