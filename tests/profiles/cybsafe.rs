//! A fixed list of attributes, some under URNs of its own; bad values are stored and reported.

use serde_json::{Value, json};

use super::entra::{Entra, provisions_groups};
use super::entrance::{ENTERPRISE, nothing_was_left_out, noticed, person, shown, with_profile};
use super::house::server::House;

const CYBSAFE: &str = "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User";

/// The rows of both documents, but for `active`, the manager, and what the tutorial repeats.
const ROWS: [(&str, &str); 33] = [
    ("userName", "ada@example.org"),
    (r#"phoneNumbers[type eq "work"].value"#, "+44 20 1"),
    (r#"emails[type eq "work"].value"#, "ada@example.net"),
    ("preferredLanguage", "en-GB"),
    ("name.givenName", "Ada"),
    ("name.familyName", "King"),
    ("name.formatted", "Ada King"),
    ("name.middleName", "Augusta"),
    ("name.honorificPrefix", "Lady"),
    ("name.honorificSuffix", "FRS"),
    ("timezone", "Europe/London"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "Engines",
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
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
        "1843",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter",
        "G",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeLevel",
        "7",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:hireDate",
        "1833-06-05",
    ),
    (r#"addresses[type eq "work"].country"#, "GB"),
    (r#"addresses[type eq "work"].region"#, "Westminster"),
    ("externalId", "o-1"),
    (
        "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User:office",
        "North",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User:streetAddress",
        "12",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User:city",
        "London",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User:businessUnit",
        "Mills",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User:employeeType",
        "Fellow",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:cybsafe:2.0:User:grade",
        "A",
    ),
    ("title", "Countess"),
    ("displayName", "Ada Lovelace"),
    ("nickName", "A"),
    ("locale", "en-GB"),
    ("userType", "Member"),
    (r#"phoneNumbers[type eq "mobile"].value"#, "+44 20 5"),
];

#[test]
fn the_published_mapping_is_provisioned() {
    let (mut house, idp) = with_profile("cybsafe");
    let entra = Entra {
        idp: &idp,
        rows: &ROWS,
        matching: "userName",
    };
    let bosses = ["b-1", "b-2"].map(|name| idp.user(name));
    let id = entra.provisions();
    let user = entra.user(&id);
    assert!(
        user["schemas"]
            .as_array()
            .unwrap()
            .contains(&json!(CYBSAFE))
    );
    entra.sets_the_manager(&id, [&bosses[0], &bosses[1]]);
    entra.disables_and_enables(&id);
    provisions_groups(&idp, [&bosses[0], &bosses[1], &id]);
    entra.deletes(&id);
    let schemas = idp.get("/Schemas").is(200).column("id");
    assert!(schemas.iter().any(|id| id == CYBSAFE), "{schemas:?}");
    nothing_was_left_out(&mut house);
}

#[test]
fn its_schemas_belong_to_its_connections_only() {
    let (house, _idp) = with_profile("cybsafe");
    let schemas = house.idp().get("/Schemas").is(200).column("id");
    assert!(!schemas.iter().any(|id| id == CYBSAFE), "{schemas:?}");
}

#[test]
fn what_is_not_listed_does_not_synchronise_and_does_not_fail() {
    let (house, idp) = with_profile("cybsafe");
    let ada = person(
        "ada@example.net",
        json!({
            "profileUrl": "https://example.net/ada",
            "roles": [{"value": "Administrator"}],
            "emails": [
                {"type": "work", "value": "ada@example.net", "primary": true},
                {"type": "home", "value": "home@example.net"}
            ],
            "addresses": [{"type": "work", "country": "GB", "locality": "London"}]
        }),
    );
    let created = idp.post("/Users", &ada).is(201);
    let found = created.json();
    assert!(found.get("profileUrl").is_none() && found.get("roles").is_none());
    assert_eq!(found["emails"].as_array().unwrap().len(), 1);
    assert!(found["addresses"][0].get("locality").is_none());
    assert_eq!(found["addresses"][0]["country"], "GB");

    let path = format!("/Users/{}", created.id());
    let version = created.at("/meta/version");
    let give = json!([
        {"op": "Add", "path": "roles", "value": [{"value": "Administrator"}]},
        {"op": "Add", "path": "profileUrl", "value": "https://example.net/ada"}
    ]);
    let after = idp.patch(&path, give).is(200);
    assert_eq!(after.at("/meta/version"), version);
    assert!(noticed(&house, "ignored attribute", "roles"));
    assert!(noticed(&house, "unlisted attribute", "profileUrl"));
    assert!(noticed(&house, "unlisted attribute", "emails.home"));
}

#[test]
fn a_bad_time_zone_or_language_is_stored_and_reported() {
    let (house, idp) = with_profile("cybsafe");
    let good = json!({"timezone": "Europe/London", "preferredLanguage": "en-GB"});
    idp.user_with("ada@example.net", good);
    assert_eq!(shown(&house)["noticed"], json!([]));
    let bad = json!({
        "timezone": "GMT Standard Time",
        "preferredLanguage": "English (UK)",
        "addresses": [{"type": "work", "country": "Great Britain"}]
    });
    let id = idp.user_with("bob@example.net", bad.clone());
    idp.get(&format!("/Users/{id}")).is(200).shows(bad);
    assert!(noticed(&house, "not a time zone of IANA", "timezone"));
    assert!(noticed(
        &house,
        "not a language of RFC 5646",
        "preferredLanguage"
    ));
    assert!(noticed(
        &house,
        "not a country of ISO 3166",
        "addresses.country"
    ));
}

#[test]
fn one_token_for_one_application() {
    let (house, idp) = with_profile("cybsafe");
    idp.user("ada@example.net");
    let next = house.idp_of("here");
    next.find("/Users", "userName eq \"ada@example.net\"")
        .counts(1);
    idp.get("/Users").is(401);
}

#[test]
fn somebody_may_be_inactive_from_the_start_and_come_back() {
    let (_house, idp) = with_profile("cybsafe");
    let ada = idp.user_with("ada@example.net", json!({"active": false}));
    let group = idp.group("Staff", &[&ada]);
    let path = format!("/Users/{ada}");
    idp.get(&path).is(200).shows(json!({"active": false}));
    let enable = json!([{"op": "Replace", "path": "active", "value": "True"}]);
    let back = idp.patch(&path, enable).is(200);
    assert_eq!(back.at("/active"), true);
    assert_eq!(back.id(), ada);
    assert_eq!(back.at("/groups/0/value"), group.as_str());
}

#[test]
fn the_name_of_a_group_is_unique() {
    let (_house, idp) = with_profile("cybsafe");
    idp.group("Staff", &[]);
    let again = json!({"displayName": "Staff"});
    idp.post("/Groups", &again).refused(409, "uniqueness");
}

#[test]
fn mandatory_attributes_that_never_arrive_are_reported() {
    let (house, idp) = with_profile("cybsafe");
    assert_eq!(shown(&house)["neverArrived"], json!([]));
    idp.user_with(
        "ada@example.net",
        json!({"active": true, "emails": [{"type": "home", "value": "ada@example.net"}]}),
    );
    let report = |house: &House| -> Vec<(String, String)> {
        let shown = shown(house);
        let absent = shown["neverArrived"].as_array().unwrap().iter();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        absent
            .map(|one| (text(&one["attribute"]), text(&one["need"])))
            .collect()
    };
    let found = report(&house);
    assert_eq!(found.len(), 10, "{found:?}");
    assert_eq!(found[0], ("emails.work".into(), "mandatory".into()));
    assert!(found.contains(&("department".into(), "recommended".into())));
    let told = house.cli(&["connection", "show", "here"]).prints();
    assert!(
        told.contains("emails.work, which is mandatory: map it at the identity provider"),
        "{told}"
    );
    idp.user_with(
        "ben@example.net",
        json!({"emails": [{"type": "work", "value": "ben@example.net"}], ENTERPRISE: {"department": "Audit"}}),
    );
    assert_eq!(report(&house).len(), 8);
}

#[test]
fn when_it_was_last_heard_of_is_shown() {
    let (mut house, idp) = with_profile("cybsafe");
    let heard = |house: &House| {
        let status = house.cli(&["status", "--json"]).stdout;
        let status: Value = serde_json::from_str(&status).unwrap();
        let connections = status["connections"].as_array().unwrap().iter();
        let here = connections.into_iter().find(|one| one["name"] == "here");
        let here = here.unwrap();
        [here["lastRequest"].clone(), here["lastChange"].clone()]
    };
    assert_eq!(heard(&house), [Value::Null, Value::Null]);
    let ada = idp.user("ada@example.net");
    house.restart();
    let [request, change] = heard(&house);
    assert!(
        request.is_string() && change.is_string(),
        "{request} {change}"
    );
    // Looking is a request and no change.
    let idp = house.client(idp.token());
    idp.get(&format!("/Users/{ada}")).is(200);
    house.stop();
    let [later, same] = heard(&house);
    assert!(later.as_str() > request.as_str(), "{later} {request}");
    assert_eq!(same, change);
    let told = house.cli(&["status"]).stdout;
    assert!(
        told.contains("LAST REQUEST") && told.contains("LAST CHANGE"),
        "{told}"
    );
}
