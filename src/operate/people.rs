//! People, one by one: found by a name, made active and inactive.

use super::connections;
use super::failure::Failure;
use super::hand::Hand;
use super::objection::{Candidate, Objection};
use super::operator::Operator;
use super::who;
use crate::store::{Connection, StoreError, Stored, Tx, View};

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
