use crate::run::House;

#[test]
fn default_is_there_from_the_start() {
    let house = House::new();
    house.run("token new").exits(0);
    let listed = house.run("connection list --json").exits(0).json();
    assert_eq!(listed[0]["name"], "default");
    assert_eq!(listed[0]["state"], "open");
    assert_eq!(listed[0]["activeTokens"], 1);
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn a_connection_is_opened_shown_paused_and_resumed() {
    let house = House::new();
    let said = house.run("connection new okta").exits(0);
    said.complains("token new --connection okta");
    let table = house.run("connection list").exits(0).stdout;
    assert!(table.starts_with("NAME"), "{table}");
    assert!(table.contains("okta"), "{table}");

    house.run("connection pause okta").exits(0).mentions("503");
    house
        .run("connection pause okta")
        .exits(0)
        .mentions("already");
    let shown = house.run("connection show okta --json").exits(0).json();
    assert_eq!(shown["state"], "paused");
    house.run("connection resume okta").exits(0);
    let shown = house.run("connection show okta").exits(0).stdout;
    assert!(
        shown.contains("open") && shown.contains("tolerant (default)"),
        "{shown}"
    );
}

#[test]
fn a_name_is_taken_in_any_letter_case() {
    let house = House::new();
    house.run("connection new okta").exits(0);
    house
        .run("connection new OKTA")
        .exits(4)
        .complains("error: a connection called `okta` exists already");
}

#[test]
fn a_bad_name_or_profile_is_refused() {
    let house = House::new();
    for name in ["a/b", "ä", "", ".hidden", &"x".repeat(65)] {
        house
            .run("connection new")
            .args([name])
            .exits(2)
            .complains("hint: a name has 1 to 64 letters");
    }
    house
        .run("connection new okta --profile okta")
        .exits(2)
        .complains("error: no profile is called `okta`")
        .mentions("generic");
}

#[test]
fn settings_are_changed_together_or_not_at_all() {
    let house = House::new();
    house.run("token new").exits(0);
    house
        .run("connection set default dialect=strict unknown=maybe")
        .exits(2)
        .complains("error: `unknown=maybe`: expected `drop` or `refuse`");
    let shown = |house: &House| house.run("connection show default --json").exits(0).json();
    assert_eq!(shown(&house)["settings"]["dialect"], "tolerant");
    house
        .run("connection set default dialect=strict unknown=refuse")
        .exits(0);
    assert_eq!(shown(&house)["settings"]["dialect"], "strict");
    assert_eq!(shown(&house)["settings"]["unknown"], "refuse");
    assert_eq!(shown(&house)["settings"]["rate_limit"], "off");
    house.run("connection set default dialect=").exits(0);
    assert_eq!(shown(&house)["settings"]["dialect"], "tolerant");
    assert_eq!(shown(&house)["settings"]["unknown"], "refuse");
}

#[test]
fn a_setting_that_was_mistyped_is_met_with_the_one_that_was_meant() {
    let house = House::new();
    house.run("token new").exits(0);
    house
        .run("connection set default dialct=strict")
        .exits(2)
        .complains("error: no setting is called `dialct`")
        .mentions("hint: did you mean `dialect`?");
    house
        .run("connection set default strict")
        .exits(2)
        .complains("is not of the form key=value");
    house.run("connection set default").exits(2);
    house
        .run("connection set defalt dialect=strict")
        .exits(3)
        .complains("did you mean `default`?");
}

#[test]
fn reading_makes_no_data_directory() {
    let house = House::new();
    for words in [
        "connection list",
        "token list",
        "export users",
        "connection pause default",
    ] {
        house
            .run(words)
            .exits(3)
            .complains("error: there is no data in");
    }
    assert!(!house.data().exists());
}
