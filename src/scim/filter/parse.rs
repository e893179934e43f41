//! Text to [`Filter`], by recursive descent. Nesting is counted before it is entered, and every
//! error says where it is and what would be right.

use serde_json::{Number, Value};

use super::ast::{Check, Column, Filter, Literal, OPERATORS, Test};
use super::lex::{Lexeme, Lexer, Token, excerpt, refuse};
use crate::base::Limits;
use crate::scim::{AttrName, AttrPath, ScimError};

/// However high the operator sets the limit: deeper than this a filter is not read, because each
/// level costs stack, and a stack that is exhausted ends the process.
const DEEPEST: usize = 256;

/// Reads a filter (RFC 7644 §3.4.2.2). Names and operators may be in any letter case, and blanks may
/// be doubled. What is wrong or beyond `limits` is 400 `invalidFilter`.
pub fn parse(text: &str, limits: &Limits) -> Result<Filter, ScimError> {
    if text.len() > limits.filter {
        return Err(ScimError::invalid_filter(format_args!(
            "a filter may have {} bytes, this one has {}",
            limits.filter,
            text.len()
        )));
    }
    let mut parser = Parser {
        lexer: Lexer::new(text),
        ahead: None,
        in_brackets: false,
        depth: 0,
        clauses: 0,
        limits,
    };
    let filter = parser.alternatives()?;
    let rest = parser.take()?;
    match rest.lexeme {
        Lexeme::End => Ok(filter),
        Lexeme::Close | Lexeme::CloseBracket => Err(refuse(
            rest.column,
            format_args!("{} closes nothing", rest.lexeme.shown()),
        )),
        _ => Err(expected("`and`, `or` or the end of the filter", &rest)),
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    ahead: Option<Token<'a>>,
    in_brackets: bool,
    depth: usize,
    clauses: usize,
    limits: &'a Limits,
}

fn expected(what: &str, found: &Token<'_>) -> ScimError {
    refuse(
        found.column,
        format_args!("expected {what}, found {}", found.lexeme.shown()),
    )
}

impl<'a> Parser<'a> {
    fn take(&mut self) -> Result<Token<'a>, ScimError> {
        match self.ahead.take() {
            Some(token) => Ok(token),
            None => self.lexer.next(),
        }
    }

    fn peek(&mut self) -> Result<&Token<'a>, ScimError> {
        let token = self.take()?;
        Ok(self.ahead.insert(token))
    }

    /// Takes the next word if it is `keyword`, in any letter case.
    fn takes(&mut self, keyword: &str) -> Result<bool, ScimError> {
        let is_next = matches!(
            self.peek()?.lexeme,
            Lexeme::Word(word) if word.eq_ignore_ascii_case(keyword)
        );
        if is_next {
            self.take()?;
        }
        Ok(is_next)
    }

    /// Terms joined by `or`, which binds weakest. A chain is one flat list, however long.
    fn alternatives(&mut self) -> Result<Filter, ScimError> {
        let first = self.conjunction()?;
        if !self.takes("or")? {
            return Ok(first);
        }
        let mut parts = vec![first, self.conjunction()?];
        while self.takes("or")? {
            parts.push(self.conjunction()?);
        }
        Ok(Filter::Or(parts))
    }

    fn conjunction(&mut self) -> Result<Filter, ScimError> {
        let first = self.term()?;
        if !self.takes("and")? {
            return Ok(first);
        }
        let mut parts = vec![first, self.term()?];
        while self.takes("and")? {
            parts.push(self.term()?);
        }
        Ok(Filter::And(parts))
    }

    fn term(&mut self) -> Result<Filter, ScimError> {
        let token = self.take()?;
        match token.lexeme {
            Lexeme::Open => self.group(token.column),
            // An attribute may be called `not`; only in front of a parenthesis is it the word.
            Lexeme::Word(word)
                if word.eq_ignore_ascii_case("not")
                    && matches!(self.peek()?.lexeme, Lexeme::Open) =>
            {
                let open = self.take()?;
                Ok(Filter::Not(Box::new(self.group(open.column)?)))
            }
            Lexeme::Word(word) => self.expression(word, token.column),
            _ => Err(expected("the name of an attribute", &token)),
        }
    }

    /// What stands between the parenthesis at `column`, which was taken, and the one that closes it.
    fn group(&mut self, column: usize) -> Result<Filter, ScimError> {
        self.enter(column)?;
        let filter = self.alternatives()?;
        self.leave(&Lexeme::Close, "`and`, `or` or `)`")?;
        Ok(filter)
    }

    fn enter(&mut self, column: usize) -> Result<(), ScimError> {
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

    fn leave(&mut self, by: &Lexeme<'_>, hint: &str) -> Result<(), ScimError> {
        let token = self.take()?;
        if token.lexeme != *by {
            return Err(expected(hint, &token));
        }
        self.depth -= 1;
        Ok(())
    }

    /// A comparison or a value path, whose first word was taken.
    fn expression(&mut self, word: &str, column: usize) -> Result<Filter, ScimError> {
        let path = AttrPath::parse(word).ok_or_else(|| {
            refuse(
                column,
                format_args!("`{}` is not the name of an attribute", excerpt(word)),
            )
        })?;
        let next = self.peek()?;
        if next.lexeme == Lexeme::OpenBracket && !next.spaced {
            return self.element(path, column);
        }
        Ok(Filter::Test(Test {
            path,
            column: Column(column),
            check: self.check()?,
        }))
    }

    /// A value path, of which the name was taken and the bracket was not.
    fn element(&mut self, path: AttrPath, column: usize) -> Result<Filter, ScimError> {
        let open = self.take()?;
        if self.in_brackets {
            return Err(refuse(
                open.column,
                "there can be no brackets inside brackets",
            ));
        }
        self.enter(open.column)?;
        self.in_brackets = true;
        let inner = Box::new(self.alternatives()?);
        self.leave(&Lexeme::CloseBracket, "`and`, `or` or `]`")?;
        self.in_brackets = false;
        Ok(Filter::Element {
            path,
            column: Column(column),
            inner,
            then: self.tail()?,
        })
    }

    /// The `.value eq "x"` behind a closing bracket.
    fn tail(&mut self) -> Result<Option<Test>, ScimError> {
        let next = self.peek()?;
        let column = next.column;
        let name = match next.lexeme {
            Lexeme::Word(word) if !next.spaced => word,
            _ => return Ok(None),
        };
        let Some(name) = name.strip_prefix('.').and_then(AttrName::parse) else {
            return Err(expected(
                "a blank, or `.` and the name of a sub-attribute",
                next,
            ));
        };
        self.take()?;
        let check = self.check()?;
        Ok(Some(Test::of_part(name, column + 1, check)))
    }

    /// An operator, and its value if it takes one.
    fn check(&mut self) -> Result<Check, ScimError> {
        const WHAT: &str = "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt or le)";
        let token = self.take()?;
        self.clauses += 1;
        if self.clauses > self.limits.filter_clauses {
            return Err(refuse(
                token.column,
                format_args!(
                    "a filter may have {} comparisons, and no more",
                    self.limits.filter_clauses
                ),
            ));
        }
        let Lexeme::Word(word) = token.lexeme else {
            return Err(expected(WHAT, &token));
        };
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Check::Present);
        }
        if word.eq_ignore_ascii_case("ne") {
            return self.literal().map(Check::Differs);
        }
        let operator = OPERATORS
            .iter()
            .find(|(name, _)| word.eq_ignore_ascii_case(name))
            .map(|(_, operator)| *operator)
            .ok_or_else(|| expected(WHAT, &token))?;
        Ok(Check::Compare(operator, self.literal()?))
    }

    fn literal(&mut self) -> Result<Literal, ScimError> {
        let token = self.take()?;
        let value = match token.lexeme {
            Lexeme::Text(_) | Lexeme::Word(_) if !token.spaced => {
                return Err(refuse(
                    token.column,
                    "expected a blank between operator and value",
                ));
            }
            Lexeme::Text(text) => Value::String(text),
            Lexeme::Word(word) => bare(word, token.column)?,
            _ => return Err(expected("a value", &token)),
        };
        Ok(Literal::new(value, token.column))
    }
}

/// A value without quotes. `TRUE` is forgiven: without quotes it can mean nothing else.
fn bare(word: &str, column: usize) -> Result<Value, ScimError> {
    if word.eq_ignore_ascii_case("true") {
        return Ok(Value::Bool(true));
    }
    if word.eq_ignore_ascii_case("false") {
        return Ok(Value::Bool(false));
    }
    if word.eq_ignore_ascii_case("null") {
        return Ok(Value::Null);
    }
    serde_json::from_str::<Number>(word)
        .map(Value::Number)
        .map_err(|_| {
            refuse(
                column,
                format_args!(
                    "`{0}` is neither true, false, null nor a number; a text needs double quotes: \
                     \"{0}\"",
                    excerpt(word)
                ),
            )
        })
}
