//! The query string: form-encoded pairs, of which only the known names matter.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::super::error::Answer;
use crate::scim::ScimError;

/// The parameters of a request in the order in which they came, decoded: `+` is a blank and `%40` an
/// `@`, as identity providers encode them. Names that mean nothing here are harmless.
#[derive(Debug)]
pub(in crate::http) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// The first value under this name, in any letter case.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The value under this name, in any letter case. Given twice, it is 400 `invalidValue` as in a
    /// query of a list: nobody can tell which one is meant.
    pub(super) fn once(&self, name: &str) -> Result<Option<&str>, ScimError> {
        let mut values = self
            .iter()
            .filter(|(given, _)| given.eq_ignore_ascii_case(name));
        let first = values.next().map(|(_, value)| value);
        if values.next().is_some() {
            return Err(ScimError::invalid_value("given twice, expected once").at(name));
        }
        Ok(first)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromRequest for Pairs {
    type Error = Answer;
    type Future = Ready<Result<Self, Answer>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let query = request.query_string();
        let pairs = if query.is_empty() {
            Vec::new()
        } else {
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect()
        };
        ready(Ok(Self(pairs)))
    }
}
