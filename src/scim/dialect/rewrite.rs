//! The two doors of a dialect, JSON to JSON. The strict one changes nothing.

use serde_json::Value;

use super::fired::{Fired, Rewrite};
use super::{body, operations};
use crate::base::Dialect;
use crate::scim::resource::Kind;
use crate::scim::schema::Schemas;

/// The body of a POST or PUT as plain SCIM, and the rewrites that it took.
pub fn rewrite_body(
    dialect: Dialect,
    kind: Kind,
    schemas: &Schemas,
    body: Value,
) -> (Value, Vec<Rewrite>) {
    match (dialect, body) {
        (Dialect::Tolerant, Value::Object(mut resource)) => {
            let mut fired = Fired::default();
            body::rewrite(&mut fired, kind, schemas, &mut resource);
            (Value::Object(resource), fired.into_list())
        }
        (_, body) => (body, Vec::new()),
    }
}

/// The body of a PATCH as plain SCIM, and the rewrites that it took.
pub fn rewrite_patch(
    dialect: Dialect,
    kind: Kind,
    schemas: &Schemas,
    body: Value,
) -> (Value, Vec<Rewrite>) {
    match (dialect, body) {
        (Dialect::Tolerant, Value::Object(mut message)) => {
            let mut fired = Fired::default();
            operations::rewrite(&mut fired, kind, schemas, &mut message);
            (Value::Object(message), fired.into_list())
        }
        (_, body) => (body, Vec::new()),
    }
}
