//! What happens to people between the days, so that every kind of update an identity provider sends occurs.

use serde_json::{Value, json};

use super::details::{call, join, move_to, sign_in};
use super::names;
use super::path::Path;
use super::population::Day;
use super::profile::Profile;
use super::random::Random;

/// How many different stories there are; most are that nothing happens.
pub(super) const STORIES: usize = 24;

/// Lets a person live until `day`. The place in the list decides what happens, so that a small directory has
/// every story too.
pub(super) fn live(profile: &mut Profile, manager: &mut Option<usize>, index: usize, day: Day) {
    let (second, last) = (day >= Day::Second, day >= Day::Last);
    match index % STORIES {
        1 if second => promote(profile, index),
        2 if second => marry(profile, index),
        3 => profile.set(Path::plain("active"), day != Day::Second),
        4 => change_phones(profile, day),
        5 => open_office(profile, index, day),
        // Another manager, and in the end none.
        6 if second => *manager = (!last).then_some(index / 2),
        7 if last => gain_doctorate(profile),
        8 if second => profile.clear(&Path::plain("title")),
        9 => give_roles(profile, day),
        10 if last => profile.set(Path::plain("active"), false),
        11 => profile.set(Path::plain("active"), last),
        12 if second => move_to(profile, &mut Random::of(&[index as u64])),
        13 if last => *manager = Some(index / 2),
        14 if last => marry(profile, index),
        15 => add_mail(profile, day),
        _ => {}
    }
}

/// A new title in a new department.
fn promote(person: &mut Profile, index: usize) {
    let title = format!("Deputy {}", person.text("title"));
    person.set(Path::plain("title"), title);
    join(person, index);
}

/// A new family name, hence a new sign-in name and address.
fn marry(person: &mut Profile, index: usize) {
    let given = person
        .value(&Path::sub("name", "givenName"))
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let family = Random::of(&[index as u64]).pick(&names::FAMILY);
    let family = format!("{family}-Lund");
    call(person, &given, &family);
    sign_in(person, &given, &family, index, "example.net");
}

/// No mobile at first, then one, then another.
fn change_phones(person: &mut Profile, day: Day) {
    let mobile = Path::typed("phoneNumbers", "mobile", "value");
    match day {
        Day::First => person.clear(&mobile),
        Day::Second => person.set(mobile, "+46 70 555 01 02"),
        Day::Last => person.set(mobile, "+46 70 555 01 03"),
    }
}

/// No address at first, then a whole one in several operations that must meet on one new element.
fn open_office(person: &mut Profile, index: usize, day: Day) {
    if day >= Day::Second {
        return move_to(person, &mut Random::of(&[index as u64]));
    }
    for sub in [
        "formatted",
        "streetAddress",
        "postalCode",
        "locality",
        "region",
        "country",
    ] {
        person.clear(&Path::typed("addresses", "work", sub));
    }
}

/// Attributes that were absent, in several places at once.
fn gain_doctorate(person: &mut Profile) {
    let whole = format!("Dr {}", person.text("displayName"));
    person.set(Path::sub("name", "honorificPrefix"), "Dr");
    person.set(Path::plain("displayName"), whole);
    person.set(Path::plain("nickName"), "Doc");
}

/// A role assigned from the start or later, in both forms that Entra's expressions produce.
fn give_roles(person: &mut Profile, day: Day) {
    let role = |name: &str| {
        let text = json!({"id": "18d14569-c3bd-439b-9a66-3a2aee01d14f", "value": name, "displayName": name});
        Value::String(text.to_string())
    };
    let path = Path::typed("roles", "WindowsAzureActiveDirectoryRole", "value");
    let [first, second, ..] = names::ROLES;
    match day {
        Day::First => {}
        Day::Second => person.set(path, role(first)),
        Day::Last => person.set(path, role(second)),
    }
}

/// A second mail address, of another type.
fn add_mail(person: &mut Profile, day: Day) {
    let path = Path::typed("emails", "other", "value");
    let mail = format!("{}@example.org", person.text("externalId"));
    if day == Day::Second {
        person.set(path, mail);
    } else if day == Day::Last {
        person.set(path, format!("x{mail}"));
    }
}
