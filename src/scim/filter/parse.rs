//! Text to [`Filter`], by recursive descent. Nesting is counted before it is entered, and every
//! error says where it is and what would be right.

use serde_json::Value;

use super::ast::{Check, Column, Element, Filter, Literal, OPERATORS, Test};
use super::lex::{Lexeme, Token, bare, excerpt, refuse};
use super::parser::{Parser, expected};
use crate::base::Limits;
use crate::scim::error::ScimError;
use crate::scim::name::AttrName;
use crate::scim::path::AttrPath;

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
    let mut parser = Parser::new(text, limits);
    let filter = parser.alternatives()?;
    let rest = parser.lexer.take()?;
    match rest.lexeme {
        Lexeme::End => Ok(filter),
        Lexeme::Close | Lexeme::CloseBracket => Err(refuse(
            rest.column,
            format_args!("{} closes nothing", rest.lexeme.shown()),
        )),
        _ => Err(expected("`and`, `or` or the end of the filter", &rest)),
    }
}

impl Parser<'_> {
    /// Terms joined by `or`, which binds weakest. A chain is one flat list, however long.
    fn alternatives(&mut self) -> Result<Filter, ScimError> {
        let first = self.conjunction()?;
        if !self.lexer.takes("or")? {
            return Ok(first);
        }
        let mut parts = vec![first, self.conjunction()?];
        while self.lexer.takes("or")? {
            parts.push(self.conjunction()?);
        }
        Ok(Filter::Or(parts))
    }

    fn conjunction(&mut self) -> Result<Filter, ScimError> {
        let first = self.term()?;
        if !self.lexer.takes("and")? {
            return Ok(first);
        }
        let mut parts = vec![first, self.term()?];
        while self.lexer.takes("and")? {
            parts.push(self.term()?);
        }
        Ok(Filter::And(parts))
    }

    fn term(&mut self) -> Result<Filter, ScimError> {
        let token = self.lexer.take()?;
        match token.lexeme {
            Lexeme::Open => self.group(token.column),
            Lexeme::Word(word) if word.eq_ignore_ascii_case("not") => self.negation(word, &token),
            Lexeme::Word(word) => self.expression(word, token.column),
            _ => Err(expected("the name of an attribute", &token)),
        }
    }

    /// What begins with `not`, which was taken. An attribute may have that name too.
    fn negation(&mut self, word: &str, not: &Token<'_>) -> Result<Filter, ScimError> {
        match self.lexer.peek()?.lexeme {
            Lexeme::Open => {
                let open = self.lexer.take()?;
                Ok(Filter::Not(Box::new(self.group(open.column)?)))
            }
            Lexeme::Word(next) if !is_operator(next) => Err(refuse(
                not.column,
                "`not` needs parentheses around what it negates: not (…)",
            )),
            _ => self.expression(word, not.column),
        }
    }

    /// What stands between the parenthesis at `column`, which was taken, and the one that closes it.
    fn group(&mut self, column: usize) -> Result<Filter, ScimError> {
        self.enter(column)?;
        let filter = self.alternatives()?;
        self.leave(&Lexeme::Close, "`and`, `or` or `)`")?;
        Ok(filter)
    }

    /// A comparison or a value path, whose first word was taken.
    fn expression(&mut self, word: &str, column: usize) -> Result<Filter, ScimError> {
        let path = AttrPath::parse(word).ok_or_else(|| {
            refuse(
                column,
                format_args!("`{}` is not the name of an attribute", excerpt(word)),
            )
        })?;
        let next = self.lexer.peek()?;
        if next.lexeme == Lexeme::OpenBracket && !next.spaced {
            return self.element(path, column);
        }
        Ok(Filter::Test(Box::new(Test {
            path,
            column: Column(column),
            check: self.check()?,
        })))
    }

    /// A value path, of which the name was taken and the bracket was not.
    fn element(&mut self, path: AttrPath, column: usize) -> Result<Filter, ScimError> {
        let open = self.lexer.take()?;
        if self.in_brackets {
            return Err(refuse(
                open.column,
                "there can be no brackets inside brackets",
            ));
        }
        self.enter(open.column)?;
        self.in_brackets = true;
        let inner = self.alternatives()?;
        self.leave(&Lexeme::CloseBracket, "`and`, `or` or `]`")?;
        self.in_brackets = false;
        Ok(Filter::Element(Box::new(Element {
            path,
            column: Column(column),
            inner,
            then: self.tail()?,
        })))
    }

    /// The `.value eq "x"` behind a closing bracket.
    fn tail(&mut self) -> Result<Option<Test>, ScimError> {
        let next = self.lexer.peek()?;
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
        self.lexer.take()?;
        let check = self.check()?;
        Ok(Some(Test::of_part(name, column + 1, check)))
    }

    /// An operator, and its value if it takes one.
    fn check(&mut self) -> Result<Check, ScimError> {
        const WHAT: &str = "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt or le)";
        let token = self.lexer.take()?;
        self.count_clause(token.column)?;
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
        let token = self.lexer.take()?;
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

fn is_operator(word: &str) -> bool {
    let mut names = OPERATORS.iter().map(|(name, _)| *name).chain(["ne", "pr"]);
    names.any(|name| word.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `text` is read as, printed; or the complaint.
    fn read(text: &str) -> String {
        match parse(text, &Limits::DEFAULT) {
            Ok(filter) => filter.to_string(),
            Err(error) => {
                assert_eq!(error.status(), 400);
                assert_eq!(
                    error.scim_type(),
                    Some(crate::scim::ScimType::InvalidFilter)
                );
                error.detail().to_owned()
            }
        }
    }

    #[test]
    fn every_form_of_rfc_7644_is_read() {
        for text in [
            "userName eq \"mira\"",
            "name.familyName co \"O'Hara\"",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"",
            "title pr",
            "meta.lastModified gt \"2026-11-20T09:30:00Z\"",
            "title pr and userType eq \"Employee\"",
            "title pr or userType eq \"Guest\"",
            "userType eq \"Employee\" and (emails co \"example.net\" or emails.value co \"example.org\")",
            "userType ne \"Employee\" and not (emails co \"example.net\")",
            "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.net\"]",
            "emails[type eq \"work\" and value co \"@a\"] or ims[type eq \"xmpp\" and value co \"@b\"]",
            "emails[type eq \"work\"].value eq \"mira@example.net\"",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq \"1\"",
            "active eq false and x eq null or y eq -1.5",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn not_binds_tighter_than_and_and_and_tighter_than_or() {
        let tree = |text: &str| parse(text, &Limits::DEFAULT).unwrap();
        assert_eq!(
            tree("a pr or b pr and not (c pr) or d pr"),
            tree("(a pr) or ((b pr) and (not (c pr))) or (d pr)")
        );
        assert_ne!(
            tree("(a pr or b pr) and c pr"),
            tree("a pr or b pr and c pr")
        );
        assert!(matches!(tree("a pr and b pr and c pr"), Filter::And(parts) if parts.len() == 3));
    }

    #[test]
    fn letter_case_and_doubled_blanks_do_not_count() {
        assert_eq!(
            read("  userName   EQ  \"x\"  AND  NOT(Title Pr)  Or (a eq TRUE ) "),
            "userName eq \"x\" and not (Title pr) or a eq true"
        );
        assert_eq!(read("not pr and not.a eq 1"), "not pr and not.a eq 1");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_column() {
        const OPERATORS: &str = "expected an operator (eq, ne, co, sw, ew, pr, gt, ge, lt or le)";
        for line in WRONG.lines() {
            let (text, complaint) = line.split_once(" => ").unwrap();
            let complaint = complaint.replace("OPERATORS", OPERATORS);
            assert_eq!(read(text), format!("column {complaint}"), "{text}");
        }
        assert_eq!(
            read(""),
            "column 1: expected the name of an attribute, found the end"
        );
    }

    const WRONG: &str = r#"  => 2: expected the name of an attribute, found the end
userName => 9: OPERATORS, found the end
userName is "x" => 10: OPERATORS, found `is`
userName "x" => 10: OPERATORS, found a text in quotes
userName eq => 12: expected a value, found the end
userName eq oskar => 13: `oskar` is neither true, false, null nor a number; a text needs double quotes: "oskar"
a eq 01 => 6: `01` is neither true, false, null nor a number; a text needs double quotes: "01"
userName eq"x" => 12: expected a blank between operator and value
userName eq "x => 13: the quote that opens here is never closed
a eq "x"and b pr => 9: expected a blank behind the closing quote; a quote inside a text is written \"
a eq "x" b pr => 10: expected `and`, `or` or the end of the filter, found `b`
a pr "x" => 6: expected `and`, `or` or the end of the filter, found a text in quotes
a pr and => 9: expected the name of an attribute, found the end
a pr or or b pr => 12: OPERATORS, found `b`
(a pr => 6: expected `and`, `or` or `)`, found the end
a pr) => 5: `)` closes nothing
a pr] => 5: `]` closes nothing
(a pr] => 6: expected `and`, `or` or `)`, found `]`
not a pr => 1: `not` needs parentheses around what it negates: not (…)
not => 4: OPERATORS, found the end
() => 2: expected the name of an attribute, found `)`
a..b pr => 1: `a..b` is not the name of an attribute
a.b.c pr => 1: `a.b.c` is not the name of an attribute
__proto__ pr => 1: `__proto__` is not the name of an attribute
ää pr => 1: `ää` is not the name of an attribute
a eq "ää" b => 11: expected `and`, `or` or the end of the filter, found `b`
a[b pr => 7: expected `and`, `or` or `]`, found the end
a[] => 3: expected the name of an attribute, found `]`
a[b[c pr]] => 4: there can be no brackets inside brackets
a [b pr] => 3: OPERATORS, found `[`
a[b pr]c pr => 8: expected a blank, or `.` and the name of a sub-attribute, found `c`
a[b pr].c => 10: OPERATORS, found the end
a[b pr].c.d pr => 8: expected a blank, or `.` and the name of a sub-attribute, found `.c.d`
a eq [1] => 6: expected a value, found `[`"#;

    #[test]
    fn nesting_is_refused_before_it_is_entered() {
        let limits = Limits::DEFAULT;
        let nested = |open: &str, times: usize, rest: &str| {
            let text = open.repeat(times) + "a pr" + rest + &")".repeat(times);
            parse(&text, &limits)
        };
        assert!(nested("(", 64, "").is_ok());
        assert_eq!(
            nested("(", 65, "").unwrap_err().detail(),
            "column 65: a filter may be nested 64 deep, and no deeper"
        );
        assert!(nested("not (", 64, "").is_ok());
        assert!(nested("not (", 65, "").is_err());
        assert!(nested("not (", 64, " !").is_err());
        let wide = Limits {
            filter: usize::MAX,
            filter_depth: usize::MAX,
            ..limits
        };
        assert!(parse(&"not (".repeat(1_000_000), &wide).is_err());
    }

    #[test]
    fn length_and_number_of_comparisons_are_limited() {
        let chain = |clauses: usize| vec!["a pr"; clauses].join(" or ");
        assert!(parse(&chain(500), &Limits::DEFAULT).is_ok());
        let complaint = read(&chain(501));
        assert!(complaint.ends_with("a filter may have 500 comparisons, and no more"));
        let long = format!("a eq \"{}\"", "x".repeat(8 << 10));
        assert_eq!(
            read(&long),
            "a filter may have 8192 bytes, this one has 8199"
        );
    }
}
