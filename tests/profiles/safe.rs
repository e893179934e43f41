//! Users only, matched by a work e-mail address that everybody has.

use serde_json::{Value, json};

use super::entra::Entra;
use super::entrance::{
    ENTERPRISE, has_no_groups, nothing_was_left_out, noticed, person, set, shown, with_profile,
};
use super::house::server::House;

const WORK: &str = r#"emails[type eq "work"].value"#;
const POSTAL_CODE: &str =
    "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:postalCode";

fn mail(address: &str) -> Value {
    json!({"emails": [{"type": "work", "value": address, "primary": true}]})
}

/// All but `active`, and a field of the operator's own, which must exist before.
const ROWS: [(&str, &str); 6] = [
    ("userName", "ada@example.org"),
    (WORK, "ada@example.net"),
    (r#"addresses[type eq "work"].country"#, "GB"),
    ("title", "Countess"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "Engines",
    ),
    (POSTAL_CODE, "SW1Y"),
];

#[test]
fn the_published_mapping_is_provisioned() {
    let (mut house, idp) = with_profile("safe");
    house
        .cli(&["schema", "add", &format!("{POSTAL_CODE}:any")])
        .exits(0);
    let entra = Entra {
        idp: &idp,
        rows: &ROWS,
        matching: WORK,
    };
    let mut person = entra.body();
    // The mapping of `active` is a Switch that answers texts.
    person["active"] = json!("False");
    let id = idp.post("/Users", &person).is(201).id();
    assert_eq!(entra.user(&id)["active"], false);
    idp.delete(&format!("/Users/{id}")).is(204);
    let id = entra.provisions();
    entra.disables_and_enables(&id);
    entra.deletes(&id);
    nothing_was_left_out(&mut house);
}

#[test]
fn what_is_not_in_the_mapping_is_left_out_but_for_roles_and_fields_of_the_operators_own() {
    let (house, idp) = with_profile("safe");
    house
        .cli(&["schema", "add", &format!("{POSTAL_CODE}:any")])
        .exits(0);
    let (extension, _) = POSTAL_CODE.rsplit_once(':').unwrap();
    let mut body = person("ada@example.net", mail("ada@example.net"));
    for (name, value) in [
        ("nickName", json!("A")),
        ("roles", json!([{"value": "Editor"}])),
        (
            ENTERPRISE,
            json!({"department": "Engines", "costCenter": "G"}),
        ),
        (extension, json!({"postalCode": 4711})),
    ] {
        body[name] = value;
    }
    let created = idp.post("/Users", &body).is(201).json();
    assert!(created.get("nickName").is_none());
    assert_eq!(created[ENTERPRISE], json!({"department": "Engines"}));
    assert_eq!(created["roles"][0]["value"], "Editor");
    assert_eq!(created[extension], json!({"postalCode": 4711}));
    for subject in ["nickName", &format!("{ENTERPRISE}:costCenter")] {
        assert!(noticed(&house, "unlisted attribute", subject), "{subject}");
    }
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

/// For how many hours the newest token is good.
fn newest_is_good_for(house: &House) -> i64 {
    let listed = house.cli(&["token", "list", "--connection", "here", "--json"]);
    let listed: Value = serde_json::from_str(&listed.prints()).unwrap();
    let newest = listed.as_array().unwrap().last().unwrap();
    let [created, expires] = ["created", "expires"].map(|name| {
        let text = newest[name].as_str().unwrap();
        text.parse::<jiff::Timestamp>().unwrap()
    });
    expires.duration_since(created).as_hours()
}

#[test]
fn a_token_is_good_for_days_and_never_for_ever() {
    let (house, _idp) = with_profile("safe");
    assert_eq!(newest_is_good_for(&house), 90 * 24);
    let new = ["token", "new", "--connection", "here"];
    for long in ["never", "366d"] {
        let refused = house
            .cli(&[&new[..], &["--expiry", long]].concat())
            .exits(4);
        assert!(
            refused.stderr.contains("365d at most"),
            "{}",
            refused.stderr
        );
    }
    house
        .cli(&[&new[..], &["--expiry", "365d"]].concat())
        .exits(0);
    assert_eq!(newest_is_good_for(&house), 365 * 24);
    set(&house, &["token_expiry=7d"]);
    house.cli(&new).exits(0);
    assert_eq!(newest_is_good_for(&house), 7 * 24);

    set(&house, &["token_longest=1d"]);
    let listed = house.cli(&["token", "list", "--connection", "here", "--json"]);
    let listed: Value = serde_json::from_str(&listed.prints()).unwrap();
    let number = listed.as_array().unwrap().last().unwrap()["id"].to_string();
    house.cli(&["token", "rotate", &number]).exits(0);
    assert_eq!(newest_is_good_for(&house), 24);
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

#[test]
fn the_secret_is_shown_once_and_the_endpoint_whenever_it_is_asked_for() {
    let (house, idp) = with_profile("safe");
    for command in [
        &["token", "list", "--connection", "here"][..],
        &["token", "list", "--json"],
        &["connection", "show", "here", "--json"],
        &["connection", "show", "here", "--setup", "entra"],
        &["status"],
        &["log"],
    ] {
        let told = house.cli(command);
        assert!(!told.stdout.contains(idp.token()), "{command:?}");
        assert!(!told.stderr.contains(idp.token()), "{command:?}");
    }
    let told = house.cli(&["connection", "show", "here", "--setup", "entra"]);
    assert!(told.stdout.contains(&house.url()), "{}", told.stdout);
}

#[test]
fn overload_is_told_apart_from_a_wrong_token() {
    let (house, idp) = with_profile("safe");
    set(&house, &["rate_limit=1/s", "rate_burst=2"]);
    let mut replies = (0..100).map(|_| idp.get("/Users"));
    let late = replies.find(|reply| reply.status != 200).unwrap();
    let late = late.refused(429, "");
    let after: u32 = late.header("retry-after").unwrap().parse().unwrap();
    assert!(after > 0);
    assert_eq!(late.header("www-authenticate"), None);
    house.client("appliance_wrong").get("/Users").is(401);
}
