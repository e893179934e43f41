//! Reads JSON token by token, without building anything: what is masked is read once and dropped.

use std::borrow::Cow;

/// Why a text could not be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It ends before its last bracket.
    End,
    /// Here it is no JSON.
    Syntax,
}

/// A place in a JSON text.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no blank, which stays where it is.
    pub(super) fn peek(&mut self) -> Result<u8, Broken> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
        self.at += blanks;
        rest.get(blanks).copied().ok_or(Broken::End)
    }

    /// Whether nothing but blanks is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_err()
    }

    /// Takes this byte, or complains.
    pub(super) fn take(&mut self, wanted: u8) -> Result<(), Broken> {
        if self.takes(wanted)? {
            Ok(())
        } else {
            Err(Broken::Syntax)
        }
    }

    /// Takes this byte if it is the next one.
    pub(super) fn takes(&mut self, wanted: u8) -> Result<bool, Broken> {
        let is = self.peek()? == wanted;
        self.at += usize::from(is);
        Ok(is)
    }

    /// Takes a text in quotes.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Broken> {
        self.take(b'"')?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        loop {
            match bytes.get(self.at).ok_or(Broken::End)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 2;
                }
                0..0x20 => return Err(Broken::Syntax),
                _ => self.at += 1,
            }
        }
        let inner = self.text.get(start..self.at).ok_or(Broken::Syntax)?;
        self.at += 1;
        if !escaped {
            return Ok(Cow::Borrowed(inner));
        }
        let quoted = self.text.get(start - 1..self.at).ok_or(Broken::Syntax)?;
        serde_json::from_str(quoted)
            .map(Cow::Owned)
            .map_err(|_| Broken::Syntax)
    }

    /// Takes a number, `true`, `false` or `null`.
    pub(super) fn scalar(&mut self) -> Result<&'a str, Broken> {
        self.peek()?;
        let rest = self.text.get(self.at..).ok_or(Broken::Syntax)?;
        let length = rest
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
            .count();
        let word = rest.get(..length).unwrap_or_default();
        let is_number = word.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        if is_number || ["true", "false", "null"].contains(&word) {
            self.at += length;
            Ok(word)
        } else {
            Err(Broken::Syntax)
        }
    }

    /// Goes past a whole value.
    pub(super) fn skip(&mut self) -> Result<(), Broken> {
        let mut open = 0_u32;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    self.at += 1;
                    open += 1;
                }
                b'}' | b']' if open > 0 => {
                    self.at += 1;
                    open -= 1;
                }
                b',' | b':' if open > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    self.scalar()?;
                }
            }
            if open == 0 {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_with_their_escapes() {
        let mut scanner = Scanner::new(r#" "a\"\u00e9" "b" "#);
        assert_eq!(scanner.string().unwrap(), "a\"é");
        assert_eq!(scanner.string().unwrap(), "b");
        assert!(scanner.is_at_end());
        assert_eq!(Scanner::new("\"a").string(), Err(Broken::End));
        assert_eq!(Scanner::new("\"a\\").string(), Err(Broken::End));
        assert_eq!(Scanner::new("\"\\é\"").string(), Err(Broken::Syntax));
        assert_eq!(Scanner::new("a").string(), Err(Broken::Syntax));
    }

    #[test]
    fn a_value_is_skipped_as_a_whole() {
        let mut scanner = Scanner::new(r#"{"a":[1,{"b":"}"}],"c":null} 7 x"#);
        scanner.skip().unwrap();
        assert_eq!(scanner.scalar(), Ok("7"));
        assert_eq!(scanner.skip(), Err(Broken::Syntax));
        assert_eq!(Scanner::new("[1,").skip(), Err(Broken::End));
    }
}
