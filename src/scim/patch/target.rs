//! What the `path` of an operation points at: `name[filter].sub`, found in the schemas.

use std::fmt;
use std::sync::Arc;

use crate::base::Limits;
use crate::scim::error::ScimError;
use crate::scim::filter::ast::Filter;
use crate::scim::filter::{self, Condition};
use crate::scim::name::AttrName;
use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Mutability, Resolved, SchemaDocument, Schemas, Target};

/// What an operation changes.
#[derive(Debug, Clone, PartialEq)]
pub enum PatchPath {
    /// An attribute, or a sub-attribute of it or of each of its values.
    Attribute(Resolved),
    /// Those values of an attribute that a filter selects.
    Elements(Box<Elements>),
    /// A whole extension.
    Extension(Arc<SchemaDocument>),
}

/// `emails[type eq "work"]` or `emails[type eq "work"].value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Elements {
    /// The attribute in front of the brackets; without a sub-attribute.
    pub attribute: Resolved,
    /// What is in the brackets, as it was written.
    pub filter: Filter,
    /// What is in the brackets, as it is asked of a value.
    pub condition: Condition,
    /// The sub-attribute behind the brackets.
    pub sub: Option<Arc<Attribute>>,
}

/// What a path names.
pub(super) enum Named {
    /// Something that can be changed.
    Path(PatchPath),
    /// The resource itself, by the URN of its core schema: the same as no path.
    Resource,
}

impl PatchPath {
    /// Whether only the server sets what the path points at.
    pub(super) fn is_read_only(&self) -> bool {
        let (attribute, sub) = match self {
            Self::Attribute(at) => (&at.attribute, at.sub.as_ref()),
            Self::Elements(at) => (&at.attribute.attribute, at.sub.as_ref()),
            Self::Extension(_) => return false,
        };
        attribute.mutability == Mutability::ReadOnly
            || sub.is_some_and(|sub| sub.mutability == Mutability::ReadOnly)
    }
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(at) => f.write_str(&at.key()),
            Self::Elements(at) => {
                write!(f, "{}[{}]", at.attribute.key(), at.filter)?;
                match &at.sub {
                    Some(sub) => write!(f, ".{}", sub.name),
                    None => Ok(()),
                }
            }
            Self::Extension(schema) => schema.id.fmt(f),
        }
    }
}

/// What `text` names in resources of `kind`; `None` when its names are well-formed but no schema
/// knows them. A path that keeps to no grammar is 400 `invalidPath`, a filter in it that makes no
/// sense 400 `invalidFilter`.
pub(super) fn find(
    text: &str,
    kind: Kind,
    schemas: &Schemas,
    limits: &Limits,
) -> Result<Option<Named>, ScimError> {
    let Some((front, rest)) = text.split_once('[') else {
        let target = if let Some(whole) = schemas.whole(kind, text) {
            Some(whole)
        } else {
            let path = AttrPath::parse(text).ok_or_else(|| no_path(text))?;
            let target = schemas.target(kind, &path);
            if target.is_none() && is_part_of_nothing(&path, kind, schemas) {
                return Err(no_path(text));
            }
            target
        };
        return Ok(target.map(|target| match target {
            Target::Attribute(resolved) => Named::Path(PatchPath::Attribute(resolved)),
            Target::Extension(schema) => Named::Path(PatchPath::Extension(schema)),
            Target::Resource => Named::Resource,
        }));
    };
    // A bracket inside the filter stands in a quoted text; no name behind the filter has one.
    let (filter, behind) = rest.rsplit_once(']').ok_or_else(|| no_path(text))?;
    let sub = match behind.strip_prefix('.') {
        Some(sub) => Some(sub),
        None if behind.is_empty() => None,
        None => return Err(no_path(text)),
    };
    let path = AttrPath::parse(front)
        .filter(|path| path.sub.is_none())
        .ok_or_else(|| no_path(text))?;
    let filter = filter::parse(filter, limits).map_err(|error| error.at("path"))?;
    let Some(attribute) = schemas.resolve(kind, &path) else {
        return Ok(None);
    };
    if !attribute.attribute.is_complex() && !attribute.attribute.multi_valued {
        return Err(ScimError::invalid_path(format_args!(
            "path: {} has a single value without parts, so there is nothing to select",
            attribute.key()
        )));
    }
    let condition =
        filter::resolve_element(&filter, schemas, &attribute).map_err(|error| error.at("path"))?;
    let sub = match sub {
        None => None,
        Some(name) if !attribute.attribute.is_complex() || AttrName::parse(name).is_none() => {
            return Err(no_path(text));
        }
        Some(name) => match attribute.attribute.sub(name) {
            Some(sub) => Some(Arc::clone(sub)),
            None => return Ok(None),
        },
    };
    Ok(Some(Named::Path(PatchPath::Elements(Box::new(Elements {
        attribute,
        filter,
        condition,
        sub,
    })))))
}

