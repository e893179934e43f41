//! `appliance user list --deleted` and `appliance group list --deleted`

use serde_json::{Value, json};

use super::data::Data;
use super::exit::Exit;
use super::options::Place;
use super::print;
use super::problem::Problem;
use crate::operate::{Failure, tombstones};
use crate::scim::Kind;

/// Lists who can be brought back, the last to go first.
pub(super) fn list(
    place: &Place,
    kind: Kind,
    connection: Option<&str>,
    limit: u64,
    as_json: bool,
) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    // One more than is shown, to know whether there are more.
    let more = limit.saturating_add(1);
    let mut gone = data.store.read(|view| {
        let gone = tombstones::list(view, kind, connection, more)?;
        gone.into_iter()
            .map(|(connection, tombstone)| {
                let until = tombstones::until(view, &connection, &tombstone)?;
                let attributes = tombstone.attributes()?;
                Ok((connection, tombstone, attributes, until))
            })
            .collect::<Result<Vec<_>, Failure>>()
    })?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_cut = gone.len() > most;
    gone.truncate(most);
    let name = match kind {
        Kind::User => "userName",
        Kind::Group => "displayName",
    };
    if as_json {
        let shown = gone
            .iter()
            .map(|(connection, tombstone, attributes, until)| {
                json!({
                    "id": tombstone.id.to_string(),
                    "connection": connection.name,
                    name: attributes.text(name),
                    "state": "deleted",
                    "deleted": tombstone.deleted.to_string(),
                    "restorableUntil": until.map(|until| until.to_string()),
                })
            });
        print::json(&shown.collect::<Value>())?;
    } else {
        let rows = gone
            .iter()
            .map(|(connection, tombstone, attributes, until)| {
                vec![
                    connection.name.clone(),
                    attributes.text(name).unwrap_or_default().to_owned(),
                    tombstone.id.to_string(),
                    tombstone.deleted.to_string(),
                    until.map_or_else(String::new, |until| until.to_string()),
                ]
            });
        let header = ["CONNECTION", "NAME", "ID", "DELETED", "RESTORABLE UNTIL"];
        print::table(&header, rows.collect(), "nobody can be brought back")?;
    }
    if is_cut {
        print::note(&format!("the last {limit}; there are more"));
    }
    Ok(Exit::Done)
}
