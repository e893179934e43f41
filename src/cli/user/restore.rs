//! `appliance user restore`

use serde_json::Value;

use super::person;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::cli::user_command::Somebody;
use crate::operate::{Failure, tombstones};
use crate::scim::Kind;

pub(super) fn run(place: &Place, wanted: &Somebody) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let (who, connection) = (wanted.who.clone(), wanted.which.connection.clone());
    let (restored, groups) = data
        .store
        .write(move |tx| {
            let connection = connection.as_deref();
            let restored = tombstones::restore(tx, Kind::User, connection, &who, &operator)?;
            let groups = tx.groups_of(&[restored.stored.number])?;
            let direct = groups.into_values().flatten().filter(|group| group.direct);
            Ok::<_, Failure>((restored, direct.count()))
        })
        .wait()?;
    let connection = &restored.connection.name;
    if wanted.shown.json {
        let mut json = person::in_json(&restored.stored, connection);
        if let Value::Object(json) = &mut json {
            json.insert("changed".into(), restored.is_new.into());
            json.insert("groups".into(), groups.into());
        }
        print::json(&json)?;
        return Ok(Exit::Done);
    }
    let who = person::called(&restored.stored);
    let id = restored.stored.id;
    print::line(&if restored.is_new {
        let plural = if groups == 1 { "" } else { "s" };
        format!("{who} of connection {connection} is back as {id}, in {groups} group{plural}")
    } else {
        format!("{who} of connection {connection} is not gone ({id})")
    })?;
    Ok(Exit::Done)
}
