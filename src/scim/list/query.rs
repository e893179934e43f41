//! What a list is asked for: by query string or by POST, with the same meaning.

use serde_json::Value;

use super::page::{Page, whole};
use super::sort::SortBy;
use crate::base::{Dialect, Limits};
use crate::scim::error::ScimError;
use crate::scim::message;
use crate::scim::resource::Kind;
use crate::scim::schema::Schemas;
use crate::scim::urn::Urn;

/// The parameters of a query (RFC 7644 §3.4.2). Filter and names are kept as they were written: what
/// they mean depends on the kinds of resources that are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// `filter`
    pub filter: Option<String>,
    /// `sortBy`
    pub sort_by: Option<String>,
    /// `sortOrder`; without `sortBy` it has no effect.
    pub descending: bool,
    /// `startIndex` and `count`, or `cursor` and `count`.
    pub page: Page,
    /// `attributes`; empty if absent.
    pub attributes: Vec<String>,
    /// `excludedAttributes`; empty if absent.
    pub excluded_attributes: Vec<String>,
}

/// The parameters before they are looked at together.
#[derive(Default)]
struct Parameters {
    filter: Option<String>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    start: Option<i64>,
    count: Option<i64>,
    cursor: Option<String>,
    attributes: Vec<String>,
    excluded_attributes: Vec<String>,
}

/// The parameters that there are; every other one is somebody else's and harmless.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Filter,
    SortBy,
    SortOrder,
    StartIndex,
    Count,
    Cursor,
    Attributes,
    ExcludedAttributes,
}

const NAMES: [(&str, Name); 8] = [
    ("filter", Name::Filter),
    ("sortBy", Name::SortBy),
    ("sortOrder", Name::SortOrder),
    ("startIndex", Name::StartIndex),
    ("count", Name::Count),
    ("cursor", Name::Cursor),
    ("attributes", Name::Attributes),
    ("excludedAttributes", Name::ExcludedAttributes),
];

fn known(name: &str) -> Option<(&'static str, Name)> {
    NAMES
        .into_iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
}

impl ListQuery {
    /// The query in the decoded pairs of a query string. Names may be in any letter case; unknown
    /// ones are harmless. A number that is none, an order that is none, and a parameter given twice
    /// are 400 `invalidValue`.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        limits: &Limits,
    ) -> Result<Self, ScimError> {
        let pairs: Vec<_> = pairs
            .into_iter()
            .filter_map(|(name, value)| known(name).map(|(label, name)| (label, name, value)))
            .collect();
        let by_cursor = pairs.iter().any(|(_, name, _)| *name == Name::Cursor);
        let mut given = Parameters::default();
        let mut seen = Vec::with_capacity(pairs.len());
        for (label, name, value) in pairs {
            if seen.contains(&name) {
                return Err(ScimError::invalid_value("given twice, expected once").at(label));
            }
            seen.push(name);
            let number = || match whole(value.trim()) {
                Some(number) => Ok(Some(number)),
                None => Err(no_number(name, by_cursor).at(label)),
            };
            let text = || Some(value.to_owned());
            match name {
                Name::Filter => given.filter = text(),
                Name::SortBy => given.sort_by = text(),
                Name::SortOrder => given.sort_order = text(),
                Name::StartIndex => given.start = number()?,
                Name::Count => given.count = number()?,
                Name::Cursor => given.cursor = text(),
                Name::Attributes => given.attributes = names(value),
                Name::ExcludedAttributes => given.excluded_attributes = names(value),
            }
        }
        given.together(limits)
    }

    /// The query in the body of a `SearchRequest` (RFC 7644 §3.4.3). `null` counts as absent. A body
    /// that is another message, and in the strict dialect one that does not say which it is, is 400
    /// `invalidSyntax`; a member of the wrong type is 400 `invalidValue`.
    pub fn from_body(body: &Value, dialect: Dialect, limits: &Limits) -> Result<Self, ScimError> {
        let body = body
            .as_object()
            .ok_or_else(|| ScimError::invalid_syntax("expected an object, a SearchRequest"))?;
        message::check(body, Urn::SEARCH_REQUEST, dialect)?;
        let by_cursor = body
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case("cursor") && !value.is_null());
        let mut given = Parameters::default();
        for (name, value) in body.iter().filter(|(_, value)| !value.is_null()) {
            let Some((label, name)) = known(name) else {
                continue;
            };
            let wrong = |expected: &str| {
                ScimError::invalid_value(format_args!("expected {expected}")).at(label)
            };
            let text = || match value {
                Value::String(text) => Ok(Some(text.clone())),
                _ => Err(wrong("a text")),
            };
            let number = || match value {
                Value::Number(number) => whole(&number.to_string()),
                _ => None,
            };
            let number = || match number() {
                Some(number) => Ok(Some(number)),
                None => Err(no_number(name, by_cursor).at(label)),
            };
            let texts = || {
                value
                    .as_array()
                    .and_then(|list| {
                        list.iter()
                            .map(|name| name.as_str().map(ToOwned::to_owned))
                            .collect::<Option<Vec<_>>>()
                    })
                    .ok_or_else(|| wrong("a list of texts"))
            };
            match name {
                Name::Filter => given.filter = text()?,
                Name::SortBy => given.sort_by = text()?,
                Name::SortOrder => given.sort_order = text()?,
                Name::StartIndex => given.start = number()?,
                Name::Count => given.count = number()?,
                Name::Cursor => given.cursor = text()?,
                Name::Attributes => given.attributes = texts()?,
                Name::ExcludedAttributes => given.excluded_attributes = texts()?,
            }
        }
        given.together(limits)
    }

    /// The order that is asked for, in a query among `kinds`; what [`SortBy::parse`] refuses is
    /// refused.
    pub fn sort(&self, schemas: &Schemas, kinds: &[Kind]) -> Result<Option<SortBy>, ScimError> {
        self.sort_by
            .as_deref()
            .map(|name| SortBy::parse(name, self.descending, schemas, kinds))
            .transpose()
    }
}

