//! `appliance user list --unbound-managers`

use serde_json::{Value, json};

use super::person;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::options::{AnyConnection, Place, Shown};
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::operate::managers::{Unbound, unbound};

pub(super) fn list(place: &Place, which: &AnyConnection, shown: &Shown) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let name = which.connection.as_deref();
    let found = data.store.read(|view| unbound(view, name))?;
    if shown.json {
        print::json(&found.iter().map(in_json).collect())?;
    } else {
        let rows = found.iter().map(row).collect();
        let header = ["CONNECTION", "USERNAME", "ID", "MANAGER"];
        print::table(&header, rows, "nobody waits for a manager")?;
    }
    Ok(Exit::Done)
}

fn in_json(one: &Unbound) -> Value {
    json!({
        "user": person::in_json(&one.person, &one.connection.name),
        "manager": one.reference,
    })
}

fn row(one: &Unbound) -> Vec<String> {
    let document = person::document(&one.person);
    let name = document.get("userName").and_then(Value::as_str);
    vec![
        one.connection.name.clone(),
        name.unwrap_or_default().to_owned(),
        one.person.id.to_string(),
        one.reference.clone(),
    ]
}
