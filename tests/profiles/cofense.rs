//! Users only, 36 attributes, matched by externalId.

use serde_json::json;

use super::entra::Entra;
use super::entrance::{
    ENTERPRISE, connection_test, has_no_groups, keeps_everything, nothing_was_left_out, person,
    set, shown, with_profile,
};
use super::house::server::House;

/// All but `active` and the manager.
const ROWS: [(&str, &str); 34] = [
    ("externalId", "o-1"),
    ("displayName", "Ada Lovelace"),
    ("name.formatted", "Ada King"),
    ("name.givenName", "Ada"),
    ("name.familyName", "King"),
    ("name.honorificSuffix", "FRS"),
    (r#"phoneNumbers[type eq "work"].value"#, "+44 20 1"),
    (r#"phoneNumbers[type eq "home"].value"#, "+44 20 2"),
    (r#"phoneNumbers[type eq "other"].value"#, "+44 20 3"),
    (r#"phoneNumbers[type eq "pager"].value"#, "+44 20 4"),
    (r#"phoneNumbers[type eq "mobile"].value"#, "+44 20 5"),
    (r#"phoneNumbers[type eq "fax"].value"#, "+44 20 6"),
    (r#"addresses[type eq "other"].formatted"#, "Ockham"),
    (r#"addresses[type eq "work"].formatted"#, "12 St James's Sq"),
    (r#"addresses[type eq "work"].streetAddress"#, "12"),
    (r#"addresses[type eq "work"].locality"#, "London"),
    (r#"addresses[type eq "work"].region"#, "Westminster"),
    (r#"addresses[type eq "work"].postalCode"#, "SW1Y"),
    (r#"addresses[type eq "work"].country"#, "GB"),
    ("title", "Countess"),
    (r#"emails[type eq "work"].value"#, "ada@example.net"),
    (r#"emails[type eq "home"].value"#, "home@example.net"),
    (r#"emails[type eq "other"].value"#, "other@example.net"),
    ("preferredLanguage", "en-GB"),
    ("nickName", "A"),
    ("userType", "Member"),
    ("locale", "en-GB"),
    ("timezone", "Europe/London"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        "1843",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "Engines",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
        "G",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division",
        "Notes",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
        "Analytical",
    ),
    ("userName", "ada.king@example.net"),
];

#[test]
fn people_are_matched_by_an_external_id_that_may_change() {
    let (house, idp) = with_profile("cofense");
    connection_test(&idp, "externalId");
    let ada = person("ada@example.net", json!({"externalId": "o-1"}));
    let id = idp.post("/Users", &ada).is(201).id();
    let path = format!("/Users/{id}");

    let again = person("another@example.net", json!({"externalId": "o-1"}));
    idp.post("/Users", &again).refused(409, "uniqueness");
    idp.user_with("bob@example.net", json!({"externalId": "o-2"}));

    let change = |to: &str| json!([{"op": "Replace", "path": "externalId", "value": to}]);
    idp.patch(&path, change("o-2")).refused(409, "uniqueness");
    idp.patch(&path, change("o-3")).is(200);
    idp.find("/Users", "externalId eq \"o-3\"").counts(1);
    idp.find("/Users", "externalId eq \"o-1\"").counts(0);

    let settings = shown(&house);
    assert_eq!(settings["profile"], "cofense");
    assert_eq!(settings["settings"]["match"], "externalId");
    assert_eq!(settings["origins"]["match"], "profile");
    assert_eq!(settings["origins"]["dialect"], "default");
}

#[test]
fn the_published_mapping_is_provisioned() {
    let (mut house, idp) = with_profile("cofense");
    let entra = Entra {
        idp: &idp,
        rows: &ROWS,
        matching: "externalId",
    };
    let bosses =
        ["b-1", "b-2"].map(|external| idp.user_with(external, json!({"externalId": external})));
    let id = entra.provisions();
    entra.sets_the_manager(&id, [&bosses[0], &bosses[1]]);
    entra.disables_and_enables(&id);
    entra.deletes(&id);
    nothing_was_left_out(&mut house);
}

#[test]
fn there_is_no_token_before_the_terms_are_accepted() {
    let house = House::open();
    let cli = |words: &[&str]| house.cli(words);
    let new = ["token", "new", "--connection", "here"];
    cli(&["connection", "new", "here", "--profile", "cofense"]).exits(0);
    let refused = cli(&new).exits(4);
    assert!(refused.stdout.is_empty());
    assert!(
        refused.stderr.contains("connection accept-terms here --by"),
        "{}",
        refused.stderr
    );
    assert_eq!(shown(&house)["termsAccepted"], json!(null));
    let accept = |who: &str| cli(&["connection", "accept-terms", "here", "--by", who]);
    accept(" ").exits(2);
    for who in ["Grace Hopper", "Somebody else"] {
        accept(who).exits(0);
        assert_eq!(shown(&house)["termsAccepted"]["by"], "Grace Hopper");
    }
    house.idp_of("here").get("/Users").is(200);
    // Other words are other terms.
    set(&house, &["terms=People stay here for a year."]);
    cli(&new).exits(4);
    set(&house, &["terms=none"]);
    house.idp_of("here").get("/Users").is(200);
    accept("Grace Hopper").exits(4);
}

#[test]
fn there_are_no_groups() {
    let (_house, idp) = with_profile("cofense");
    has_no_groups(&idp);
    idp.user("ada@example.net");
    idp.get("/").is(200).counts(1);
}

#[test]
fn what_the_mapping_does_not_list_is_kept() {
    let (_house, idp) = with_profile("cofense");
    keeps_everything(&idp);
    // A manager is kept as it was sent, whoever that is.
    let manager = json!({ENTERPRISE: {"manager": {"value": "nobody-yet"}}});
    let ada = idp.user_with("ada@example.net", manager.clone());
    let shown = idp.get(&format!("/Users/{ada}")).is(200).json();
    assert_eq!(shown[ENTERPRISE]["manager"]["value"], "nobody-yet");
}
