//! Seats, as commands show them.

use serde_json::{Value, json};

use crate::operate::Configured;
use crate::operate::seats::Seats;

/// How many there are, in a cell.
pub(super) fn limit(seats: &Seats) -> String {
    seats
        .rules
        .limit
        .map_or_else(|| "-".to_owned(), |limit| limit.to_string())
}

pub(super) fn in_json(seats: &Seats) -> Value {
    json!({
        "limit": seats.rules.limit,
        "taken": seats.taken,
        "waiting": seats.waiting,
    })
}

/// What changed settings mean for the seats.
pub(super) fn changed(done: &Configured) -> Vec<String> {
    let Configured {
        connection,
        seats,
        activated,
    } = done;
    let mut said = Vec::new();
    if *activated > 0 {
        said.push(format!("{} who waited activated", people(*activated)));
    }
    if let Some(limit) = seats.rules.limit {
        said.push(format!("{} of {limit} seats are taken", seats.taken));
        if seats.is_exceeded() {
            said.push(
                "nobody is deactivated; whoever comes now is inactive and waits until enough have left"
                    .to_owned(),
            );
        }
    }
    said.extend(waiting(&connection.name, seats));
    said
}

/// Who waits still, and what can be done about it.
pub(super) fn waiting(connection: &str, seats: &Seats) -> Option<String> {
    let count = (seats.waiting > 0).then(|| people(seats.waiting))?;
    Some(match seats.fitting() {
        0 => format!("{count} waiting for a seat in connection `{connection}`"),
        fitting => format!(
            "{count} waiting for a seat in connection `{connection}`, and there is one for {fitting}: \
             `appliance user activate --waiting --connection {connection}`"
        ),
    })
}

/// `1 person was`, `3 people were`
pub(super) fn people(count: u64) -> String {
    if count == 1 {
        "1 person was".to_owned()
    } else {
        format!("{count} people were")
    }
}
