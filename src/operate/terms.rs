//! Terms that must be accepted before a connection gets a token.

use super::connections;
use super::failure::Failure;
use super::operator::Operator;
use super::refusal::Refusal;
use crate::base::TokenRules;
use crate::store::{Acceptance, Connection, StoreError, Tx, View};

/// The terms of a connection, and who accepted them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What they say.
    pub text: String,
    /// Who accepted them; `None`: nobody yet.
    pub accepted: Option<Acceptance>,
}

/// The terms of a connection; `None` when it has none.
pub fn terms(view: &View<'_>, connection: &Connection) -> Result<Option<Terms>, StoreError> {
    let Some(text) = view.policy(connection)?.0.tokens.terms else {
        return Ok(None);
    };
    let accepted = view.acceptance(connection.number, &text)?;
    Ok(Some(Terms { text, accepted }))
}

/// Keeps that `who` accepted the terms of a connection. Whoever did so first is not forgotten.
pub fn accept(tx: &Tx<'_>, name: &str, who: &str, operator: &Operator) -> Result<Terms, Failure> {
    let who = who.trim();
    if who.is_empty() || who.len() > 200 || who.chars().any(char::is_control) {
        return Err(Refusal::BadWho.into());
    }
    let connection = connections::named(tx, name)?;
    let nothing = || Refusal::NoTerms {
        connection: connection.name.clone(),
    };
    let mut terms = terms(tx, &connection)?.ok_or_else(nothing)?;
    if terms.accepted.is_none() {
        let acceptance = Acceptance {
            who: who.to_owned(),
            at: operator.now,
        };
        tx.insert_acceptance(connection.number, &terms.text, &acceptance)?;
        let subject = format!("{} by {who}", connection.name);
        operator.record(tx, "connection accept-terms", &subject)?;
        terms.accepted = Some(acceptance);
    }
    Ok(terms)
}

/// Refuses a token while the terms of its connection are not accepted.
pub(super) fn check(
    view: &View<'_>,
    connection: &Connection,
    rules: &TokenRules,
) -> Result<(), Failure> {
    let Some(text) = &rules.terms else {
        return Ok(());
    };
    if view.acceptance(connection.number, text)?.is_some() {
        return Ok(());
    }
    Err(Refusal::TermsNotAccepted {
        connection: connection.name.clone(),
        terms: text.clone(),
    }
    .into())
}
