//! Which rewrites a request needed.

use std::fmt;

/// A rewrite that was made, to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// Its name, a few words: `boolean as text`.
    pub name: &'static str,
    /// The attribute that it met, by its canonical name.
    pub subject: String,
}

impl Rewrite {
    /// A replace whose filter matches nothing, which makes what it was to replace.
    ///
    /// Wrong: `replace` at `addresses[type eq "work"].locality` where there is no such address; right:
    /// `add`. Shown by `tests/idp/sequences/entra/address_from_four_replaces.json`.
    pub const WITHOUT_TARGET: &'static str = "replace without target";

    /// Every name that a rewrite can have. What the operator is told of each is not for this floor to
    /// say, but a name that is not here would leave them without a word.
    pub const NAMES: [&str; 16] = [
        "JSON in a text",
        "boolean as text",
        "displayName for display",
        "extension attribute without its URN",
        "letter case",
        "list for a single value",
        "name from SCIM 1.1",
        "path for a name",
        Self::WITHOUT_TARGET,
        "scalar in an object",
        "schema URN spelt wrongly",
        "schemas incomplete",
        "schemas missing",
        "single value for a list",
        "text for an object",
        "userName of somebody deleted",
    ];
}

/// Rewrites that one request reports; further ones are made all the same.
const MOST: usize = 64;

/// The rewrites of one request, each once for a subject.
#[derive(Debug, Default)]
pub(super) struct Fired(Vec<Rewrite>);

impl Fired {
    pub(super) fn add(&mut self, name: &'static str, subject: impl fmt::Display) {
        debug_assert!(
            Rewrite::NAMES.contains(&name),
            "a name without advice: {name}"
        );
        if self.0.len() >= MOST {
            return;
        }
        let rewrite = Rewrite {
            name,
            subject: subject.to_string(),
        };
        if !self.0.contains(&rewrite) {
            self.0.push(rewrite);
        }
    }

    pub(super) fn into_list(self) -> Vec<Rewrite> {
        self.0
    }
}
