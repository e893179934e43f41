//! How long an old token is good beside the new one that takes its place.

use jiff::SignedDuration;

use super::failure::Failure;
use super::refusal::Refusal;
use crate::base::{Timestamp, duration};
use crate::store::{Connection, Scope, TokenKind, TokenState, View};

/// The overlap of `token rotate` unless another is asked for.
const USUAL: SignedDuration = SignedDuration::from_hours(24);

/// The longest overlap: two good tokens where one would do are one too many.
const LONGEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How long the old token outlives a new one that nobody may ever have received.
const HANDING_OVER: SignedDuration = SignedDuration::from_mins(1);

/// What becomes of the tokens whose place a new one takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// Nothing was said: a new token stands beside the others, and a rotated one has the usual time.
    Unsaid,
    /// They end when the new one has been handed over.
    None,
    /// They stay good so long, or until the new one is used.
    For(SignedDuration),
}

/// Reads an overlap: a length of time, or `none`.
pub fn overlap(text: Option<&str>) -> Result<Overlap, Refusal> {
    let Some(text) = text else {
        return Ok(Overlap::Unsaid);
    };
    if text.trim() == "none" {
        return Ok(Overlap::None);
    }
    match duration(text) {
        Ok(length) if length <= LONGEST => Ok(Overlap::For(length)),
        _ => Err(Refusal::BadOverlap { text: text.into() }),
    }
}

/// The tokens of a scope whose place a new one takes, and until when they are good beside it.
pub(super) fn others(
    view: &View<'_>,
    connection: &Connection,
    scope: Scope,
    overlap: Overlap,
    now: Timestamp,
) -> Result<Vec<(i64, Timestamp)>, Failure> {
    let single = view.policy(connection)?.0.single_token;
    let length = match overlap {
        Overlap::Unsaid if !single => return Ok(Vec::new()),
        said => beside(said, single, connection)?,
    };
    let until = now.plus(length);
    let tokens = view.tokens_of(connection.number)?;
    Ok(tokens
        .iter()
        // What the identity provider signs itself was never handed out.
        .filter(|token| token.scope == scope && token.kind != TokenKind::Signed)
        .filter(|token| token.state(now) == TokenState::Active)
        .map(|token| (token.number, earlier(token.overlap_ends, until)))
        .collect())
}

/// How long an old token is good beside the new one.
pub(super) fn beside(
    said: Overlap,
    single: bool,
    of: &Connection,
) -> Result<SignedDuration, Refusal> {
    match said {
        Overlap::For(_) if single => Err(Refusal::SingleToken {
            connection: of.name.clone(),
        }),
        Overlap::For(length) => Ok(length),
        Overlap::Unsaid if !single => Ok(USUAL),
        Overlap::Unsaid | Overlap::None => Ok(HANDING_OVER),
    }
}

/// An overlap that has begun is not made longer by a third token.
pub(super) fn earlier(begun: Option<Timestamp>, until: Timestamp) -> Timestamp {
    begun.map_or(until, |begun| begun.min(until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_is_a_length_of_time_or_none() {
        assert_eq!(overlap(None), Ok(Overlap::Unsaid));
        assert_eq!(overlap(Some("none")), Ok(Overlap::None));
        let day = SignedDuration::from_hours(24);
        assert_eq!(overlap(Some("24h")), Ok(Overlap::For(day)));
        for wrong in ["", "0h", "24", "1000d", "never"] {
            assert!(overlap(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
