//! Rust text as words and signs, without comments, strings and lifetimes: enough to read `use`.

/// A word or a sign, and the line on which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// The tokens of `source`: identifiers, `::`, whole attributes from `#` to `]` without blanks, and
/// every other sign by itself. What is quoted or commented is not there.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        rest: source,
        line: 1,
    };
    let mut tokens = Vec::new();
    while let Some((text, line)) = lexer.next_token() {
        if !text.is_empty() {
            tokens.push(Token { text, line });
        }
    }
    tokens
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
}

impl Lexer<'_> {
    /// The next token; an empty text stands for something that was skipped.
    fn next_token(&mut self) -> Option<(String, usize)> {
        let line = self.line;
        let first = self.rest.chars().next()?;
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if self.rest.starts_with("//") {
            self.rest.find('\n').unwrap_or(self.rest.len())
        } else if self.rest.starts_with("/*") {
            comment(self.rest)
        } else if let Some(length) = string(self.rest) {
            length
        } else if first == '\'' {
            quoted_or_lifetime(self.rest)
        } else if first.is_alphabetic() || first == '_' {
            let length = word(self.rest);
            return Some((self.take(length).to_owned(), line));
        } else if first.is_ascii_digit() {
            word(self.rest)
        } else if self.rest.starts_with("::") {
            return Some((self.take(2).to_owned(), line));
        } else if self.rest.starts_with("#[") || self.rest.starts_with("#![") {
            let length = attribute(self.rest);
            let text: String = self.take(length).split_whitespace().collect();
            return Some((text, line));
        } else {
            return Some((self.take(first.len_utf8()).to_owned(), line));
        };
        self.take(length);
        Some((String::new(), line))
    }

    fn take(&mut self, length: usize) -> &str {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }
}

fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

/// Block comments nest.
fn comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of the string literal at the start of `text`: plain, byte, C or raw.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix)
            .is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let body = &text[prefix.len()..];
    let hashes = body.len() - body.trim_start_matches('#').len();
    if prefix.ends_with('r') {
        let close = format!("\"{}", "#".repeat(hashes));
        let start = prefix.len() + hashes + 1;
        let end = text[start..]
            .find(&close)
            .map_or(text.len(), |end| start + end + close.len());
        return Some(end);
    }
    if hashes > 0 {
        return None;
    }
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(prefix.len() + at + 1),
            _ => {}
        }
    }
    Some(text.len())
}

/// `'a'` and `'\n'` are characters, `'a` is a lifetime.
fn quoted_or_lifetime(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    match signs.next() {
        Some((_, '\\')) => {
            let after = 3.min(text.len());
            text[after..]
                .find('\'')
                .map_or(text.len(), |end| after + end + 1)
        }
        Some((_, first)) => match signs.next() {
            Some((at, '\'')) => at + 1,
            _ if first.is_alphabetic() || first == '_' => 1 + word(&text[1..]),
            _ => 1,
        },
        None => 1,
    }
}

fn attribute(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if let Some(length) = string(&text[at..]) {
            at += length;
            continue;
        }
        let c = text[at..].chars().next().unwrap_or(' ');
        at += c.len_utf8();
        match c {
            '[' => depth += 1,
            ']' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let found: Vec<String> = tokens(source).into_iter().map(|token| token.text).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn what_is_quoted_or_commented_is_not_read() {
        check(
            r##"let a = "use crate::x; \" //"; // use crate::y
               /* use /* nested */ crate::z; */ let b = r#"" crate "#; 'c' '\'' b"x" "##,
            &["let", "a", "=", ";", "let", "b", "=", ";"],
        );
    }

    #[test]
    fn lifetimes_are_not_characters() {
        check(
            "fn a<'x>(b: &'x str) {}",
            &[
                "fn", "a", "<", ">", "(", "b", ":", "&", "str", ")", "{", "}",
            ],
        );
    }

    #[test]
    fn an_attribute_is_one_token() {
        check(
            "#![a(b)] #[cfg(test)]\n#[doc = \"]\"] mod tests;",
            &[
                "#![a(b)]",
                "#[cfg(test)]",
                "#[doc=\"]\"]",
                "mod",
                "tests",
                ";",
            ],
        );
        assert_eq!(tokens("\n\nmod a;")[0].line, 3);
    }
}
