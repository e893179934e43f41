//! `appliance user activate` and `appliance user deactivate`

use serde_json::Value;

use super::person;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::cli::user_command::Somebody;
use crate::operate::people;

pub(super) fn activate(place: &Place, wanted: &Somebody) -> Result<Exit, Problem> {
    set(place, wanted, true)
}

pub(super) fn deactivate(place: &Place, wanted: &Somebody) -> Result<Exit, Problem> {
    set(place, wanted, false)
}

fn set(place: &Place, wanted: &Somebody, active: bool) -> Result<Exit, Problem> {
    let data = Data::to_change(place)?;
    let operator = data.operator.clone();
    let (who, connection) = (wanted.who.clone(), wanted.which.connection.clone());
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
    if wanted.shown.json {
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
