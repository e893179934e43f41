//! Where a value of a generated person lives: the left side of an attribute mapping.

use std::fmt;

use crate::scim::Urn;

/// The path of one value, as identity providers write it in their mappings and in PATCH operations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli::simulate) struct Path {
    /// The extension that declares the attribute; `None` for the core schema.
    pub(in crate::cli::simulate) extension: Option<String>,
    /// The attribute.
    pub(in crate::cli::simulate) name: String,
    /// Which of several values.
    pub(in crate::cli::simulate) element: Option<Element>,
    /// The sub-attribute.
    pub(in crate::cli::simulate) sub: Option<String>,
}

/// How one of several values is told from the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli::simulate) enum Element {
    /// By its `type`.
    Typed(String),
    /// By its place in the list, because it has no type or shares it with an earlier value.
    At(usize),
}

impl Path {
    /// A single-valued attribute of the core schema.
    pub(in crate::cli::simulate) fn plain(name: &str) -> Self {
        Self {
            extension: None,
            name: name.to_owned(),
            element: None,
            sub: None,
        }
    }

    /// A sub-attribute of a single complex attribute, e.g. `name.givenName`.
    pub(in crate::cli::simulate) fn sub(name: &str, sub: &str) -> Self {
        Self {
            sub: Some(sub.to_owned()),
            ..Self::plain(name)
        }
    }

    /// A sub-attribute of the value with this type, e.g. `emails[type eq "work"].value`.
    pub(in crate::cli::simulate) fn typed(name: &str, kind: &str, sub: &str) -> Self {
        Self {
            element: Some(Element::Typed(kind.to_owned())),
            ..Self::sub(name, sub)
        }
    }

    /// An attribute of the enterprise extension.
    pub(in crate::cli::simulate) fn enterprise(name: &str) -> Self {
        Self {
            extension: Some(Urn::ENTERPRISE.to_owned()),
            ..Self::plain(name)
        }
    }

    /// The id of the manager.
    pub(in crate::cli::simulate) fn manager() -> Self {
        Self {
            sub: Some("value".to_owned()),
            ..Self::enterprise("manager")
        }
    }

    /// Whether the value is the `primary` mark of one of several values. No mapping has it: providers set it
    /// when they create, and leave it alone afterwards.
    pub(in crate::cli::simulate) fn is_mark(&self) -> bool {
        self.element.is_some() && self.sub.as_deref() == Some("primary")
    }

    /// Whether a server may show this beside what it was sent: readable names and references that it works out itself.
    pub(in crate::cli::simulate) fn is_addition(&self) -> bool {
        match self.sub.as_deref() {
            Some("$ref") => true,
            Some("display") => self.element.is_some(),
            Some("displayName") => self.name == "manager",
            _ => false,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(extension) = &self.extension {
            write!(f, "{extension}:")?;
        }
        f.write_str(&self.name)?;
        match &self.element {
            Some(Element::Typed(kind)) => write!(f, "[type eq \"{kind}\"]")?,
            Some(Element::At(place)) => write!(f, "[{place}]")?,
            None => {}
        }
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
    fn paths_print_as_providers_write_them() {
        assert_eq!(Path::sub("name", "givenName").to_string(), "name.givenName");
        assert_eq!(
            Path::typed("emails", "work", "value").to_string(),
            "emails[type eq \"work\"].value"
        );
        assert_eq!(
            Path::enterprise("department").to_string(),
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"
        );
    }
}
