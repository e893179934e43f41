//! Tokens: issue, list, revoke. The plain text never comes here, only its digest.

use jiff::SignedDuration;

use super::connections;
use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use crate::base::{Timestamp, TokenDigest, duration};
use crate::store::{NewToken, Scope, Token, Tx, View};

/// The longest time for which a token can be good: ten years. Longer is `never` in disguise.
const LONGEST: SignedDuration = SignedDuration::from_hours(3_660 * 24);

/// A token to be issued.
#[derive(Debug, Clone)]
pub struct Order {
    /// The name of its connection.
    pub connection: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// Until when it is good; `None` is for ever.
    pub expires: Option<Timestamp>,
    /// What is stored of it.
    pub digest: TokenDigest,
}

/// Issues a token.
pub fn issue(tx: &Tx<'_>, order: &Order, operator: &Operator) -> Result<Token, Failure> {
    let length = order.name.chars().count();
    if !(1..=64).contains(&length) || order.name.chars().any(char::is_control) {
        return Err(Refusal::BadTokenName.into());
    }
    let connection = connections::named(tx, &order.connection)?;
    let token = tx.insert_token(&NewToken {
        connection: connection.number,
        name: order.name.clone(),
        digest: order.digest,
        scope: order.scope,
        created: operator.now,
        expires: order.expires,
    })?;
    operator.record(tx, "token new", &subject(&token, &connection.name))?;
    Ok(token)
}

/// Reads until when a token is good: a length of time from `now`, or `never`.
pub fn expiry(text: &str, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    if text.trim() == "never" {
        return Ok(None);
    }
    match duration(text) {
        Ok(length) if length <= LONGEST => Ok(Some(now.plus(length))),
        _ => Err(Refusal::BadExpiry { text: text.into() }),
    }
}

/// Which token is meant.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// The one with this ID.
    Number(i64),
    /// The one that was presented.
    Digest(TokenDigest),
}

/// A token that is revoked now.
#[derive(Debug, Clone)]
pub struct Revocation {
    /// The token as it was before.
    pub token: Token,
    /// The connection it opened.
    pub connection: String,
}

/// Revokes a token. One that was revoked before stays as it is.
pub fn revoke(tx: &Tx<'_>, which: &Which, operator: &Operator) -> Result<Revocation, Failure> {
    let token = match which {
        Which::Number(number) => tx
            .token(*number)?
            .ok_or(Refusal::NoSuchToken { number: *number })?,
        Which::Digest(digest) => tx.token_by_digest(digest)?.ok_or(Refusal::UnknownToken)?,
    };
    // A token refers to its connection in the schema, so there is one.
    let connection = tx
        .connection(token.connection)?
        .map_or_else(String::new, |connection| connection.name);
    if token.revoked.is_none() {
        tx.revoke_token(token.number, operator.now)?;
        operator.record(tx, "token revoke", &subject(&token, &connection))?;
    }
    Ok(Revocation { token, connection })
}

fn subject(token: &Token, connection: &str) -> String {
    format!("token {} ({}) of {connection}", token.number, token.name)
}

/// A token in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The connection it opens.
    pub connection: String,
    /// The token.
    pub token: Token,
}

/// The tokens of one connection, or of all.
pub fn list(view: &View<'_>, connection: Option<&str>) -> Result<Vec<Listed>, Failure> {
    let mut listed = Vec::new();
    for connection in connections::chosen(view, connection)? {
        for token in view.tokens_of(connection.number)? {
            listed.push(Listed {
                connection: connection.name.clone(),
                token,
            });
        }
    }
    listed.sort_by_key(|listed| listed.token.number);
    Ok(listed)
}

/// Whether a token opens its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does.
    Active,
    /// Its time is over.
    Expired,
    /// The operator took it back.
    Revoked,
}

impl State {
    /// The state of `token` at `now`.
    pub fn of(token: &Token, now: Timestamp) -> Self {
        if token.revoked.is_some() {
            Self::Revoked
        } else if token.expires.is_some_and(|end| end <= now) {
            Self::Expired
        } else {
            Self::Active
        }
    }

    /// The state in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_a_length_of_time_or_for_ever() {
        let now = Timestamp::from_millis(0);
        assert_eq!(expiry("never", now), Ok(None));
        assert_eq!(
            expiry("90d", now),
            Ok(Some("1970-04-01T00:00:00Z".parse().unwrap()))
        );
        for text in ["", "90", "0d", "-1d", "20000d", "forever"] {
            assert!(expiry(text, now).is_err(), "{text}");
        }
    }
}
