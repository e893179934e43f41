//! `appliance user list --duplicates`

use serde_json::{Value, json};

use super::person;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::options::{AnyConnection, Place, Shown};
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::operate::duplicates::{Duplicate, duplicates};

pub(super) fn list(place: &Place, which: &AnyConnection, shown: &Shown) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let name = which.connection.as_deref();
    let found = data.store.read(|view| duplicates(view, name))?;
    if shown.json {
        print::json(&found.iter().map(in_json).collect())?;
    } else {
        let rows = found.iter().flat_map(rows).collect();
        let header = ["CONNECTION", "SAME", "VALUE", "ID", "USERNAME", "ACTIVE"];
        print::table(&header, rows, "nobody is there twice")?;
    }
    Ok(Exit::Done)
}

fn in_json(duplicate: &Duplicate) -> Value {
    let Duplicate {
        connection,
        place,
        value,
        people,
        total,
    } = duplicate;
    let people = people.iter();
    json!({
        "connection": connection.name,
        "place": place,
        "value": value,
        "total": total,
        "people": people
            .map(|stored| person::in_json(stored, &connection.name))
            .collect::<Value>(),
    })
}

fn rows(duplicate: &Duplicate) -> Vec<Vec<String>> {
    let people = duplicate.people.iter();
    people
        .map(|stored| {
            let document = person::document(stored);
            let text = |name: &str| document.get(name).and_then(Value::as_str);
            let active = document.get("active") != Some(&Value::Bool(false));
            vec![
                duplicate.connection.name.clone(),
                duplicate.place.to_owned(),
                duplicate.value.clone(),
                stored.id.to_string(),
                text("userName").unwrap_or_default().to_owned(),
                if active { "yes" } else { "no" }.to_owned(),
            ]
        })
        .collect()
}
