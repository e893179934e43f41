//! `appliance user list`

use serde_json::Value;

use super::person;
use crate::cli::data::Data;
use crate::cli::deleted;
use crate::cli::exit::Exit;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::cli::user_command::UserList;
use crate::operate::people::{self, Person, Wanted};
use crate::scim::Kind;

pub(super) fn run(place: &Place, asked: &UserList) -> Result<Exit, Problem> {
    let connection = asked.which.connection.as_deref();
    if asked.apart.deleted {
        return deleted::list(place, Kind::User, connection, asked.limit, asked.shown.json);
    }
    let data = Data::present(place)?;
    let wanted = Wanted {
        connection,
        filter: asked.filter.as_deref(),
        inactive: asked.inactive,
        limit: asked.limit,
        limits: &data.settings.limits,
    };
    let listed = data.store.read(|view| people::list(view, &wanted))?;
    if asked.shown.json {
        let people = listed.people.iter();
        let shown = people.map(|one| person::in_json(&one.stored, &one.connection.name));
        print::json(&shown.collect::<Value>())?;
    } else {
        let header = ["CONNECTION", "USERNAME", "NAME", "STATE", "ID", "CHANGED"];
        let rows = listed.people.iter().map(row).collect();
        print::table(&header, rows, "nobody")?;
    }
    let shown = u64::try_from(listed.people.len()).unwrap_or(u64::MAX);
    if shown < listed.total {
        print::note(&format!(
            "the first {shown} of {}; `--limit` shows more, `appliance export users` all",
            listed.total
        ));
    }
    Ok(Exit::Done)
}

fn row(person: &Person) -> Vec<String> {
    let document = person::document(&person.stored);
    let text = |name: &str| {
        let value = document.get(name).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    vec![
        person.connection.name.clone(),
        text("userName"),
        text("displayName"),
        person::state(&document).to_owned(),
        person.stored.id.to_string(),
        person.stored.meta.modified.to_string(),
    ]
}
