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

/// What may be kept of a text, and what was found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text without its values.
    pub text: String,
    /// Whom it names.
    pub subjects: Vec<Subject>,
    /// Some of its values as they were sent: only to be looked for where they must not be repeated.
    pub hidden: Vec<String>,
}

/// What was found in a text so far: each subject once, and nothing without end.
#[derive(Debug, Default)]
pub(super) struct Found {
    subjects: Vec<Subject>,
    hidden: Vec<String>,
}

/// Subjects that one request is linked with; a longer member list is in the change record anyway.
const MOST: usize = 1_000;
/// Below this a list is searched by looking at each: most requests name one person or two.
const SHORT: usize = 32;
/// Values that are remembered.
const MOST_HIDDEN: usize = 64;

impl Subject {
    /// The person whom an operator or an identity provider calls `text`, in any letter case.
    pub fn named(text: &str) -> Self {
        Self::Name(fold_name(text.trim()))
    }
}

impl Found {
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

    /// Notes a value that was masked.
    pub(super) fn hide(&mut self, text: &str) {
        if self.hidden.len() < MOST_HIDDEN && text.len() > 2 {
            self.hidden.push(text.to_owned());
        }
    }

    fn add(&mut self, subject: Subject) {
        // Twice is harmless, so a long list is not searched.
        let known = self.subjects.len() <= SHORT && self.subjects.contains(&subject);
        if self.subjects.len() < MOST && !known {
            self.subjects.push(subject);
        }
    }

    /// What was met.
    pub(super) fn into_subjects(self) -> Vec<Subject> {
        self.subjects
    }

    /// The text with all that was found in it.
    pub(super) fn with(self, text: String) -> Masked {
        Masked {
            text,
            subjects: self.subjects,
            hidden: self.hidden,
        }
    }
}
