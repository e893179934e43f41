//! What is written down of a body on the way through it.

use super::detail::detail;
use super::filter::{filter, path};
use super::keep::{Keep, is_name, link};
use super::query::target;
use super::shape::shape;
use super::subject::{Found, Subject};
use crate::scim::resource::ResourceId;

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A resource or a message.
    Whole,
    /// A resource of a list.
    Listed,
    /// An operation of a PATCH or a Bulk.
    Operation,
    /// The error of one operation of a Bulk.
    Fault,
    /// A part of a resource.
    Part,
}

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'k> {
    /// What it is, if it is an object.
    pub(super) role: Role,
    /// In what it stands.
    pub(super) within: Role,
    /// The attribute around it.
    pub(super) owner: &'k str,
    /// Its own name, or that of the list it is in.
    pub(super) name: &'k str,
    /// What may stay of it.
    pub(super) keep: Keep,
    /// How many brackets are open.
    pub(super) depth: u8,
}

/// The masked text so far, and what came to light with it.
#[derive(Debug)]
pub(super) struct Notes {
    /// Whether it is an answer: then only its ids tell what it is about.
    answers: bool,
    /// Whether masked values are remembered, for whoever must not repeat them.
    pub(super) remembers: bool,
    /// Bytes after which nothing more is written down.
    most: usize,
    pub(super) out: String,
    pub(super) found: Found,
    /// Ids of the resources in a list.
    pub(super) listed: Vec<ResourceId>,
    /// Operations of a Bulk that failed.
    pub(super) failures: u32,
    /// What the first error says, as it was sent.
    pub(super) scim_type: Option<String>,
    pub(super) detail: Option<String>,
}

impl Notes {
    pub(super) fn new(answers: bool, most: usize) -> Self {
        Self {
            answers,
            remembers: false,
            most,
            out: String::new(),
            found: Found::default(),
            listed: Vec::new(),
            failures: 0,
            scim_type: None,
            detail: None,
        }
    }

    /// Notes on what stands within a text, which take over what was found so far.
    pub(super) fn within(&mut self) -> Self {
        Self {
            remembers: self.remembers,
            found: std::mem::take(&mut self.found),
            ..Self::new(self.answers, self.most)
        }
    }

    pub(super) const fn is_full(&self) -> bool {
        self.out.len() >= self.most
    }

    pub(super) const fn answers(&self) -> bool {
        self.answers
    }

    pub(super) fn write(&mut self, text: &str) {
        if !self.is_full() {
            self.out.push_str(text);
        }
    }

    pub(super) fn write_quoted(&mut self, text: &str) {
        if self.is_full() {
            return;
        }
        let special = |byte: u8| byte < 0x20 || b"\"\\".contains(&byte);
        if text.bytes().any(special) {
            let quoted = serde_json::Value::from(text).to_string();
            self.out.push_str(&quoted);
        } else {
            self.out.push('"');
            self.out.push_str(text);
            self.out.push('"');
        }
    }

    /// The name of a member: it stays if it can be one.
    pub(super) fn name(&mut self, name: &str) {
        if !self.is_full() {
            let shown = path(name, &mut Found::default());
            self.write_quoted(&shown);
            self.write(":");
        }
    }

    /// The path of an operation: of an attribute, or in a Bulk of a resource.
    pub(super) fn path(&mut self, text: &str) {
        let shown = if text.starts_with('/') {
            let about = target(text);
            for subject in about.subjects {
                if let Subject::Id(id) = subject {
                    self.found.id(id);
                }
            }
            about.text
        } else {
            path(text, &mut self.found)
        };
        self.write_quoted(&shown);
    }

    pub(super) fn number(&mut self, number: &str, keep: Keep) {
        if keep == Keep::Count {
            self.write(number);
        } else {
            if self.remembers {
                self.found.hide(number);
            }
            self.write("\"«number»\"");
        }
    }

    pub(super) fn text(&mut self, text: &str, place: Place<'_>) {
        let shown = match place.keep {
            Keep::Path => path(text, &mut Found::default()),
            Keep::Filter => filter(text, &mut self.found),
            Keep::Detail => {
                self.detail.get_or_insert_with(|| text.to_owned());
                detail(text, &[])
            }
            _ => self.value(text, place),
        };
        self.write_quoted(&shown);
    }

    fn value(&mut self, text: &str, place: Place<'_>) -> String {
        let Place {
            owner, name, keep, ..
        } = place;
        let shown = if is_name(owner, name) {
            if !self.answers {
                self.found.name(text);
            }
            shape(text)
        } else {
            if matches!(keep, Keep::Id | Keep::Link) {
                self.id(text, place);
            }
            keep.plain(text)
        };
        if keep == Keep::Message && name.eq_ignore_ascii_case("scimType") {
            self.scim_type.get_or_insert_with(|| shown.clone());
        }
        if self.remembers && shown != text {
            self.found.hide(text);
        }
        shown
    }

    /// Notes an id where it tells what this is about.
    fn id(&mut self, text: &str, place: Place<'_>) {
        let Some(id) = text.parse().ok().or_else(|| link(text).map(|(_, id)| id)) else {
            return;
        };
        let is = |text: &str, wanted: &str| text.eq_ignore_ascii_case(wanted);
        let Place {
            within,
            owner,
            name,
            ..
        } = place;
        let tells = if self.answers {
            (within == Role::Whole && is(name, "id"))
                || (within == Role::Operation && is(name, "location"))
        } else {
            is(name, "members") || (is(owner, "members") && is(name, "value"))
        };
        if tells {
            self.found.id(id);
        } else if self.answers && within == Role::Listed && is(name, "id") {
            self.listed.push(id);
        }
    }
}
