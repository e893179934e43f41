//! `appliance token list`: everything about tokens but the tokens themselves.

use serde_json::{Value, json};

use super::print;
use super::problem::Problem;
use crate::base::{Timestamp, in_words};
use crate::operate::tokens::Listed;
use crate::store::{Token, TokenState};

const HEADER: [&str; 10] = [
    "ID",
    "CONNECTION",
    "NAME",
    "KIND",
    "SCOPE",
    "STATE",
    "EXPIRES",
    "LAST USED",
    "FROM",
    "SUCCESSOR",
];

/// Prints the list as a table.
pub(super) fn table(listed: &[Listed], now: Timestamp) -> Result<(), Problem> {
    let rows = listed.iter().map(|listed| row(listed, now)).collect();
    print::table(&HEADER, rows, "no tokens; `appliance token new` makes one")?;
    Ok(())
}

/// Prints the list as JSON.
pub(super) fn json(listed: &[Listed], now: Timestamp) -> Result<(), Problem> {
    print::json(&listed.iter().map(|listed| in_json(listed, now)).collect())?;
    Ok(())
}

fn row(listed: &Listed, now: Timestamp) -> Vec<String> {
    let token = &listed.token;
    let state = token.state(now);
    let expires = match token.expires {
        None => "never".to_owned(),
        Some(end) if state == TokenState::Active => {
            format!("{} (in {})", day(end), in_words(end.since(now)))
        }
        Some(end) => day(end),
    };
    let dash = || "-".to_owned();
    let successor = token
        .successor
        .map_or_else(dash, |number| match token.overlap_ends {
            Some(end) if state == TokenState::Active => {
                format!("{number} (at its first use, or on {})", minute(end))
            }
            _ => number.to_string(),
        });
    vec![
        token.number.to_string(),
        listed.connection.clone(),
        token.name.clone(),
        match token.kind.client() {
            Some(id) => format!("oauth {id}"),
            None => token.kind.name().to_owned(),
        },
        token.scope.as_str().to_owned(),
        state.name().to_owned(),
        expires,
        token.last_used.map_or_else(dash, minute),
        token.last_address.clone().unwrap_or_else(dash),
        successor,
    ]
}

fn in_json(listed: &Listed, now: Timestamp) -> Value {
    let token = &listed.token;
    let instant = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string());
    json!({
        "id": token.number,
        "connection": listed.connection,
        "name": token.name,
        "kind": token.kind.name(),
        "clientId": token.kind.client(),
        "scope": token.scope.as_str(),
        "state": token.state(now).name(),
        "created": token.created.to_string(),
        "expires": instant(token.expires),
        "daysLeft": days_left(token, now),
        "revoked": instant(token.revoked),
        "lastUsed": instant(token.last_used),
        "lastAddress": token.last_address,
        "successor": token.successor,
        "overlapEnds": instant(token.overlap_ends),
    })
}

/// How many whole days a token is still good; `None` where it is so for ever.
pub(super) fn days_left(token: &Token, now: Timestamp) -> Option<i64> {
    let left = token.expires?.since(now);
    Some((left.as_secs() / 86_400).max(0))
}

/// `2026-11-20`
pub(super) fn day(instant: Timestamp) -> String {
    instant.to_string().chars().take(10).collect()
}

/// `2026-11-20 09:30Z`
pub(super) fn minute(instant: Timestamp) -> String {
    let text: String = instant.to_string().chars().take(16).collect();
    format!("{}Z", text.replace('T', " "))
}
