//! The operator's hand on people: what they do is written and recorded like what an identity provider
//! does.

use appliance::base::{Timestamp, duration};
use serde_json::{Value, json};

use crate::house::server::House;

fn user(house: &House, args: &[&str]) -> Value {
    let printed = house.cli(&[&["user"], args, &["--json"]].concat()).prints();
    serde_json::from_str(&printed).unwrap()
}

#[test]
fn the_operator_makes_somebody_inactive_and_active_again() {
    let house = House::open();
    let idp = house.idp();
    let mira = idp.user_with("mira@example.net", json!({"displayName": "Mira Holt"}));
    let staff = idp.group("Staff", &[&mira]);
    let path = format!("/Users/{mira}");

    let said = house
        .cli(&["user", "deactivate", "MIRA@example.net"])
        .prints();
    assert_eq!(
        said,
        "Mira Holt (mira@example.net) of connection default is now inactive"
    );
    let gone = idp.get(&path).is(200);
    assert_eq!(gone.at("/active"), json!(false));
    assert_eq!(gone.at("/meta/version"), json!("W/\"2\""));
    idp.find("/Users", "active eq false").counts(1);

    let again = user(&house, &["deactivate", &mira]);
    assert_eq!(again["changed"], false);
    let back = user(&house, &["activate", &mira]);
    assert_eq!(
        (&back["changed"], &back["active"], &back["id"]),
        (&json!(true), &json!(true), &json!(mira))
    );
    let back = idp.get(&path).is(200);
    assert_eq!(back.at("/active"), json!(true));
    assert_eq!(back.at("/groups/0/value"), json!(staff));

    let told = house.cli(&["user", "history", &mira]).prints();
    for part in [
        "the operator asked to deactivate user",
        "active: false",
        "the operator asked to activate user",
        "active: false → true",
        "[request operator-",
    ] {
        assert!(told.contains(part), "no `{part}` in:\n{told}");
    }
}

#[test]
fn a_name_that_means_several_people_is_refused_with_all_of_them() {
    let house = House::open();
    let here = house.idp();
    let there = house.connection("okta", &[]);
    let [first, second] = [&here, &there].map(|idp| idp.user("ada@example.net"));
    let refused = house
        .cli(&["user", "deactivate", "ada@example.net"])
        .exits(4);
    for part in [
        &format!("of connection `default` ({first})"),
        &format!("of connection `okta` ({second})"),
        "hint: say the id",
    ] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    assert_eq!(
        here.get(&format!("/Users/{first}"))
            .is(200)
            .at("/meta/version"),
        json!("W/\"1\"")
    );
    house
        .cli(&[
            "user",
            "deactivate",
            "ada@example.net",
            "--connection",
            "okta",
        ])
        .exits(0);
    there.find("/Users", "active eq false").counts(1);
    here.find("/Users", "active eq false").counts(0);
}

#[test]
fn nobody_is_exit_code_3_and_nothing_begins() {
    let house = House::open();
    for name in [
        "nobody@example.net",
        "",
        "\"",
        "019abc00-0000-7000-8000-000000000001",
    ] {
        let refused = house.cli(&["user", "activate", name]).exits(3);
        assert!(
            refused.stderr.contains("nobody is called"),
            "{}",
            refused.stderr
        );
    }
    house
        .cli(&["user", "activate", "x", "--connection", "nowhere"])
        .exits(3);
}

#[test]
fn people_are_listed_by_filter_and_state() {
    let house = House::open();
    let idp = house.idp();
    let there = house.connection("okta", &[]);
    for name in ["ada", "bob", "eve"] {
        idp.user_with(name, json!({"displayName": name.to_uppercase()}));
    }
    there.user_with("kim", json!({"active": false}));
    house.cli(&["user", "deactivate", "bob"]).exits(0);
    let gone = idp.user("sue");
    idp.delete(&format!("/Users/{gone}")).is(204);

    let names = |args: &[&str]| -> Vec<String> {
        let listed = user(&house, &[&["list"], args].concat());
        let people = listed.as_array().unwrap().iter();
        people
            .map(|one| one["userName"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&[]), ["ada", "bob", "eve", "kim"]);
    assert_eq!(names(&["--inactive"]), ["bob", "kim"]);
    assert_eq!(names(&["--connection", "okta"]), ["kim"]);
    let filter = ["--filter", "userName sw \"b\" or userName eq \"ada\""];
    assert_eq!(names(&filter), ["ada", "bob"]);
    assert_eq!(names(&[&filter[..], &["--inactive"]].concat()), ["bob"]);
    assert_eq!(names(&["--deleted"]), ["sue"]);

    let table = house.cli(&["user", "list", "--limit", "2"]).exits(0);
    assert!(table.stdout.starts_with("CONNECTION"), "{}", table.stdout);
    assert_eq!(table.stdout.lines().count(), 3, "{}", table.stdout);
    assert!(
        table.stderr.contains("the first 2 of 4"),
        "{}",
        table.stderr
    );
    house
        .cli(&["user", "list", "--filter", "userName like \"a\""])
        .exits(2);
    house.cli(&["user", "list", "--limit", "0"]).exits(2);
    let nobody = house.cli(&["user", "list", "--filter", "userName eq \"x\""]);
    assert_eq!(nobody.exits(0).stdout, "");
}

#[test]
fn one_person_is_shown_on_a_page_even_when_they_are_gone() {
    let house = House::open();
    let idp = house.idp();
    let mira = idp.user_with(
        "mira@example.net",
        json!({"displayName": "Mira\u{1b}[2J", "emails": [{"type": "work", "value": "m@example.net"}]}),
    );
    let staff = idp.group("Staff", &[&mira]);
    let all = idp.group("All", &[&staff]);
    let shown = house.cli(&["user", "show", "M@example.net"]).prints();
    for part in [
        mira.as_str(),
        "active",
        "emails[type eq \"work\"].value",
        &format!("Staff ({staff})"),
        &format!("All ({all}, through another)"),
        "create by token (token 1)",
    ] {
        assert!(shown.contains(part), "no `{part}` in:\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'), "{shown}");
    let json = user(&house, &["show", &mira]);
    assert_eq!(json["state"], "active");
    assert_eq!(json["attributes"]["emails"][0]["value"], "m@example.net");
    assert_eq!(json["groups"].as_array().unwrap().len(), 2);
    assert_eq!(json["changes"][0]["cause"], "create");

    idp.delete(&format!("/Users/{mira}")).is(204);
    let json = user(&house, &["show", "mira@example.net"]);
    assert_eq!(json["state"], "deleted");
    assert_eq!(json["changes"][0]["cause"], "delete");
    let [from, until] = ["deleted", "restorableUntil"]
        .map(|name| json[name].as_str().unwrap().parse::<Timestamp>().unwrap());
    assert_eq!(until.since(from), duration("30d").unwrap());
    house.cli(&["user", "show", "nobody"]).exits(3);
}
