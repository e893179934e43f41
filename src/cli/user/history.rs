//! `appliance user history`

use serde_json::{Value, json};

use super::person;
use super::timeline;
use crate::cli::data::Data;
use crate::cli::exit::Exit;
use crate::cli::log::{EXCHANGES_OFF, Names, exchange, token};
use crate::cli::options::Place;
use crate::cli::print;
use crate::cli::problem::Problem;
use crate::cli::user_command::Somebody;
use crate::operate::history::{self, Effect, Entry, History};
use crate::operate::{Failure, connections};
use crate::store::Exchanges;

pub(super) fn run(place: &Place, wanted: &Somebody) -> Result<Exit, Problem> {
    let data = Data::present(place)?;
    let exchanges = Exchanges::open(&data.settings.data_dir)?;
    let (history, names) = data.store.read(|view| {
        let chosen = connections::chosen(view, wanted.which.connection.as_deref())?;
        let history = history::of(view, exchanges.as_ref(), &chosen, &wanted.who)?;
        Ok::<_, Failure>((history, Names::look(view)?))
    })?;
    if data.settings.exchanges.is_none() {
        print::note(EXCHANGES_OFF);
    }
    if history.entries.is_empty() && history.who.people.is_empty() {
        return Err(Problem::not_found(format!(
            "nothing is known of anybody called `{}`",
            wanted.who
        ))
        .hint("it may be an id, a userName, an externalId or an e-mail address; `appliance log` shows what was asked"));
    }
    if wanted.shown.json {
        print::json(&in_json(&history, &names))?;
    } else {
        for line in timeline::lines(&history, &names) {
            print::line(&line)?;
        }
    }
    Ok(Exit::Done)
}

fn in_json(history: &History, names: &Names) -> Value {
    json!({
        "people": history.who.people.iter().map(|stored| person::in_json(stored, names.connection(Some(stored.connection)))).collect::<Value>(),
        "entries": history.entries.iter().map(|one| entry(one, names)).collect::<Value>(),
        "losses": history.losses.iter().map(|loss| json!({
            "at": loss.first.to_string(),
            "until": loss.last.to_string(),
            "times": loss.times,
        })).collect::<Value>(),
    })
}

fn entry(entry: &Entry, names: &Names) -> Value {
    json!({
        "at": entry.at.to_string(),
        "until": entry.until.to_string(),
        "times": entry.times,
        "connection": names.connection(entry.connection),
        "token": token(entry.token, names),
        "request": entry.request,
        "asked": entry.asked,
        "outcome": entry.outcome,
        "failed": entry.failed(),
        "effects": entry.effects.iter().map(effect).collect::<Value>(),
        "exchange": entry.exchange.as_ref().map(|one| exchange(one, names)),
    })
}

fn effect(effect: &Effect) -> Value {
    match effect {
        Effect::Person {
            cause,
            id,
            differences,
        } => json!({
            "type": "person",
            "cause": cause,
            "id": id.to_string(),
            "differences": differences.iter().map(|one| json!({
                "path": one.path,
                "before": one.before,
                "after": one.after,
            })).collect::<Value>(),
        }),
        Effect::Joined { group, name } => {
            json!({"type": "joined", "group": group.to_string(), "name": name})
        }
        Effect::Left { group, name } => {
            json!({"type": "left", "group": group.to_string(), "name": name})
        }
    }
}
