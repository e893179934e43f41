//! The order of a result (RFC 7644 §3.4.2.3).

use crate::scim::error::ScimError;
use crate::scim::filter::{comparable, find, is_hidden, unknown};
use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::schema::{Holder, Resolved, Schemas};

/// The attribute by which a result is sorted. Of several values the primary one decides, or the
/// first; resources without one are last when ascending and first when descending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortBy {
    /// The attribute, with its sub-attribute unless it is simple.
    pub attribute: Resolved,
    /// From the greatest to the least.
    pub descending: bool,
}

impl SortBy {
    /// The order that `sort_by` asks for in a query among `kinds`; where several kinds have such an
    /// attribute, the first one says how it is compared.
    ///
    /// A name that no kind has, a membership, a complex attribute without a `value`, and an attribute that nobody
    /// may read are 400 `invalidValue`: table 9 of RFC 7644 keeps `invalidPath` for PATCH.
    pub fn parse(
        sort_by: &str,
        descending: bool,
        schemas: &Schemas,
        kinds: &[Kind],
    ) -> Result<Self, ScimError> {
        let refuse = |complaint: &str| ScimError::invalid_value(complaint).at("sortBy");
        let path = AttrPath::parse(sort_by)
            .ok_or_else(|| refuse("expected the name of an attribute, such as name.familyName"))?;
        let found = kinds
            .iter()
            .find_map(|kind| find(schemas, *kind, &path))
            .ok_or_else(|| refuse(&unknown(schemas, kinds, &path)))?;
        let attribute = comparable(found).map_err(|complaint| refuse(&complaint))?;
        if is_hidden(&attribute) {
            return Err(refuse(&format!(
                "{} is never returned, so nothing is sorted by it",
                attribute.key()
            )));
        }
        if attribute.holder == Holder::Core
            && ["members", "groups"]
                .iter()
                .any(|name| attribute.attribute.name.is(name))
        {
            return Err(refuse(&format!(
                "{}: nothing is sorted by who belongs to what",
                attribute.key()
            )));
        }
        Ok(Self {
            attribute,
            descending,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::ScimType;

    fn sorted(by: &str) -> Result<String, String> {
        SortBy::parse(by, false, &Schemas::builtin().unwrap(), &[Kind::User])
            .map(|sort| sort.attribute.key())
            .map_err(|error| {
                assert_eq!(error.scim_type(), Some(ScimType::InvalidValue));
                error.detail().to_owned()
            })
    }

    #[test]
    fn a_complex_attribute_is_sorted_by_its_value() {
        assert_eq!(sorted("EMAILS").unwrap(), "emails.value");
        assert_eq!(sorted("name.familyname").unwrap(), "name.familyName");
        assert_eq!(sorted("meta.created").unwrap(), "meta.created");
        assert_eq!(
            sorted("name").unwrap_err(),
            "sortBy: name is complex: name one of its parts, formatted, familyName, givenName, \
             middleName, honorificPrefix, honorificSuffix"
        );
    }

    #[test]
    fn nothing_is_sorted_by_what_is_unknown_or_hidden() {
        assert_eq!(
            sorted("shoeSize").unwrap_err(),
            "sortBy: `shoeSize` is no attribute of User"
        );
        for wrong in ["", "password", "emails[type eq \"work\"]", "userName,title"] {
            assert!(sorted(wrong).is_err(), "{wrong}");
        }
    }
}