/// Whether `path` names a part of an attribute that has none: no schema could ever know it.
fn is_part_of_nothing(path: &AttrPath, kind: Kind, schemas: &Schemas) -> bool {
    let whole = AttrPath {
        sub: None,
        ..path.clone()
    };
    let whole = schemas.resolve(kind, &whole).filter(|_| path.sub.is_some());
    whole.is_some_and(|whole| !whole.attribute.is_complex())
}

fn no_path(text: &str) -> ScimError {
    ScimError::invalid_path(format_args!(
        "path: expected a path such as name.givenName or emails[type eq \"work\"].value, found {}",
        serde_json::Value::from(text)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::{ScimType, Urn};

    fn named(kind: Kind, text: &str) -> Result<Option<Named>, ScimError> {
        find(text, kind, &Schemas::builtin().unwrap(), &Limits::DEFAULT)
    }

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        match named(Kind::User, text) {
            Ok(Some(Named::Path(path))) => assert_eq!(path.to_string(), canonical),
            _ => panic!("{text} names nothing"),
        }
    }

    #[test]
    fn every_form_of_path_is_found_in_any_case() {
        check("USERNAME", "userName");
        check("name.givenname", "name.givenName");
        check(
            "emails[Type eq \"work\"].VALUE",
            "emails[Type eq \"work\"].value",
        );
        check("emails[value eq \"a]b[c\"]", "emails[value eq \"a]b[c\"]");
        check(&format!("{}:userName", Urn::USER), "userName");
        check(Urn::ENTERPRISE, Urn::ENTERPRISE);
        let manager = format!("{}:manager.value", Urn::ENTERPRISE);
        check(&manager.to_uppercase(), &manager);
        assert!(matches!(
            named(Kind::User, Urn::USER),
            Ok(Some(Named::Resource))
        ));
    }

    #[test]
    fn an_unknown_name_is_told_from_a_malformed_path() {
        for unknown in [
            "shoeSize",
            "name.petName",
            "emails[type eq \"work\"].x",
            "a[b pr]",
        ] {
            assert!(matches!(named(Kind::User, unknown), Ok(None)), "{unknown}");
        }
        for (malformed, keyword) in [
            ("", ScimType::InvalidPath),
            ("a b", ScimType::InvalidPath),
            ("emails[type eq \"work\"", ScimType::InvalidPath),
            ("emails[type eq \"work\"]value", ScimType::InvalidPath),
            ("emails.type[value pr]", ScimType::InvalidPath),
            ("userName[value pr]", ScimType::InvalidPath),
            ("title.foo", ScimType::InvalidPath),
            ("name.givenName.x", ScimType::InvalidPath),
            ("emails[type eq \"work\"].value.x", ScimType::InvalidPath),
            ("emails[type eq \"work\"].", ScimType::InvalidPath),
            ("schemas[value pr].value", ScimType::InvalidPath),
            ("emails[type eq]", ScimType::InvalidFilter),
            ("emails[]", ScimType::InvalidFilter),
            ("emails[shoeSize eq 1]", ScimType::InvalidFilter),
        ] {
            match named(Kind::User, malformed) {
                Err(error) => assert_eq!(error.scim_type(), Some(keyword), "{malformed}"),
                Ok(_) => panic!("{malformed} was accepted"),
            }
        }
    }
}
