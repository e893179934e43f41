//! The operator's hand on people: what they do is written and recorded like what an identity provider
//! does.

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
