//! Attributes that a server shows of nobody. One that was lost on the way is an error; one that a server never
//! shows is left out by its settings, which RFC 7644 §3.3 allows, and of which an administrator should know.

use std::collections::{BTreeMap, BTreeSet};

use super::trouble::Trouble;

/// What was missing, and what was shown at all.
#[derive(Debug, Default)]
pub(super) struct Missed {
    /// By attribute: the first time, and whom else it met.
    missing: BTreeMap<String, Missing>,
    shown: BTreeSet<String>,
}

/// An attribute that was sent and not shown.
#[derive(Debug)]
struct Missing {
    first: Trouble,
    subjects: BTreeSet<String>,
}

impl Missed {
    /// Notes that the server showed an attribute of somebody.
    pub(super) fn show(&mut self, attribute: String) {
        self.shown.insert(attribute);
    }

    /// Whether it showed this attribute of anybody.
    pub(super) fn is_shown(&self, attribute: &str) -> bool {
        self.shown.contains(attribute)
    }

    /// Notes that it did not, with what was wrong in words.
    pub(super) fn miss(&mut self, attribute: String, trouble: Trouble) {
        let subject = trouble.subject.clone();
        let missing = self.missing.entry(attribute).or_insert_with(|| Missing {
            first: trouble,
            subjects: BTreeSet::new(),
        });
        missing.subjects.insert(subject);
    }

    /// The attributes that were lost on the way, with how many people they were lost of; and those that are
    /// left out.
    pub(super) fn tell(self) -> (Vec<(Trouble, u64)>, BTreeMap<String, u64>) {
        let mut lost = Vec::new();
        let mut left_out = BTreeMap::new();
        let Self { missing, shown } = self;
        for (attribute, Missing { first, subjects }) in missing {
            let people = u64::try_from(subjects.len()).unwrap_or(u64::MAX);
            if shown.contains(&attribute) {
                lost.push((first, people));
            } else {
                left_out.insert(attribute, people);
            }
        }
        (lost, left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::trouble::Kind;
    use super::*;

    fn trouble(subject: &str) -> Trouble {
        Trouble {
            kind: Kind::Different,
            request: "POST /Users".to_owned(),
            status: None,
            subject: subject.to_owned(),
            detail: "title: expected \"Clerk\", shown nothing".to_owned(),
        }
    }

    #[test]
    fn what_is_shown_of_nobody_is_left_out_and_the_rest_was_lost() {
        let mut missed = Missed::default();
        for subject in ["mira", "noah", "mira"] {
            missed.miss("title".to_owned(), trouble(subject));
            missed.miss("locale".to_owned(), trouble(subject));
        }
        missed.show("title".to_owned());
        let (lost, left_out) = missed.tell();
        assert_eq!(lost, [(trouble("mira"), 2)]);
        assert_eq!(left_out, BTreeMap::from([("locale".to_owned(), 2)]));
    }
}
