//! The simulator against the real binary: every provider plays twice, and what it leaves is what it sent.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::house::run::Run;
use super::house::server::House;

/// People, so that everything that can happen to one happens to somebody.
const PEOPLE: usize = 26;

/// One simulation over TLS, trusting the server's own certificate.
fn simulate(house: &House, token: &str, provider: &[&str], more: &[&str]) -> Run {
    let size = ["--users", "26", "--groups", "5", "--members", "8"];
    let args = [
        &["simulate"],
        provider,
        &size,
        &["--token-file", "-", "--json"],
        more,
    ]
    .concat();
    Run::with_input(&house.data(), &args, token)
}

fn report(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

/// How often something was done in all parts.
fn done(report: &Value, deed: &str) -> u64 {
    let parts = report["parts"].as_array().unwrap();
    parts.iter().filter_map(|part| part[deed].as_u64()).sum()
}

/// People by `userName`, without what only the server knows.
fn people(lines: &str) -> BTreeMap<String, Value> {
    let people = lines.lines().map(|line| {
        let mut person: Value = serde_json::from_str(line).unwrap();
        let members = person.as_object_mut().unwrap();
        for name in ["id", "meta", "schemas", "groups", "manager"] {
            members.remove(name);
        }
        let enterprise = members.values_mut().filter_map(Value::as_object_mut);
        enterprise.for_each(|extension| drop(extension.remove("manager")));
        // Several values have no order (RFC 7643 §2.4).
        for values in members.values_mut().filter_map(Value::as_array_mut) {
            values.sort_by_key(ToString::to_string);
        }
        (person["userName"].as_str().unwrap().to_owned(), person)
    });
    people.collect()
}

/// Plays, plays again as after a restart of the job, and compares the export with what was sent.
#[track_caller]
fn plays_twice(provider: &[&str]) {
    let house = House::open();
    let token = house.cli(&["token", "new"]).prints();
    let sent = house.data().join("sent.ndjson");
    let sent = sent.to_str().unwrap();
    let first = simulate(&house, &token, provider, &["--people", sent]).exits(0);
    assert_eq!(report(&first)["errors"]["count"], 0);

    simulate(&house, &token, provider, &[]).exits(4);
    let again = report(&simulate(&house, &token, provider, &["--yes"]).exits(0));
    let tests = done(&again, "users_deleted");
    assert_eq!(
        done(&again, "users_created"),
        tests,
        "somebody was created twice: {again:#}"
    );

    let exported = house
        .cli(&["export", "users", "--format", "ndjson"])
        .prints();
    let (shown, sent) = (
        people(&exported),
        people(&std::fs::read_to_string(Path::new(sent)).unwrap()),
    );
    assert_eq!(shown.len(), PEOPLE);
    similar(&shown, &sent);
}

#[track_caller]
fn similar(shown: &BTreeMap<String, Value>, sent: &BTreeMap<String, Value>) {
    for (name, person) in sent {
        let mut shown = shown
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not there"))
            .clone();
        if person.get("externalId").is_none() {
            // One provider sets it to the server's own id.
            shown.as_object_mut().unwrap().remove("externalId");
        }
        assert_eq!(shown, *person);
    }
}

#[test]
fn entra_plays_twice() {
    plays_twice(&["entra"]);
}

#[test]
fn entra_plays_twice_with_the_flag_on() {
    plays_twice(&["entra", "--flag", "on"]);
}

#[test]
fn entra_plays_twice_with_the_flag_off() {
    plays_twice(&["entra", "--flag", "off"]);
}

#[test]
fn onelogin_plays_twice() {
    plays_twice(&["onelogin"]);
}

#[test]
fn okta_plays_twice() {
    plays_twice(&["okta"]);
}

#[test]
fn a_wizard_application_of_okta_plays_twice() {
    plays_twice(&["okta", "--wizard"]);
}

#[test]
fn jumpcloud_plays_twice() {
    plays_twice(&["jumpcloud"]);
}

#[test]
fn google_plays_twice() {
    plays_twice(&["google"]);
}

#[test]
fn ping_plays_twice() {
    plays_twice(&["ping"]);
}

#[test]
fn authentik_plays_twice() {
    plays_twice(&["authentik"]);
}

#[test]
fn keycloak_plays_twice() {
    plays_twice(&["keycloak"]);
}

#[test]
fn rauthy_plays_twice() {
    plays_twice(&["rauthy"]);
}

/// Plays against the connection `product` with this profile, and again; answers both reports.
#[track_caller]
fn against(provider: &str, profile: &str, settings: &[&str], code: i32) -> [Value; 2] {
    let house = House::open();
    house
        .cli(&["connection", "new", "product", "--profile", profile])
        .exits(0);
    for args in settings
        .iter()
        .map(|line| line.split(' ').collect::<Vec<_>>())
    {
        house.cli(&args).exits(0);
    }
    let token = ["token", "new", "--connection", "product"];
    let token = house.cli(&token).prints();
    let reports = [&[][..], &["--yes"]].map(|more| {
        let run = simulate(&house, &token, &[provider], more).exits(code);
        report(&run)
    });
    for report in &reports {
        assert_eq!(report["errors"]["count"], 0, "{report:#}");
    }
    assert_eq!(done(&reports[1], "users_created"), 0, "{:#}", reports[1]);
    reports
}

#[test]
fn whoever_sends_groups_leaves_them_out_where_there_are_none() {
    let terms = "connection accept-terms product --by Grace";
    for provider in ["entra", "okta", "onelogin", "ping", "authentik", "rauthy"] {
        for report in against(provider, "cofense", &[terms], 0) {
            assert_eq!(report["hasGroups"], false);
            assert_eq!(report["groups"], 0);
            assert_eq!(done(&report, "groups_created"), 0);
        }
    }
}

#[test]
fn entra_plays_against_a_product_with_groups() {
    let tenant = "connection set product tenant_id=contoso.example";
    for report in against("entra", "sosafe", &[tenant], 0) {
        assert_eq!(report["hasGroups"], true);
    }
}

#[test]
fn what_a_product_leaves_out_is_no_error_but_is_told() {
    for (profile, left_out, kept) in [
        ("cybsafe", "addresses[type eq \"work\"].locality", "title"),
        ("safe", "displayName", "title"),
    ] {
        for report in against("entra", profile, &[], 5) {
            let told = report["leftOut"].as_object().unwrap();
            assert!(told.contains_key(left_out), "{told:?}");
            assert!(!told.contains_key(kept), "{told:?}");
        }
    }
}

#[test]
fn a_wrong_token_is_told_from_a_wrong_address() {
    let house = House::open();
    let refused = simulate(&house, "appliance_wrong", &["entra"], &[]).exits(1);
    assert!(
        refused.stderr.contains("refuses the token"),
        "{}",
        refused.stderr
    );
    let url = house.url().replace("/scim/v2", "/elsewhere");
    let token = house.cli(&["token", "new"]).prints();
    let lost = simulate(&house, &token, &["entra"], &["--url", &url]).exits(1);
    assert!(
        lost.stderr.contains("does not pass the connection test"),
        "{}",
        lost.stderr
    );
    assert!(!lost.stdout.contains(&token) && !lost.stderr.contains(&token));
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let house = House::open();
    let token = house.cli(&["token", "new"]).prints();
    let elsewhere = tempfile::tempdir().unwrap();
    let url = house.url();
    let args = ["simulate", "entra", "--token-file", "-", "--url", &url];
    let distrusted = Run::with_input(elsewhere.path(), &args, &token).exits(1);
    assert!(distrusted.stderr.contains("--ca"), "{}", distrusted.stderr);
    let certificate = house.data().join("certificate.pem");
    let args = [
        &args[..],
        &[
            "--ca",
            certificate.to_str().unwrap(),
            "--users",
            "1",
            "--groups",
            "0",
            "--yes",
        ],
    ]
    .concat();
    let trusted = Run::with_input(elsewhere.path(), &args, &token);
    assert!(
        trusted.stdout.contains("initial cycle"),
        "{}",
        trusted.stderr
    );
}
