//! Events as lines for people.

use super::names::Names;
use crate::operate::log::{Event, attributes};
use crate::operate::words;
use crate::store::{Change, Exchange, Loss, StoreError};

/// Attributes that one line names.
const MOST: usize = 12;

/// One event in one line.
pub(super) fn event(event: &Event, names: &Names) -> Result<String, StoreError> {
    Ok(match event {
        Event::Exchange(kept) => exchange(&kept.exchange, names),
        Event::Change(recorded) => change(&recorded.change, names)?,
        Event::Loss(lost) => loss(lost),
    })
}

fn exchange(exchange: &Exchange, names: &Names) -> String {
    let stranger = match &exchange.peer {
        Some(peer) => format!("somebody at {peer}"),
        None => "somebody".to_owned(),
    };
    let name = if exchange.name.is_empty() {
        "-"
    } else {
        &exchange.name
    };
    format!(
        "{}  {name}  {} asked to {}: {}  [{}, {} ms, request {}]",
        exchange.at,
        names.who(exchange.token, &stranger),
        words::asked(exchange),
        words::outcome(exchange),
        exchange.status,
        millis(exchange.micros),
        exchange.request,
    )
}

fn change(change: &Change, names: &Names) -> Result<String, StoreError> {
    let kind = change.kind.name().to_lowercase();
    let verb = match (&change.before, &change.after) {
        (None, Some(_)) => "came to be",
        (Some(_), None) => "is gone",
        (None, None) | (Some(_), Some(_)) => "changed",
    };
    let attributes = attributes(change)?;
    let mut parts: Vec<String> = attributes.iter().take(MOST).cloned().collect();
    if attributes.len() > MOST {
        parts.push(format!("and {} more", attributes.len() - MOST));
    }
    for (members, what) in [(&change.joined, "joined"), (&change.parted, "left")] {
        match members.as_slice() {
            [] => {}
            [one] => parts.push(format!("{one} {what}")),
            many => parts.push(format!("{} {what}", many.len())),
        }
    }
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    };
    Ok(format!(
        "{}  {}  {kind} {} {verb}{parts}  [version {}, request {}]",
        change.at,
        names.connection(Some(change.connection)),
        change.resource,
        change.version,
        change.request,
    ))
}

/// What was lost.
pub(super) fn loss(loss: &Loss) -> String {
    let (times, plural) = (loss.times, if loss.times == 1 { " was" } else { "s were" });
    format!(
        "{}  -  {times} exchange{plural} not recorded until {}: more came than could be written",
        loss.first, loss.last
    )
}

/// Milliseconds with one decimal: `2.3`.
fn millis(micros: u64) -> String {
    format!("{}.{}", micros / 1_000, micros % 1_000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_are_said_in_milliseconds() {
        assert_eq!(millis(2_349), "2.3");
        assert_eq!(millis(49), "0.0");
    }
}
