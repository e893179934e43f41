//! What kind of mistake an operator made.

/// Of which kind a refusal is; the exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It was typed wrongly.
    Usage,
    /// What it names does not exist.
    NotFound,
    /// It is understood, and refused as things stand.
    Refused,
}
