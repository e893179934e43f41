//! The words of a filter: names, operators, brackets and values, each with the column where it
//! stands, so that an error can point at it.

use crate::scim::ScimError;

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
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            column: 1,
        }
    }

    /// The next word; after the last one there is [`Lexeme::End`], as often as one asks.
    pub(super) fn next(&mut self) -> Result<Token<'a>, ScimError> {
        let blanks = self.rest.len() - self.rest.trim_start_matches(is_blank).len();
        let spaced = !self.take(blanks).is_empty();
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
                Lexeme::Word(self.take(end.unwrap_or(self.rest.len())))
            }
        };
        Ok(Token {
            lexeme,
            column,
            spaced,
        })
    }

    /// Takes `bytes` of the text, which end at a character's end.
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.column += taken.chars().count();
        taken
    }

    fn single(&mut self, lexeme: Lexeme<'a>) -> Lexeme<'a> {
        self.take(1);
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
        let text = serde_json::from_str(self.take(end + 1)).map_err(|_| {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<(usize, Lexeme<'_>)>, ScimError> {
        let mut lexer = Lexer::new(text);
        let mut words = Vec::new();
        loop {
            let token = lexer.next()?;
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
