//! How one token takes the place of another, without a moment in which none is good.
//!
//! The old one stays good beside its successor until that one has been used, or until the overlap
//! ends. Where a connection has a single token there is no overlap, and the old one ends as soon as
//! the new one has been handed over.

use super::connections;
use super::failure::Failure;
use super::operator::Operator;
use super::overlap::{Overlap, beside, earlier};
use super::readiness;
use super::refusal::Refusal;
use super::tokens::{self, Which};
use crate::base::{Timestamp, TokenDigest};
use crate::store::{NewToken, StoreError, Token, TokenKind, TokenState, Tx, View};

/// A token and the one that takes its place.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The new one.
    pub token: Token,
    /// The connection it opens.
    pub connection: String,
    /// Until when the old one, or one that it was to replace, is good beside it; `None`: they end with
    /// [`complete`], or have ended.
    pub beside: Option<Timestamp>,
}

/// What a successor is made of.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// What is stored of it.
    pub digest: TokenDigest,
    /// Its public id, if it is to take the place of a client of OAuth 2.0.
    pub client: String,
}

/// Makes a successor of a token: for the same connection, under the same name, for the same purpose,
/// good for as long as the old one was meant to be, if the connection allows so long.
pub fn rotate(
    tx: &Tx<'_>,
    which: &Which,
    fresh: Fresh,
    overlap: Overlap,
    operator: &Operator,
) -> Result<Rotation, Failure> {
    let old = tokens::meant(tx, which)?;
    if old.state(operator.now) == TokenState::Revoked {
        return Err(Refusal::TokenRevoked { number: old.number }.into());
    }
    if let Some(successor) = old.successor {
        return Err(Refusal::TokenReplaced {
            number: old.number,
            successor,
        }
        .into());
    }
    let kind = match old.kind {
        TokenKind::Bearer => TokenKind::Bearer,
        TokenKind::Client(_) => TokenKind::Client(fresh.client),
        TokenKind::Signed => return Err(Refusal::SignedToken { number: old.number }.into()),
    };
    // A token refers to its connection in the schema, so there is one.
    let connection = tx
        .connection(old.connection)?
        .ok_or(Refusal::NoSuchToken { number: old.number })?;
    let policy = tx.policy(&connection)?.0;
    let profile = connections::profile_of(&connection)?;
    readiness::check(tx, &connection, profile, &policy)?;
    let meant = old
        .expires
        .map(|expires| operator.now.plus(expires.since(old.created)));
    let bound = policy
        .tokens
        .longest()
        .map(|longest| operator.now.plus(longest));
    let single = policy.single_token;
    let until = operator.now.plus(beside(overlap, single, &connection)?);
    let token = tx.insert_token(&NewToken {
        connection: old.connection,
        name: old.name.clone(),
        kind,
        digest: fresh.digest,
        scope: old.scope,
        created: operator.now,
        expires: meant.into_iter().chain(bound).min(),
    })?;
    let replaced = replaced(tx, &old, until, operator.now)?;
    for (one, until) in &replaced {
        tx.replace_token(one.number, token.number, *until)?;
    }
    let last = replaced
        .iter()
        .filter(|(one, _)| one.state(operator.now) == TokenState::Active)
        .map(|(one, until)| earlier(one.expires, *until))
        .max();
    let subject = format!(
        "{} by token {}",
        tokens::subject(&old, &connection.name),
        token.number
    );
    operator.record(tx, "token rotate", &subject)?;
    let lasting = !single && overlap != Overlap::None;
    Ok(Rotation {
        beside: last.filter(|_| lasting),
        connection: connection.name,
        token,
    })
}

/// Whose place a successor of `old` takes, and until when they are good beside it: the old one, and what is
/// still good beside that. The old one may never be used any more, and then only its successor can end those.
fn replaced(
    view: &View<'_>,
    old: &Token,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<(Token, Timestamp)>, StoreError> {
    let mut replaced = vec![(old.clone(), until)];
    for token in view.tokens_replaced_by(old.number)? {
        if token.state(now) == TokenState::Active {
            let until = earlier(token.overlap_ends, until);
            replaced.push((token, until));
        }
    }
    Ok(replaced)
}

/// Ends the tokens whose place this one takes: it has been used, or handed over where there is no
/// overlap. Answers how many there were.
pub fn complete(tx: &Tx<'_>, successor: i64, operator: &Operator) -> Result<usize, Failure> {
    let mut ended = 0;
    for token in tx.tokens_replaced_by(successor)? {
        if tx.revoke_token(token.number, operator.now)? {
            let subject = format!("token {} by its successor {successor}", token.number);
            operator.record(tx, "token revoke", &subject)?;
            ended += 1;
        }
    }
    Ok(ended)
}
