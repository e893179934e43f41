//! `appliance group restore`

use serde_json::json;

use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::group_command::OneGroup;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::operate::{Failure, tombstones};
use crate::scim::Kind;

pub(super) fn run(place: &Place, wanted: &OneGroup) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let operator = data.operator.clone();
    let (name, connection) = (wanted.name.clone(), wanted.which.connection.clone());
    let (restored, members) = data
        .store
        .write(move |tx| {
            let connection = connection.as_deref();
            let restored = tombstones::restore(tx, Kind::Group, connection, &name, &operator)?;
            let members = tx.member_count(restored.stored.number)?;
            Ok::<_, Failure>((restored, members))
        })
        .wait()?;
    let connection = &restored.connection.name;
    let attributes = restored.stored.attributes()?;
    let called = attributes.text("displayName").unwrap_or("?");
    let id = restored.stored.id;
    if wanted.shown.json {
        print::json(&json!({
            "id": id.to_string(),
            "connection": connection,
            "displayName": called,
            "members": members,
            "changed": restored.is_new,
        }))?;
        return Ok(Exit::Done);
    }
    print::line(&if restored.is_new {
        let plural = if members == 1 { "" } else { "s" };
        format!(
            "{called} of connection {connection} is back as {id}, with {members} member{plural}"
        )
    } else {
        format!("{called} of connection {connection} is not gone ({id})")
    })?;
    Ok(Exit::Done)
}
