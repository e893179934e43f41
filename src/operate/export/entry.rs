//! One user or group on the way out.

use serde_json::{Map, Value};

use crate::store::{GroupOf, StoreError, Stored};

/// A resource with everything an export says about it.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// The name of the connection.
    pub(super) connection: &'a str,
    /// The row.
    pub(super) stored: &'a Stored,
    /// Its document: `schemas` and the attributes.
    pub(super) document: Map<String, Value>,
    /// The groups it is in, directly or through another group.
    pub(super) groups: &'a [GroupOf],
    /// How many members it has.
    pub(super) members: u64,
}

/// The document as it is, `schemas` included.
pub(super) fn document(stored: &Stored) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(&stored.document).map_err(|error| StoreError::Corrupt {
        what: format!("the document of resource {}: {error}", stored.id),
    })
}
