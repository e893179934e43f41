//! A history as lines for people.

use serde_json::Value;

use crate::cli::log::Names;
use crate::operate::Difference;
use crate::operate::history::{Effect, Entry, History};
use crate::store::{Loss, Stored};

/// In front of what belongs to the line above.
const INDENT: &str = "      ";

/// The whole history, line by line.
pub(super) fn lines(history: &History, names: &Names) -> Vec<String> {
    let mut lines: Vec<String> = history
        .who
        .people
        .iter()
        .map(|stored| person(stored, names))
        .collect();
    if lines.is_empty() {
        lines.push("Nobody has this name now; this is what happened under it:".to_owned());
    }
    lines.push(String::new());
    for one in &history.entries {
        entry(one, names, &mut lines);
    }
    lines.extend(history.losses.iter().map(loss));
    lines
}

fn person(stored: &Stored, names: &Names) -> String {
    let document: Value = serde_json::from_str(&stored.document).unwrap_or_default();
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let called = text("displayName")
        .or_else(|| text("userName"))
        .unwrap_or("?");
    let active = match document.get("active") {
        Some(Value::Bool(false)) => ", inactive",
        _ => "",
    };
    format!(
        "{called}: user {} of connection {}, userName {}{active}, since {}",
        stored.id,
        names.connection(Some(stored.connection)),
        text("userName").unwrap_or("-"),
        stored.meta.created,
    )
}

fn entry(entry: &Entry, names: &Names, lines: &mut Vec<String>) {
    let otherwise = match &entry.exchange {
        None => "the operator".to_owned(),
        Some(exchange) => match &exchange.peer {
            Some(peer) => format!("somebody at {peer}"),
            None => "somebody".to_owned(),
        },
    };
    let again = if entry.times > 1 {
        format!(" ({} times until {})", entry.times, entry.until)
    } else {
        String::new()
    };
    lines.push(format!(
        "{}  {}  {} asked to {}{again}",
        entry.at,
        names.connection(entry.connection),
        names.who(entry.token, &otherwise),
        entry.asked,
    ));
    lines.push(format!(
        "{INDENT}→ {}  [request {}]",
        entry.outcome, entry.request
    ));
    if let Some(exchange) = entry.exchange.as_ref().filter(|_| entry.failed()) {
        if !exchange.query.is_empty() {
            lines.push(format!("{INDENT}  asked with: {}", exchange.query));
        }
        if !exchange.sent.is_empty() {
            lines.push(format!("{INDENT}  sent: {}", exchange.sent));
        }
        if exchange.failures > 0 {
            lines.push(format!("{INDENT}  answered: {}", exchange.answered));
        }
    }
    for one in &entry.effects {
        effect(one, lines);
    }
}

fn effect(effect: &Effect, lines: &mut Vec<String>) {
    let group = |name: &Option<String>, id: &dyn std::fmt::Display| match name {
        Some(name) => format!("“{name}” ({id})"),
        None => id.to_string(),
    };
    match effect {
        Effect::Person {
            cause, differences, ..
        } => {
            // A connection may keep whom its identity provider deletes, and only deactivate them.
            let stays = differences.iter().any(|one| one.after.is_some());
            let gone = cause == "delete" && !stays;
            if let Some(said) = became(cause).filter(|_| gone || cause != "delete") {
                let more = if differences.is_empty() { "" } else { ":" };
                lines.push(format!("{INDENT}  {said}{more}"));
            }
            let side = if gone { had } else { difference };
            lines.extend(differences.iter().map(side));
        }
        Effect::Joined { group: id, name } => {
            lines.push(format!("{INDENT}  joined the group {}", group(name, id)));
        }
        Effect::Left { group: id, name } => {
            lines.push(format!("{INDENT}  left the group {}", group(name, id)));
        }
    }
}

/// What became of somebody, where the request does not say it already.
fn became(cause: &str) -> Option<&'static str> {
    Some(match cause {
        "create" => "came to be, with",
        "delete" => "is gone, and had",
        "remove" => "is gone with the connection",
        "link" => "was known from an import, and this create adopted them under the id they had",
        "revive" => "had left, and this create brought them back under the id they had",
        "restore" => "is back under the id they had",
        "import" => "came from a file",
        "undo" => "was given back",
        "seat" => "got a seat that became free",
        "manager" => "follows what became of the manager",
        "schema" => "follows a change of the schemas",
        _ => return None,
    })
}

/// A value of somebody who is gone.
fn had(one: &Difference) -> String {
    let value = one
        .before
        .as_ref()
        .map_or_else(String::new, Value::to_string);
    format!("{INDENT}  {}: {value}", one.short_path())
}

fn difference(one: &Difference) -> String {
    let path = one.short_path();
    match (&one.before, &one.after) {
        (None, Some(after)) => format!("{INDENT}  {path}: {after}"),
        (Some(before), None) => format!("{INDENT}  {path}: {before} → nothing"),
        (before, after) => {
            let said =
                |side: &Option<Value>| side.as_ref().map_or_else(String::new, Value::to_string);
            format!("{INDENT}  {path}: {} → {}", said(before), said(after))
        }
    }
}

fn loss(loss: &Loss) -> String {
    format!(
        "Between {} and {} {} exchanges, of whomever, were not recorded: more came than could be written.",
        loss.first, loss.last, loss.times
    )
}
