//! One request of an identity provider, and how its query is spelled.

use std::fmt::{self, Write};

use serde_json::Value;

/// What to ask of the server.
#[derive(Debug, Clone)]
pub(in crate::cli::simulate) struct Request {
    pub(super) method: Method,
    pub(super) template: &'static str,
    /// Below the base address; begins with a slash.
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

/// The methods identity providers use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::cli::simulate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The method as it goes over the wire.
    pub(in crate::cli::simulate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// How blanks are spelled in a query: providers disagree, and servers must read both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli::simulate) enum Blank {
    /// `+`, as forms do.
    Plus,
    /// `%20`, as addresses do.
    Percent,
}

impl Request {
    /// A request to `path`. The `template` is the path without what is particular to this request: requests with
    /// the same template are counted together.
    pub(in crate::cli::simulate) fn new(
        method: Method,
        template: &'static str,
        path: impl Into<String>,
    ) -> Self {
        Self {
            method,
            template,
            path: path.into(),
            body: None,
        }
    }

    /// A request to one resource, e.g. `/Users/{id}`; `id` is escaped, whatever the server chose.
    pub(in crate::cli::simulate) fn resource(
        method: Method,
        template: &'static str,
        id: &str,
    ) -> Self {
        let path = template.replacen("{id}", &escape(id, Blank::Percent), 1);
        Self::new(method, template, path)
    }

    /// The same request with a body.
    #[must_use]
    pub(in crate::cli::simulate) fn with(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }
}

impl fmt::Display for Request {
    /// Method and template: nothing in it tells one person from another.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.template)
    }
}

/// A literal of the filter grammar: JSON text (RFC 7644 §3.4.2.2).
pub(in crate::cli::simulate) fn literal(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// Text as a query value or path segment.
pub(in crate::cli::simulate) fn escape(text: &str, blank: Blank) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' if blank == Blank::Plus => escaped.push('+'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            // Writing into a String cannot fail.
            _ => _ = write!(escaped, "%{byte:02X}"),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_spelled_as_seen_on_the_wire() {
        let filter = format!("userName eq {}", literal("o+neil@example.net"));
        assert_eq!(
            escape(&filter, Blank::Plus),
            "userName+eq+%22o%2Bneil%40example.net%22"
        );
        assert_eq!(escape("R&D é", Blank::Percent), "R%26D%20%C3%A9");
    }

    #[test]
    fn quotes_and_backslashes_are_escaped_in_literals() {
        assert_eq!(literal(r#"C:\ "x""#), r#""C:\\ \"x\"""#);
    }

    #[test]
    fn ids_are_escaped_in_paths() {
        assert_eq!(
            Request::resource(Method::Get, "/Users/{id}", "a/b").path,
            "/Users/a%2Fb"
        );
    }
}
