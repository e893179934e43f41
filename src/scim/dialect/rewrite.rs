//! The rewrites of a dialect, JSON to JSON. The strict one has none.

use serde_json::Value;

use crate::base::Dialect;
use crate::scim::resource::Kind;
use crate::scim::schema::Schemas;

/// A rewrite that was made, to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// Its name.
    pub name: &'static str,
    /// The attribute that it met.
    pub subject: String,
}

/// The body of a POST or PUT as plain SCIM.
pub fn rewrite_body(
    _dialect: Dialect,
    _kind: Kind,
    _schemas: &Schemas,
    body: Value,
) -> (Value, Vec<Rewrite>) {
    (body, Vec::new())
}

/// The body of a PATCH as plain SCIM.
pub fn rewrite_patch(
    _dialect: Dialect,
    _kind: Kind,
    _schemas: &Schemas,
    body: Value,
) -> (Value, Vec<Rewrite>) {
    (body, Vec::new())
}
