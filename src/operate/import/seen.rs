//! What the file has said already: a value that is unique may stand in it once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::scim::Folded;

/// The unique values of the rows so far, by a number that stands for each, with their lines. It is all
/// that is remembered of a row.
#[derive(Debug, Default)]
pub struct Seen(HashMap<u64, u64>);

impl Seen {
    /// The line that has the value already, if one has; otherwise `line` has it from now on.
    pub(super) fn earlier(&mut self, place: &str, value: &Folded, line: u64) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        (place, format!("{value:?}")).hash(&mut hasher);
        let earlier = *self.0.entry(hasher.finish()).or_insert(line);
        (earlier != line).then_some(earlier)
    }
}
