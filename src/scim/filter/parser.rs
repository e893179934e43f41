//! How far the reading of a filter has come, and the limits that it keeps.

use super::lex::{Lexeme, Lexer, Token, refuse};
use crate::base::Limits;
use crate::scim::error::ScimError;

/// However high the operator sets the limit: deeper than this a filter is not read, because each
/// level costs stack, and a stack that is exhausted ends the process.
const DEEPEST: usize = 128;

/// The words that are left, and what is open around them.
pub(super) struct Parser<'a> {
    pub(super) lexer: Lexer<'a>,
    pub(super) in_brackets: bool,
    depth: usize,
    clauses: usize,
    limits: &'a Limits,
}

impl<'a> Parser<'a> {
    pub(super) const fn new(text: &'a str, limits: &'a Limits) -> Self {
        Self {
            lexer: Lexer::new(text),
            in_brackets: false,
            depth: 0,
            clauses: 0,
            limits,
        }
    }

    /// Goes one level deeper, by what opens it at `column`.
    pub(super) fn enter(&mut self, column: usize) -> Result<(), ScimError> {
        let deepest = self.limits.filter_depth.min(DEEPEST);
        if self.depth >= deepest {
            return Err(refuse(
                column,
                format_args!("a filter may be nested {deepest} deep, and no deeper"),
            ));
        }
        self.depth += 1;
        Ok(())
    }

    /// Takes what closes the level; `hint` says what may stand there.
    pub(super) fn leave(&mut self, by: &Lexeme<'_>, hint: &str) -> Result<(), ScimError> {
        let token = self.lexer.take()?;
        if token.lexeme != *by {
            return Err(expected(hint, &token));
        }
        self.depth -= 1;
        Ok(())
    }

    /// One comparison more, whose operator stands at `column`.
    pub(super) fn count_clause(&mut self, column: usize) -> Result<(), ScimError> {
        self.clauses += 1;
        if self.clauses > self.limits.filter_clauses {
            return Err(refuse(
                column,
                format_args!(
                    "a filter may have {} comparisons, and no more",
                    self.limits.filter_clauses
                ),
            ));
        }
        Ok(())
    }
}

/// 400 `invalidFilter`: something else should stand there.
pub(super) fn expected(what: &str, found: &Token<'_>) -> ScimError {
    refuse(
        found.column,
        format_args!("expected {what}, found {}", found.lexeme.shown()),
    )
}
