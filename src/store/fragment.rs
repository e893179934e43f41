//! A piece of SQL with its values: whatever a client wrote is bound, never part of the text.

use rusqlite::types::Value;

/// Text with a `?` for every value, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fragment {
    text: String,
    values: Vec<Value>,
}

impl Fragment {
    /// Text of our own.
    pub(super) fn new(text: &str) -> Self {
        Self::default().sql(text)
    }

    /// Goes on with text of our own.
    #[must_use]
    pub(super) fn sql(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Goes on with a bound value.
    #[must_use]
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    /// Goes on with a list of bound values, separated by commas.
    #[must_use]
    pub(super) fn bind_all(mut self, values: &[i64]) -> Self {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            self = self.bind(*value);
        }
        self
    }

    /// Goes on with another piece.
    #[must_use]
    pub(super) fn then(mut self, other: Self) -> Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
        self
    }

    /// Two or more pieces with `separator` between them, in brackets and as a balanced tree, because
    /// SQLite bounds the depth of an expression and not its length.
    pub(super) fn balanced(mut pieces: Vec<Self>, separator: &str) -> Self {
        while pieces.len() > 1 {
            let mut halved = Vec::with_capacity(pieces.len().div_ceil(2));
            let mut rest = pieces.into_iter();
            while let Some(left) = rest.next() {
                halved.push(match rest.next() {
                    Some(right) => Self::new("(")
                        .then(left)
                        .sql(separator)
                        .then(right)
                        .sql(")"),
                    None => left,
                });
            }
            pieces = halved;
        }
        pieces.pop().unwrap_or_default()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}
