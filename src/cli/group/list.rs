//! `appliance group list`

use serde_json::{Map, Value, json};

use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::operate::groups::{self, Group};
use crate::operate::{Failure, connections};

pub(super) fn run(place: &Place, connection: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let groups = data.store.read(|view| {
        let chosen = connections::chosen(view, connection)?;
        Ok::<_, Failure>(groups::list(view, &chosen)?)
    })?;
    if as_json {
        print::json(
            &groups
                .iter()
                .map(|group| Value::Object(in_json(group)))
                .collect(),
        )?;
    } else {
        let rows = groups.iter().map(|group| {
            vec![
                group.connection.clone(),
                group.folder.clone().unwrap_or_default(),
                group.name.clone(),
                group.members.to_string(),
                group.id.to_string(),
                group.external_id.clone().unwrap_or_default(),
            ]
        });
        let header = [
            "CONNECTION",
            "FOLDER",
            "NAME",
            "MEMBERS",
            "ID",
            "EXTERNAL ID",
        ];
        print::table(&header, rows.collect(), "no groups")?;
    }
    Ok(Exit::Done)
}

/// A group in JSON, without those in it.
pub(super) fn in_json(group: &Group) -> Map<String, Value> {
    let json = json!({
        "connection": group.connection,
        "id": group.id.to_string(),
        "displayName": group.name,
        "externalId": group.external_id,
        "folder": group.folder,
        "members": group.members,
        "created": group.created.to_string(),
        "lastModified": group.modified.to_string(),
    });
    match json {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
