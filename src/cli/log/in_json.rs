//! Events as JSON.

use serde_json::{Value, json};

use super::names::Names;
use crate::operate::log::{Event, attributes};
use crate::operate::words;
use crate::store::{Exchange, Recorded, StoreError};

/// One event.
pub(super) fn event(event: &Event, names: &Names) -> Result<Value, StoreError> {
    Ok(match event {
        Event::Exchange(kept) => {
            let mut value = exchange(&kept.exchange, names);
            if let Value::Object(members) = &mut value {
                members.insert("type".to_owned(), json!("exchange"));
            }
            value
        }
        Event::Change(recorded) => change(recorded, names)?,
        Event::Loss(loss) => json!({
            "type": "loss",
            "at": loss.first.to_string(),
            "until": loss.last.to_string(),
            "times": loss.times,
        }),
    })
}

/// A request and its answer.
pub(in crate::cli) fn exchange(exchange: &Exchange, names: &Names) -> Value {
    json!({
        "type": "exchange",
        "at": exchange.at.to_string(),
        "connection": (!exchange.name.is_empty()).then_some(&exchange.name),
        "token": token(exchange.token, names),
        "from": exchange.peer,
        "request": exchange.request,
        "asked": words::asked(exchange),
        "outcome": words::outcome(exchange),
        "failed": exchange.failed(),
        "method": exchange.method,
        "path": exchange.target,
        "query": exchange.query,
        "resource": exchange.resource.map(|id| id.to_string()),
        "status": exchange.status,
        "micros": exchange.micros,
        "failedOperations": exchange.failures,
        "scimType": exchange.scim_type,
        "detail": exchange.detail,
        "sent": exchange.sent,
        "sentBytes": exchange.sent_bytes,
        "answered": exchange.answered,
        "answeredBytes": exchange.answered_bytes,
    })
}

/// A token by number and name.
pub(in crate::cli) fn token(number: Option<i64>, names: &Names) -> Value {
    match number {
        Some(number) => json!({"id": number, "name": names.token(number)}),
        None => Value::Null,
    }
}

fn change(recorded: &Recorded, names: &Names) -> Result<Value, StoreError> {
    let change = &recorded.change;
    let ids = |ids: &[crate::scim::ResourceId]| -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
    };
    Ok(json!({
        "type": "change",
        "at": change.at.to_string(),
        "connection": names.connection(Some(change.connection)),
        "token": token(change.token, names),
        "request": change.request,
        "sequence": recorded.sequence,
        "kind": change.kind.name(),
        "resource": change.resource.to_string(),
        "cause": change.cause,
        "version": change.version,
        "attributes": attributes(change)?,
        "joined": ids(&change.joined),
        "left": ids(&change.parted),
    }))
}
