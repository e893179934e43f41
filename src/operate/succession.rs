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
use crate::store::{NewToken, Token, TokenKind, TokenState, Tx};

/// A token and the one that takes its place.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// The new one.
    pub token: Token,
    /// The connection it opens.
    pub connection: String,
    /// Until when the old one is good beside it; `None`: it ends with [`complete`], or has ended.
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
    let state = old.state(operator.now);
    if state == TokenState::Revoked {
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
    tx.replace_token(old.number, token.number, until)?;
    let subject = format!(
        "{} by token {}",
        tokens::subject(&old, &connection.name),
        token.number
    );
    operator.record(tx, "token rotate", &subject)?;
    let lasting = !single && overlap != Overlap::None && state == TokenState::Active;
    Ok(Rotation {
        beside: lasting.then(|| earlier(old.expires, until)),
        connection: connection.name,
        token,
    })
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
