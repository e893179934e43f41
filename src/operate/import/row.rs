//! One row of the file.

use serde_json::{Map, Value};

/// What stands in one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What it says, or why it says nothing.
    pub(super) content: Result<Content, String>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// The cells of a sheet, in the order of its columns.
    Cells(Vec<String>),
    /// A SCIM resource.
    Resource(Map<String, Value>),
}
