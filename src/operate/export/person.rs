//! One person on the way out.

use serde_json::{Map, Value};

use crate::store::{GroupOf, Stored};

/// A stored user with everything an export says about it.
#[derive(Debug)]
pub(super) struct Person<'a> {
    /// The name of the connection.
    pub(super) connection: &'a str,
    /// The row.
    pub(super) stored: &'a Stored,
    /// Its document: `schemas` and the attributes.
    pub(super) document: Map<String, Value>,
    /// The groups it is in, directly or through another group.
    pub(super) groups: &'a [GroupOf],
}
