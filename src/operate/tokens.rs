//! Tokens: issue, list, revoke; how one takes the place of another is `succession`. The plain text never comes here, only its digest.

use jiff::SignedDuration;

use super::connections;
use super::failure::Failure;
use super::operator::Operator;
use super::overlap::{self, Overlap};
use super::readiness;
use super::refusal::Refusal;
use crate::base::{Timestamp, TokenDigest, duration};
use crate::store::{NewToken, Scope, Token, TokenKind, Tx, View};

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
    /// How long it is good, as [`expiry`] reads it; `None` is as usual on its connection.
    pub expiry: Option<String>,
    /// The public id of the client of OAuth 2.0 that it is; `None`: a bearer token.
    pub client: Option<String>,
    /// What is stored of it.
    pub digest: TokenDigest,
    /// What becomes of the other tokens of its scope.
    pub overlap: Overlap,
}

/// Issues a token. On a connection that has a single token the others of its scope are replaced by
/// it; `succession::complete` then ends them as soon as the new one has reached somebody.
pub fn issue(tx: &Tx<'_>, order: &Order, operator: &Operator) -> Result<Token, Failure> {
    let length = order.name.chars().count();
    if !(1..=64).contains(&length) || order.name.chars().any(char::is_control) {
        return Err(Refusal::BadTokenName.into());
    }
    let connection = connections::named(tx, &order.connection)?;
    let policy = tx.policy(&connection)?.0;
    let profile = connections::profile_of(&connection)?;
    readiness::check(tx, &connection, profile, &policy)?;
    let rules = policy.tokens;
    let expires = expiry(
        order.expiry.as_deref().unwrap_or(&rules.expiry),
        operator.now,
    )?;
    if let Some(longest) = rules.longest()
        && expires.is_none_or(|expires| expires > operator.now.plus(longest))
    {
        return Err(Refusal::TooLongExpiry {
            connection: connection.name,
            longest: rules.longest,
        }
        .into());
    }
    let others = overlap::others(tx, &connection, order.scope, order.overlap, operator.now)?;
    let token = tx.insert_token(&NewToken {
        connection: connection.number,
        name: order.name.clone(),
        kind: order
            .client
            .clone()
            .map_or(TokenKind::Bearer, TokenKind::Client),
        digest: order.digest,
        scope: order.scope,
        created: operator.now,
        expires,
    })?;
    operator.record(tx, "token new", &subject(&token, &connection.name))?;
    for (other, until) in others {
        tx.replace_token(other, token.number, until)?;
    }
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
    /// How many tokens it was to replace, which now stay.
    pub reinstated: usize,
}

/// The token that is meant.
pub(super) fn meant(view: &View<'_>, which: &Which) -> Result<Token, Failure> {
    let token = match which {
        Which::Number(number) => view
            .token(*number)?
            .ok_or(Refusal::NoSuchToken { number: *number })?,
        Which::Digest(digest) => view.token_by_digest(digest)?.ok_or(Refusal::UnknownToken)?,
    };
    Ok(token)
}

/// Revokes a token. One that was revoked before stays as it is. The tokens that it was to replace
/// stay good: whoever takes back the new one cannot mean to lock everybody out.
pub fn revoke(tx: &Tx<'_>, which: &Which, operator: &Operator) -> Result<Revocation, Failure> {
    let token = meant(tx, which)?;
    // A token refers to its connection in the schema, so there is one.
    let connection = tx
        .connection(token.connection)?
        .map_or_else(String::new, |connection| connection.name);
    let mut reinstated = 0;
    if token.revoked.is_none() {
        tx.revoke_token(token.number, operator.now)?;
        operator.record(tx, "token revoke", &subject(&token, &connection))?;
        reinstated = tx.reinstate_tokens(token.number, operator.now)?;
    }
    Ok(Revocation {
        token,
        connection,
        reinstated,
    })
}

pub(super) fn subject(token: &Token, connection: &str) -> String {
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
