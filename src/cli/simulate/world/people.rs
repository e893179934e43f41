//! The people of the simulated directory.

use super::details::{call, join, move_to, sign_in};
use super::names;
use super::path::Path;
use super::population::{Day, Population, Stream};
use super::profile::Profile;
use super::random::Random;
use super::story;

/// How many people report to one manager.
const SPAN: usize = 8;

/// One person on one day.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::cli::simulate) struct Person {
    /// Everything but the manager, whose id only the server knows.
    pub(in crate::cli::simulate) profile: Profile,
    /// The manager's place in the list of people.
    pub(in crate::cli::simulate) manager: Option<usize>,
}

impl Population {
    /// The person in this place on this day; `None` once somebody has left.
    pub(in crate::cli::simulate) fn person(&self, index: usize, day: Day) -> Option<Person> {
        if !self.is_leaver(index) {
            let mut person = Person {
                profile: newcomer(
                    &mut self.stream(Stream::Person, index),
                    index,
                    "example.net",
                ),
                manager: index.checked_sub(1).map(|before| before / SPAN),
            };
            story::live(&mut person.profile, &mut person.manager, index, day);
            return Some(person);
        }
        let index = index - self.users;
        let mut person = Person {
            profile: newcomer(
                &mut self.stream(Stream::Leaver, index),
                index,
                "example.org",
            ),
            manager: None,
        };
        match day {
            Day::First => Some(person),
            Day::Second => {
                person.profile.set(Path::plain("active"), false);
                Some(person)
            }
            Day::Last => None,
        }
    }
}

/// A person before anything happened to them.
fn newcomer(random: &mut Random, index: usize, domain: &str) -> Profile {
    let mut person = Profile::default();
    let (given, family) = (random.pick(&names::GIVEN), random.pick(&names::FAMILY));
    person.set(Path::plain("externalId"), random.guid());
    person.set(Path::plain("active"), true);
    person.set(Path::sub("name", "givenName"), given);
    call(&mut person, given, family);
    sign_in(&mut person, given, family, index, domain);
    person.set(Path::plain("title"), random.pick(&names::TITLES));
    person.set(Path::plain("userType"), random.pick(&names::KINDS));
    person.set(Path::typed("emails", "work", "primary"), true);
    let extension = 1000 + random.below(9000);
    person.set(
        Path::typed("phoneNumbers", "work", "value"),
        format!("+31 20 555 {extension}"),
    );
    person.set(
        Path::typed("phoneNumbers", "mobile", "value"),
        format!("+31 6 {:08}", random.below(100_000_000)),
    );
    move_to(&mut person, random);
    let department = random.below(names::DEPARTMENTS.len());
    join(&mut person, department);
    person.set(
        Path::enterprise("employeeNumber"),
        format!("{}", 40_000 + index),
    );
    person.set(
        Path::enterprise("costCenter"),
        format!("CC-{}", 100 + random.below(50)),
    );
    person.set(
        Path::enterprise("organization"),
        random.pick(&names::ORGANIZATIONS),
    );
    person
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const TOWN: Population = Population {
        seed: 1,
        users: 400,
        leavers: 5,
        groups: 0,
        members: 0,
    };

    #[test]
    fn people_are_the_same_in_every_run() {
        for index in [0, 7, 399, 402] {
            assert_eq!(
                TOWN.person(index, Day::First),
                TOWN.person(index, Day::First)
            );
        }
        let elsewhere = Population { seed: 2, ..TOWN };
        assert_ne!(TOWN.person(3, Day::First), elsewhere.person(3, Day::First));
    }

    #[test]
    fn a_larger_directory_begins_with_the_same_people() {
        let larger = Population {
            users: 4_000,
            ..TOWN
        };
        assert_eq!(TOWN.person(399, Day::Last), larger.person(399, Day::Last));
        assert_eq!(
            TOWN.person(404, Day::First),
            larger.person(4_004, Day::First)
        );
    }

    #[test]
    fn nobody_shares_a_name_or_an_identifier() {
        for day in [Day::First, Day::Second, Day::Last] {
            let mut seen = HashSet::new();
            for index in 0..TOWN.everybody() {
                let Some(person) = TOWN.person(index, day) else {
                    continue;
                };
                assert!(seen.insert(person.profile.text("userName").to_lowercase()));
                assert!(seen.insert(person.profile.text("externalId").to_owned()));
                assert!(person.manager.is_none_or(|manager| manager < index));
            }
        }
    }

    #[test]
    fn leavers_are_disabled_and_then_gone() {
        let active = |day| {
            TOWN.person(401, day)
                .unwrap()
                .profile
                .value(&Path::plain("active"))
                .cloned()
        };
        assert_eq!(active(Day::First), Some(true.into()));
        assert_eq!(active(Day::Second), Some(false.into()));
        assert_eq!(TOWN.person(401, Day::Last), None);
    }
}
