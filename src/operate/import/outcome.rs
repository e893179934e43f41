//! What became of a row.

/// What became of the person whom a row describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// They are new.
    Created,
    /// They were here, and are as the row says now.
    Updated,
    /// They were here as the row says.
    Unchanged,
    /// Nothing was done, for this reason.
    Conflict(String),
}

/// A row that was read, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its line.
    pub line: u64,
    /// What became of it.
    pub fate: Fate,
    /// Attributes that no schema knows: they were left out.
    pub dropped: Vec<String>,
}
