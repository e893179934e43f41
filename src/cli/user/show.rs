//! `appliance user show`

use serde_json::{Value, json};

use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::log::Names;
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::cli::user_command::Somebody;
use crate::operate::Failure;
use crate::operate::portrait::{self, Portrait, Sitter};
use crate::store::{Derived, GroupOf, Recorded};

pub(super) fn run(place: &Place, wanted: &Somebody) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let (portrait, names) = data.store.read(|view| {
        let connection = wanted.which.connection.as_deref();
        let portrait = portrait::of(view, connection, &wanted.who)?;
        Ok::<_, Failure>((portrait, Names::look(view)?))
    })?;
    if wanted.shown.json {
        print::json(&in_json(&portrait, &names))?;
        return Ok(Exit::Done);
    }
    let name = portrait.attributes.text("userName").unwrap_or("?");
    print::table(&["user", name], rows(&portrait, &names), "")?;
    Ok(Exit::Done)
}

fn state(portrait: &Portrait) -> &'static str {
    match &portrait.sitter {
        Sitter::Gone { .. } => "deleted",
        Sitter::Here { .. } if portrait.attributes.is_active() => "active",
        Sitter::Here { .. } => "inactive",
    }
}

fn rows(portrait: &Portrait, names: &Names) -> Vec<Vec<String>> {
    let row = |key: &str, value: String| vec![key.to_owned(), value];
    let mut rows = vec![
        row("id", portrait.id.to_string()),
        row("connection", portrait.connection.name.clone()),
        row("state", state(portrait).to_owned()),
        row("created", portrait.meta.created.to_string()),
        row("changed", portrait.meta.modified.to_string()),
    ];
    if let Sitter::Gone { deleted, until } = &portrait.sitter {
        rows.push(row("deleted", deleted.to_string()));
        let until = until.map(|until| row("restorable until", until.to_string()));
        rows.extend(until);
    }
    for value in &portrait.values {
        let said = match &value.after {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        rows.push(row(value.short_path(), said));
    }
    if let Sitter::Here { groups, derived } = &portrait.sitter {
        rows.extend(groups.iter().map(|group| {
            let name = group.display.as_deref().unwrap_or("?");
            let how = if group.direct {
                ""
            } else {
                ", through another"
            };
            row("group", format!("{name} ({}{how})", group.id))
        }));
        rows.extend(derived.iter().map(|group| {
            let folder = &group.class.folder;
            row("group", format!("{folder}/{} ({})", group.name, group.id))
        }));
    }
    rows.extend(portrait.changes.iter().map(|recorded| {
        let change = &recorded.change;
        let by = names.who(change.token, "the operator");
        row("change", format!("{} {} by {by}", change.at, change.cause))
    }));
    rows
}

fn in_json(portrait: &Portrait, names: &Names) -> Value {
    let (groups, deleted, until) = match &portrait.sitter {
        Sitter::Here { groups, derived } => {
            let own = groups.iter().map(group);
            let groups = own.chain(derived.iter().map(derived_group)).collect();
            (groups, None, None)
        }
        Sitter::Gone { deleted, until } => (Vec::new(), Some(*deleted), *until),
    };
    json!({
        "id": portrait.id.to_string(),
        "connection": portrait.connection.name,
        "state": state(portrait),
        "created": portrait.meta.created.to_string(),
        "lastModified": portrait.meta.modified.to_string(),
        "version": portrait.meta.version,
        "deleted": deleted.map(|deleted| deleted.to_string()),
        "restorableUntil": until.map(|until| until.to_string()),
        "attributes": portrait.attributes.as_map(),
        "groups": groups,
        "changes": portrait.changes.iter().map(|one| change(one, names)).collect::<Value>(),
    })
}

fn group(group: &GroupOf) -> Value {
    json!({
        "id": group.id.to_string(),
        "displayName": group.display,
        "folder": null,
        "direct": group.direct,
    })
}

fn derived_group(group: &Derived) -> Value {
    json!({
        "id": group.id.to_string(),
        "displayName": group.name,
        "folder": group.class.folder,
        "direct": true,
    })
}

fn change(recorded: &Recorded, names: &Names) -> Value {
    let change = &recorded.change;
    json!({
        "sequence": recorded.sequence,
        "at": change.at.to_string(),
        "cause": change.cause,
        "by": names.who(change.token, "the operator"),
        "request": change.request,
    })
}
