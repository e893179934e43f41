//! What a request or an answer is about.

use crate::scim::compare::fold_name;
use crate::scim::resource::ResourceId;

/// Somebody or something that a request or an answer names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A resource, by the id that this server gave it.
    Id(ResourceId),
    /// A person, by a userName, an externalId or an e-mail address, as names are compared. It is what
    /// was masked: only a keyed hash of it may be kept.
    Name(String),
}

/// The subjects met so far: each once, and not without end.
#[derive(Debug, Default)]
pub(super) struct Subjects(Vec<Subject>);

/// Subjects that one request is linked with; a longer member list is in the change record anyway.
const MOST: usize = 1_000;
/// Below this a list is searched by looking at each: most requests name one person or two.
const SHORT: usize = 32;

impl Subject {
    /// The person whom an operator or an identity provider calls `text`, in any letter case.
    pub fn named(text: &str) -> Self {
        Self::Name(fold_name(text.trim()))
    }
}

impl Subjects {
    /// Notes a resource.
    pub(super) fn id(&mut self, id: ResourceId) {
        self.add(Subject::Id(id));
    }

    /// Notes a person, unless the text says nothing.
    pub(super) fn name(&mut self, text: &str) {
        if !text.trim().is_empty() && text.len() <= 1_024 {
            self.add(Subject::named(text));
        }
    }

    fn add(&mut self, subject: Subject) {
        // Twice is harmless, so a long list is not searched.
        let known = self.0.len() <= SHORT && self.0.contains(&subject);
        if self.0.len() < MOST && !known {
            self.0.push(subject);
        }
    }

    /// What was met.
    pub(super) fn into_list(self) -> Vec<Subject> {
        self.0
    }
}
