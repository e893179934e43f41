//! Users and groups; userName and the name of a group are what is matched.

use serde_json::json;

use super::entra::{Entra, provisions_groups};
use super::entrance::{keeps_everything, nothing_was_left_out, set, with_profile};
use super::house::server::House;

/// All but `active`.
const ROWS: [(&str, &str); 27] = [
    ("userName", "ada@example.org"),
    ("displayName", "Ada Lovelace"),
    ("title", "Countess"),
    (r#"emails[type eq "work"].value"#, "ada@example.net"),
    ("preferredLanguage", "en-GB"),
    ("name.givenName", "Ada"),
    ("name.familyName", "King"),
    ("name.formatted", "Ada King"),
    ("name.honorificPrefix", "Lady"),
    ("name.honorificSuffix", "FRS"),
    (r#"addresses[type eq "work"].formatted"#, "12 St James's Sq"),
    (r#"addresses[type eq "work"].streetAddress"#, "12"),
    (r#"addresses[type eq "work"].locality"#, "London"),
    (r#"addresses[type eq "work"].region"#, "Westminster"),
    (r#"addresses[type eq "work"].postalCode"#, "SW1Y"),
    (r#"addresses[type eq "work"].country"#, "GB"),
    (r#"phoneNumbers[type eq "work"].value"#, "+44 20 1"),
    ("externalId", "o-1"),
    ("nickName", "A"),
    ("userType", "Member"),
    ("locale", "en-GB"),
    ("timezone", "Europe/London"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        "1843",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
        "G",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
        "Analytical",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division",
        "Notes",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "Engines",
    ),
];

#[test]
fn the_published_mapping_is_provisioned() {
    let (mut house, idp) = with_profile("sosafe");
    let entra = Entra {
        idp: &idp,
        rows: &ROWS,
        matching: "userName",
    };
    let id = entra.provisions();
    entra.disables_and_enables(&id);
    let others = ["ben@example.net", "cem@example.net"].map(|name| idp.user(name));
    provisions_groups(&idp, [&id, &others[0], &others[1]]);
    entra.deletes(&id);
    nothing_was_left_out(&mut house);
}

#[test]
fn groups_have_members_and_names_that_nobody_shares() {
    let (_house, idp) = with_profile("sosafe");
    let ada = idp.user("ada@example.net");
    let staff = idp.group("Staff", &[&ada]);
    let path = format!("/Groups/{staff}");
    let external = json!([{"op": "Add", "path": "externalId", "value": "g-1"}]);
    idp.patch(&path, external).is(204);
    idp.find("/Groups", "displayName eq \"Staff\"").counts(1);
    idp.find("/Groups", "externalId eq \"g-1\"").counts(1);
    let user = idp.get(&format!("/Users/{ada}")).is(200);
    assert_eq!(user.at("/groups/0/value"), staff.as_str());

    let again = json!({"displayName": "staff"});
    idp.post("/Groups", &again).refused(409, "uniqueness");
    let crew = format!("/Groups/{}", idp.group("Crew", &[]));
    let rename = json!([{"op": "Replace", "path": "displayName", "value": "Staff"}]);
    idp.patch(&crew, rename.clone()).refused(409, "uniqueness");
    idp.patch(&path, rename).is(204);

    let leave = json!([{"op": "Remove", "path": "members", "value": [{"value": ada}]}]);
    idp.patch(&path, leave).is(204);
    let user = idp.get(&format!("/Users/{ada}")).is(200);
    assert!(user.json().get("groups").is_none());
    idp.delete(&path).is(204);
}

#[test]
fn there_is_no_token_before_the_tenant_id_is_recorded() {
    let house = House::open();
    house
        .cli(&["connection", "new", "here", "--profile", "sosafe"])
        .exits(0);
    let refused = house
        .cli(&["token", "new", "--connection", "here"])
        .exits(4);
    assert_eq!(refused.stdout, "");
    let command = "appliance connection set here tenant_id=…";
    assert!(refused.stderr.contains(command), "{}", refused.stderr);
    let setup = ["connection", "show", "here", "--setup", "entra"];
    let told = house.cli(&setup).exits(0).stdout;
    assert!(told.contains(command), "{told}");

    for wrong in ["x".repeat(201), "a\u{1b}[2J".to_owned()] {
        let setting = format!("tenant_id={wrong}");
        house.cli(&["connection", "set", "here", &setting]).exits(2);
    }
    set(&house, &["tenant_id=Analytical Engines"]);
    let told = house.cli(&setup).exits(0).stdout;
    assert!(told.contains("Tenant ID\n    Analytical Engines"), "{told}");
    assert!(!told.contains(command), "{told}");
    assert!(told.contains(&house.url()), "{told}");
    house.idp_of("here").get("/Users").counts(0);

    set(&house, &["tenant_id="]);
    house.cli(&["token", "rotate", "1"]).exits(4);
}

#[test]
fn what_the_mapping_does_not_list_is_kept() {
    let (_house, idp) = with_profile("sosafe");
    keeps_everything(&idp);
}
