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

/// Rewrites that one request reports; further ones are made all the same.
const MOST: usize = 64;

/// The rewrites of one request, each once for a subject.
#[derive(Debug, Default)]
pub(super) struct Fired(Vec<Rewrite>);

impl Fired {
    pub(super) fn add(&mut self, name: &'static str, subject: impl fmt::Display) {
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
