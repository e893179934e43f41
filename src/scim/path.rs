//! A plain attribute path, `[urn:]name[.sub]` (the `attrPath` of RFC 7644 figure 1).

use std::fmt;

use crate::scim::name::AttrName;
use crate::scim::urn::Urn;

/// Where an attribute is, as it was written. It holds names only: a PATCH path, which may also hold
/// a filter, is built from it. `Schemas::resolve` finds what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttrPath {
    /// Everything before the last colon, when there is one.
    pub urn: Option<Urn>,
    /// The attribute.
    pub name: AttrName,
    /// The sub-attribute, when one was named.
    pub sub: Option<AttrName>,
}

impl AttrPath {
    /// The path written as `text`, if it keeps to the grammar.
    ///
    /// A dot belongs to a sub-attribute only after the last colon: the `2.0` in a URN does not count.
    /// Whether the last part of `urn:…:2.0:User` is an attribute or belongs to the name of a schema
    /// cannot be told by grammar; see [`AttrPath::whole`].
    pub fn parse(text: &str) -> Option<Self> {
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) => (Some(urn), rest),
            None => (None, text),
        };
        if urn.is_some_and(|urn| !is_urn(urn)) {
            return None;
        }
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(AttrName::parse(sub)?)),
            None => (rest, None),
        };
        Some(Self {
            urn: urn.map(Urn::new),
            name: AttrName::parse(name)?,
            sub,
        })
    }

    /// The whole text read as the URN of a schema, as in PATCH paths that mean a whole extension.
    pub fn whole(&self) -> Option<Urn> {
        match (&self.urn, &self.sub) {
            (Some(_), None) => Some(Urn::new(&self.to_string())),
            _ => None,
        }
    }
}

/// Whether `text` can be a URN: no blank, quote, bracket or control character, and a colon within.
fn is_urn(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(scheme, rest)| scheme.eq_ignore_ascii_case("urn") && !rest.is_empty())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"()[]\\".contains(&byte))
}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        write!(f, "{}", self.name)?;
        match &self.sub {
            Some(sub) => write!(f, ".{sub}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_prints_what_it_parses() {
        for text in [
            "userName",
            "name.givenName",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
            "urn:ietf:params:scim:schemas:core:2.0:User",
        ] {
            assert_eq!(AttrPath::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_dot_of_a_urn_is_not_a_sub_attribute() {
        let path = AttrPath::parse("urn:x:2.0:User:manager.value").unwrap();
        assert_eq!(path.urn, Some(Urn::new("urn:x:2.0:User")));
        assert_eq!(path.name.as_str(), "manager");
        assert_eq!(path.sub.unwrap().as_str(), "value");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a.b.c",
            "urn:",
            "a:b",
            "urn:x y:z",
            "emails[0]",
            "a b",
        ] {
            assert_eq!(AttrPath::parse(text), None, "{text}");
        }
    }
}
