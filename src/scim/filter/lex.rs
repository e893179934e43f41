//! The words of a filter: names, operators, brackets and values, each with the column where it
//! stands, so that an error can point at it.

use serde_json::{Number, Value};

use crate::scim::error::ScimError;

/// One word of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) lexeme: Lexeme<'a>,
    /// The character where it begins, counted from 1.
    pub(super) column: usize,
    /// Whether there is a blank before it.
    pub(super) spaced: bool,
}

/// What a word can be. Names, operators and bare values look alike: the grammar tells them apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Lexeme<'a> {
    Word(&'a str),
    /// A text in quotes, without its quotes and escapes.
    Text(String),
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    End,
}

impl Lexeme<'_> {
    /// What a reader of an error is told was found.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => format!("`{}`", excerpt(word)),
            Self::Text(_) => "a text in quotes".to_owned(),
            Self::Open => "`(`".to_owned(),
            Self::Close => "`)`".to_owned(),
            Self::OpenBracket => "`[`".to_owned(),
            Self::CloseBracket => "`]`".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

/// As much of a word as an error quotes.
pub(super) fn excerpt(word: &str) -> String {
    const LONGEST: usize = 60;
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", word.split_at(end).0),
        None => word.to_owned(),
    }
}

/// 400 `invalidFilter` with the place in front.
pub(super) fn refuse(column: usize, complaint: impl std::fmt::Display) -> ScimError {
    ScimError::invalid_filter(format_args!("column {column}: {complaint}"))
}

/// Cuts a filter into words, one at a time.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
    column: usize,
    /// The next word, where it was looked at already.
    ahead: Option<Token<'a>>,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            column: 1,
            ahead: None,
        }
    }

    /// Takes the next word; after the last one there is [`Lexeme::End`], as often as one asks.
    pub(super) fn take(&mut self) -> Result<Token<'a>, ScimError> {
        match self.ahead.take() {
            Some(token) => Ok(token),
            None => self.next(),
        }
    }

    /// Looks at the next word.
    pub(super) fn peek(&mut self) -> Result<&Token<'a>, ScimError> {
        let token = self.take()?;
        Ok(self.ahead.insert(token))
    }

    /// Takes the next word if it is `keyword`, in any letter case.
    pub(super) fn takes(&mut self, keyword: &str) -> Result<bool, ScimError> {
        let is_next = matches!(
            self.peek()?.lexeme,
            Lexeme::Word(word) if word.eq_ignore_ascii_case(keyword)
        );
        if is_next {
            self.ahead = None;
        }
        Ok(is_next)
    }

    fn next(&mut self) -> Result<Token<'a>, ScimError> {
        let blanks = self.rest.len() - self.rest.trim_start_matches(is_blank).len();
        let spaced = !self.advance(blanks).is_empty();
        let column = self.column;
        let lexeme = match self.rest.chars().next() {
            None => Lexeme::End,
            Some('(') => self.single(Lexeme::Open),
            Some(')') => self.single(Lexeme::Close),
            Some('[') => self.single(Lexeme::OpenBracket),
            Some(']') => self.single(Lexeme::CloseBracket),
            Some('"') => self.text()?,
            Some(_) => {
                let end = self
                    .rest
                    .find(|letter| is_blank(letter) || "()[]\"".contains(letter));
                Lexeme::Word(self.advance(end.unwrap_or(self.rest.len())))
            }
        };
        Ok(Token {
            lexeme,
            column,
            spaced,
        })
    }

    /// Steps over `bytes` of the text, which end at a character's end.
    fn advance(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.column += taken.chars().count();
        taken
    }

    fn single(&mut self, lexeme: Lexeme<'a>) -> Lexeme<'a> {
        self.advance(1);
        lexeme
    }

    /// A text in quotes, by the rules of JSON (RFC 8259 §7).
    fn text(&mut self) -> Result<Lexeme<'a>, ScimError> {
        let column = self.column;
        let mut escaped = false;
        let end = self.rest.bytes().enumerate().skip(1).find(|(_, byte)| {
            let closes = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            closes
        });
        let Some((end, _)) = end else {
            return Err(refuse(column, "the quote that opens here is never closed"));
        };
        let text = serde_json::from_str(self.advance(end + 1)).map_err(|_| {
            refuse(
                column,
                "the text in quotes is no JSON string: write \\\" for a quote, \\\\ for a backslash \
                 and \\n, \\t or \\u0000 for control characters",
            )
        })?;
        // Most often an inner quote that was not escaped.
        match self.rest.chars().next() {
            Some(letter) if !is_blank(letter) && !matches!(letter, ')' | ']') => Err(refuse(
                self.column,
                "expected a blank behind the closing quote; a quote inside a text is written \\\"",
            )),
            _ => Ok(Lexeme::Text(text)),
        }
    }
}

/// The grammar has only the space; a tab or a line break does no harm.
const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

/// A value without quotes. `TRUE` is forgiven: without quotes it can mean nothing else.
pub(super) fn bare(word: &str, column: usize) -> Result<Value, ScimError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<(usize, Lexeme<'_>)>, ScimError> {
        let mut lexer = Lexer::new(text);
        let mut words = Vec::new();
        loop {
            let token = lexer.take()?;
            if token.lexeme == Lexeme::End {
                return Ok(words);
            }
            words.push((token.column, token.lexeme));
        }
    }

    #[test]
    fn columns_count_characters_from_one() {
        assert_eq!(
            words(" title  co \"Ä\\\"\u{1f600}\" (x)").unwrap(),
            [
                (2, Lexeme::Word("title")),
                (9, Lexeme::Word("co")),
                (12, Lexeme::Text("Ä\"\u{1f600}".into())),
                (19, Lexeme::Open),
                (20, Lexeme::Word("x")),
                (21, Lexeme::Close),
            ]
        );
    }

    #[test]
    fn surrogate_pairs_are_one_character_and_halves_are_refused() {
        assert_eq!(
            words(r#""\ud83d\ude00\\""#).unwrap(),
            [(1, Lexeme::Text("\u{1f600}\\".into()))]
        );
        for wrong in [
            r#""\ud83d""#,
            r#""\x""#,
            "\"\t\"",
            r#"""#,
            r#""\""#,
            r#"x "abc"#,
        ] {
            assert!(words(wrong).is_err(), "{wrong}");
        }
    }
}