impl Parameters {
    fn together(self, limits: &Limits) -> Result<ListQuery, ScimError> {
        let descending = match self.sort_order.as_deref() {
            None => false,
            Some(order) if order.eq_ignore_ascii_case("ascending") => false,
            Some(order) if order.eq_ignore_ascii_case("descending") => true,
            Some(_) => {
                return Err(
                    ScimError::invalid_value("expected ascending or descending").at("sortOrder")
                );
            }
        };
        Ok(ListQuery {
            filter: self.filter,
            sort_by: self.sort_by,
            descending,
            page: Page::new(self.start, self.count, self.cursor, limits)?,
            attributes: self.attributes,
            excluded_attributes: self.excluded_attributes,
        })
    }
}

/// What to say of a number that is none: for the count of a page by cursor RFC 9865 §2.1 has a word
/// of its own.
fn no_number(name: Name, by_cursor: bool) -> ScimError {
    const WHAT: &str = "expected a whole number";
    if name == Name::Count && by_cursor {
        ScimError::invalid_count(WHAT)
    } else {
        ScimError::invalid_value(WHAT)
    }
}

/// Names separated by commas; blanks around them and empty ones do not count.
fn names(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::ScimType;
    use serde_json::json;

    fn pairs(pairs: &[(&str, &str)]) -> Result<ListQuery, ScimError> {
        ListQuery::from_pairs(pairs.iter().copied(), &Limits::DEFAULT)
    }

    fn body(body: &Value) -> Result<ListQuery, ScimError> {
        ListQuery::from_body(body, Dialect::Tolerant, &Limits::DEFAULT)
    }

    #[test]
    fn a_query_string_and_a_search_request_mean_the_same() {
        let query = pairs(&[
            ("aadOptscim062020", ""),
            ("filter", "userName sw \"m\""),
            ("SortBy", "userName"),
            ("sortOrder", "Descending"),
            ("startIndex", "11"),
            ("count", "10"),
            ("attributes", "userName, emails.value,"),
            ("", ""),
        ]);
        let search = body(&json!({
            "schemas": [Urn::SEARCH_REQUEST],
            "filter": "userName sw \"m\"",
            "sortBy": "userName",
            "sortOrder": "descending",
            "startIndex": 11,
            "count": 10,
            "attributes": ["userName", "emails.value"],
            "excludedAttributes": null,
            "unheardOf": 1
        }));
        assert_eq!(query, search);
        let query = query.unwrap();
        assert!(query.descending);
        assert_eq!(query.attributes, ["userName", "emails.value"]);
        assert_eq!(
            query.page,
            Page::Index {
                start: 11,
                count: 10
            }
        );
    }

    #[test]
    fn what_is_wrong_in_a_query_string_is_named() {
        for (given, detail) in [
            (vec![("count", "ten")], "count: expected a whole number"),
            (
                vec![("startIndex", "")],
                "startIndex: expected a whole number",
            ),
            (
                vec![("sortOrder", "up")],
                "sortOrder: expected ascending or descending",
            ),
            (
                vec![("filter", "a pr"), ("FILTER", "b pr")],
                "filter: given twice, expected once",
            ),
            (
                vec![("cursor", ""), ("startIndex", "1")],
                "startIndex and cursor exclude each other: leave one out",
            ),
        ] {
            let error = pairs(&given).unwrap_err();
            assert_eq!((error.status(), error.detail()), (400, detail));
        }
        let by_cursor = pairs(&[("count", "ten"), ("cursor", "")]).unwrap_err();
        assert_eq!(by_cursor.scim_type(), Some(ScimType::InvalidCount));
    }

    #[test]
    fn a_search_request_of_the_wrong_types_is_refused() {
        for wrong in [
            json!([]),
            json!({"schemas": [Urn::PATCH_OP]}),
            json!({"schemas": "x"}),
            json!({"filter": 1}),
            json!({"count": "10"}),
            json!({"count": 1.5}),
            json!({"startIndex": true}),
            json!({"attributes": "userName"}),
            json!({"attributes": [1]}),
            json!({"sortOrder": "up"}),
            json!({"cursor": 7}),
        ] {
            assert_eq!(body(&wrong).unwrap_err().status(), 400, "{wrong}");
        }
        assert!(body(&json!({"count": 18_446_744_073_709_551_615_u64})).is_ok());
    }

    #[test]
    fn a_missing_message_name_is_forgiven_unless_the_dialect_is_strict() {
        for silent in [json!({}), json!({"schemas": []}), json!({"schemas": null})] {
            assert!(body(&silent).is_ok());
            let strict = ListQuery::from_body(&silent, Dialect::Strict, &Limits::DEFAULT);
            assert_eq!(
                strict.unwrap_err().detail(),
                format!("schemas: expected [\"{}\"]", Urn::SEARCH_REQUEST)
            );
        }
    }
}
