//! Whether a token opens its connection.

use super::tokens::Token;
use crate::base::Timestamp;

/// Whether a token opens its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Active,
    /// Its time is over.
    Expired,
    /// The operator took it back, or its successor has taken its place.
    Revoked,
}

impl TokenState {
    /// The state in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl Token {
    /// The state of this token at `now`.
    pub fn state(&self, now: Timestamp) -> TokenState {
        let over = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        if self.revoked.is_some() || over(self.overlap_ends) {
            TokenState::Revoked
        } else if over(self.expires) {
            TokenState::Expired
        } else {
            TokenState::Active
        }
    }
}
