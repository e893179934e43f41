//! Where in a body something stands, for complaints: `emails[0].primary`.

use std::fmt;

/// A place in a body. It borrows its way up, so that naming a place costs nothing until somebody
/// prints it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// An attribute, or an extension by its URN.
    Attribute(&'a str),
    /// An attribute of an extension: `urn:…:User:manager`.
    Extended(&'a str, &'a str),
    /// A sub-attribute of what is there.
    Part(&'a Place<'a>, &'a str),
    /// One of the values that are there, counted from 0.
    Nth(&'a Place<'a>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => f.write_str(name),
            Self::Extended(urn, name) => write!(f, "{urn}:{name}"),
            Self::Part(whole, name) => write!(f, "{whole}.{name}"),
            Self::Nth(list, index) => write!(f, "{list}[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_prints_as_people_would_write_it() {
        let emails = Place::Attribute("emails");
        let first = Place::Nth(&emails, 0);
        assert_eq!(
            Place::Part(&first, "primary").to_string(),
            "emails[0].primary"
        );
        assert_eq!(
            Place::Part(&Place::Extended("urn:x:2.0:User", "manager"), "value").to_string(),
            "urn:x:2.0:User:manager.value"
        );
    }
}
