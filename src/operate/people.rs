//! People: listed, found by a name, made active and inactive.

use super::connections;
use super::failure::Failure;
use super::hand::Hand;
use super::objection::{Candidate, Objection};
use super::operator::Operator;
use super::refusal::Refusal;
use super::who;
use crate::base::Limits;
use crate::scim::Kind;
use crate::scim::filter::{self, Condition};
use crate::scim::schema::Schemas;
use crate::store::{Connection, Page, Search, StoreError, Stored, Tx, View};

/// Somebody who is here, with their connection.
#[derive(Debug, Clone)]
pub struct Person {
    /// Where they belong.
    pub connection: Connection,
    /// What is kept of them.
    pub stored: Stored,
}

/// The one person whom `name` means, in the connection of this name or in all of them.
pub fn one(view: &View<'_>, connection: Option<&str>, name: &str) -> Result<Person, Failure> {
    let chosen = connections::chosen(view, connection)?;
    let mut found: Vec<Person> = who::present(view, &chosen, name)?
        .into_iter()
        .filter_map(|stored| {
            let connection = chosen.iter().find(|one| one.number == stored.connection)?;
            Some(Person {
                connection: connection.clone(),
                stored,
            })
        })
        .collect();
    let name = name.trim().to_owned();
    match (found.pop(), found.is_empty()) {
        (None, _) => Err(Objection::Nobody { name }.into()),
        (Some(person), true) => Ok(person),
        (Some(last), false) => {
            found.push(last);
            let candidates = found.iter().map(candidate).collect::<Result<_, _>>()?;
            Err(Objection::Several { name, candidates }.into())
        }
    }
}

fn candidate(person: &Person) -> Result<Candidate, StoreError> {
    let attributes = person.stored.attributes()?;
    Ok(Candidate {
        connection: person.connection.name.clone(),
        id: person.stored.id,
        name: attributes.text("userName").unwrap_or_default().to_owned(),
    })
}

/// Which people are listed.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The connection; `None` is all of them.
    pub connection: Option<&'a str>,
    /// Only those whom this SCIM filter finds.
    pub filter: Option<&'a str>,
    /// Only those who are not active.
    pub inactive: bool,
    /// So many at most.
    pub limit: u64,
    /// Bounds on the filter.
    pub limits: &'a Limits,
}

/// People, and how many there are in all.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Those who were asked for, in the order of their arrival, connection by connection.
    pub people: Vec<Person>,
    /// How many they would be without a limit.
    pub total: u64,
}

/// The people who are wanted.
pub fn list(view: &View<'_>, wanted: &Wanted<'_>) -> Result<Listed, Failure> {
    let mut library = view.library()?;
    let mut listed = Listed {
        people: Vec::new(),
        total: 0,
    };
    for connection in connections::chosen(view, wanted.connection)? {
        let schemas = connection.schemas(&mut library)?;
        let held = u64::try_from(listed.people.len()).unwrap_or(u64::MAX);
        let found = view.search(&Search {
            connection: connection.number,
            among: &[(Kind::User, condition(wanted, &schemas)?)],
            sort: None,
            page: Page::Index {
                start: 1,
                count: wanted.limit.saturating_sub(held),
            },
        })?;
        listed.total += found.total;
        let people = found.resources.into_iter().map(|stored| Person {
            connection: connection.clone(),
            stored,
        });
        listed.people.extend(people);
    }
    Ok(listed)
}

fn condition(wanted: &Wanted<'_>, schemas: &Schemas) -> Result<Option<Condition>, Refusal> {
    let by_state = wanted.inactive.then_some("active eq false");
    let conditions = [wanted.filter, by_state]
        .into_iter()
        .flatten()
        .map(|text| {
            filter::parse(text, wanted.limits)
                .and_then(|filter| filter::resolve(&filter, schemas, Kind::User))
                .map_err(Refusal::BadFilter)
        })
        .collect::<Result<Vec<Condition>, Refusal>>()?;
    Ok((!conditions.is_empty()).then_some(Condition::All(conditions)))
}

/// Makes somebody active. Answers them as they are now, and whether that is new.
pub fn activate(
    tx: &Tx<'_>,
    connection: Option<&str>,
    name: &str,
    operator: &Operator,
) -> Result<(Person, bool), Failure> {
    set_active(tx, connection, name, true, operator)
}

/// Makes somebody inactive: they are kept with all they have, and their applications know that they
/// may not work. Answers them as they are now, and whether that is new.
pub fn deactivate(
    tx: &Tx<'_>,
    connection: Option<&str>,
    name: &str,
    operator: &Operator,
) -> Result<(Person, bool), Failure> {
    set_active(tx, connection, name, false, operator)
}

fn set_active(
    tx: &Tx<'_>,
    connection: Option<&str>,
    name: &str,
    active: bool,
    operator: &Operator,
) -> Result<(Person, bool), Failure> {
    let mut person = one(tx, connection, name)?;
    let before = person.stored.attributes()?;
    if before.is_active() == active && !person.stored.waiting {
        return Ok((person, false));
    }
    let (action, cause) = if active {
        ("user activate", "activate")
    } else {
        ("user deactivate", "deactivate")
    };
    let subject = format!("{}: {}", person.connection.name, person.stored.id);
    let errand = operator.set_out(tx, action, &subject, cause)?;
    let hand = Hand::new(tx, &person.connection, &errand)?;
    if active && hand.free_seats()? == 0 {
        let connection = person.connection.name;
        return Err(Objection::NoSeat { connection }.into());
    }
    // Whoever is named here has their turn now, or gives it up.
    person.stored = tx.set_waiting(person.stored, false)?;
    if let Some(now) = hand.change(&person.stored, before.with_active(active))? {
        person.stored = now;
    }
    Ok((person, true))
}
