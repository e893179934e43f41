//! `appliance user activate` and `appliance user deactivate`

use serde_json::Value;

use super::person;
use super::waiting;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::options::{AnyConnection, Place, Shown};
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::cli::user_command::{Activation, Somebody};
use crate::operate::people;

pub(super) fn activate(place: &Place, wanted: &Activation) -> Result<Exit, Problem> {
    match &wanted.who {
        Some(who) => set(place, who, &wanted.which, &wanted.shown, true),
        None => waiting::activate(place, &wanted.which, &wanted.shown),
    }
}

pub(super) fn deactivate(place: &Place, wanted: &Somebody) -> Result<Exit, Problem> {
    set(place, &wanted.who, &wanted.which, &wanted.shown, false)
}

fn set(
    place: &Place,
    who: &str,
    which: &AnyConnection,
    shown: &Shown,
    active: bool,
) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let (who, connection) = (who.to_owned(), which.connection.clone());
    let verb = if active {
        people::activate
    } else {
        people::deactivate
    };
    let (person, is_new) = data
        .store
        .write(move |tx| verb(tx, connection.as_deref(), &who, &operator))
        .wait()?;
    let connection = &person.connection.name;
    if shown.json {
        let mut json = person::in_json(&person.stored, connection);
        if let Value::Object(json) = &mut json {
            json.insert("changed".into(), is_new.into());
        }
        print::json(&json)?;
    } else {
        let state = if active { "active" } else { "inactive" };
        let already = if is_new { "now" } else { "already" };
        print::line(&format!(
            "{} of connection {connection} is {already} {state}",
            person::called(&person.stored)
        ))?;
    }
    Ok(Exit::Done)
}
