//! The forms in which rows are written.

/// A form that everything can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// RFC 4180, with a line of titles first; for spreadsheets.
    Csv,
    /// One JSON array.
    Json,
    /// One JSON object to a line.
    Ndjson,
}

/// A form that SCIM resources can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One that everything can have; but for CSV, complete.
    Plain(Plain),
    /// A `ListResponse` with every resource (RFC 7644 §3.4.2).
    Scim,
}
