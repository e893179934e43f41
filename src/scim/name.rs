//! The name of an attribute.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An attribute's name: compares without case, prints as declared (RFC 7643 §2.1).
#[derive(Clone)]
pub struct AttrName(Arc<str>);

impl AttrName {
    /// The name `text`, if it keeps to the grammar `ALPHA *("-" / "_" / DIGIT / ALPHA)` of
    /// RFC 7643 §2.1; `$ref` is the one exception the RFC itself makes.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, rest) = text.split_at_checked(1)?;
        let grammatical = first.bytes().all(|byte| byte.is_ascii_alphabetic())
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        (grammatical || text.eq_ignore_ascii_case("$ref")).then(|| Self(Arc::from(text)))
    }

    /// A name that is written in this program and so keeps to the grammar.
    pub(in crate::scim) fn constant(text: &'static str) -> Self {
        Self(Arc::from(text))
    }

    /// The name as it was declared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this name, in any letter case.
    pub fn is(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }
}

impl PartialEq for AttrName {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

impl Eq for AttrName {}

impl Hash for AttrName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl fmt::Display for AttrName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AttrName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttrName({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case_and_print_as_declared() {
        let name = AttrName::parse("userName").unwrap();
        assert_eq!(name, AttrName::parse("USERNAME").unwrap());
        assert_eq!(name.to_string(), "userName");
        assert!(AttrName::parse("$ref").is_some());
        for wrong in ["", "1st", "a b", "a.b", "é", "$type", "__proto__"] {
            assert!(AttrName::parse(wrong).is_none(), "{wrong}");
        }
    }
}
