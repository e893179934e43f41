//! A place in a resource in the short form that operators and profiles write.

use std::sync::Arc;

use serde_json::Value;

use super::attributes::Attributes;
use super::compare::{Folded, fold};
use super::filter::{Condition, Operand, Operator, Test};
use super::path::AttrPath;
use super::resource::Kind;
use super::schema::{Holder, Resolved, Schemas};

/// Where in a resource a value is. Beyond plain paths this knows values by their `type`
/// (`emails.work`, `addresses.work.country`), and attributes of extensions by their name alone, if no
/// other attribute has it (`department`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// As it was written.
    text: String,
    /// The attribute, and the part of it that is meant; `None` is the whole.
    resolved: Resolved,
    /// The `type` of the elements that are meant; `None` is all of them.
    element: Option<String>,
}

impl Spot {
    /// The place that `text` names in resources of `kind`; `None` when there is none.
    pub fn parse(text: &str, kind: Kind, schemas: &Schemas) -> Option<Self> {
        let plain = |path: &str| schemas.resolve(kind, &AttrPath::parse(path)?);
        let spot = |resolved, element: Option<&str>| Self {
            text: text.to_owned(),
            resolved,
            element: element.map(str::to_owned),
        };
        if let Some(resolved) = plain(text) {
            return Some(spot(resolved, None));
        }
        if let Some((name, rest)) = text.split_once('.')
            && let Some(attribute) = plain(name)
        {
            attribute.attribute.sub("type")?;
            let (element, sub) = match rest.split_once('.') {
                Some((element, sub)) => (element, attribute.attribute.sub(sub)?),
                None => (rest, attribute.attribute.default_sub()?),
            };
            return Some(spot(attribute.with_sub(Arc::clone(sub)), Some(element)));
        }
        let extensions = &schemas.resource_type(kind).extensions;
        extensions
            .iter()
            .find_map(|extension| plain(&format!("{}:{text}", extension.schema.id.as_str())))
            .map(|resolved| spot(resolved, None))
    }

    /// The place as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The place as a path of PATCH, as identity providers write it: `emails[type eq "work"].value`.
    pub fn path(&self) -> String {
        let mut path = match &self.resolved.holder {
            Holder::Core => String::new(),
            Holder::Extension(document) => format!("{}:", document.id),
        };
        path.push_str(self.resolved.attribute.name.as_str());
        if let Some(element) = &self.element {
            path.push_str("[type eq \"");
            path.push_str(element);
            path.push_str("\"]");
        }
        if let Some(sub) = &self.resolved.sub {
            path.push('.');
            path.push_str(sub.name.as_str());
        }
        path
    }

    /// The condition that a resource has any value at this place.
    pub fn present(&self) -> Condition {
        self.test(Operand::Present)
    }

    /// The attribute, and the part of it that is meant.
    pub const fn resolved(&self) -> &Resolved {
        &self.resolved
    }

    /// The `type` of the elements that are meant; `None` is all of them.
    pub fn element(&self) -> Option<&str> {
        self.element.as_deref()
    }

    /// Whether the other names the same place, however it is written.
    pub fn is_same(&self, other: &Self) -> bool {
        let kind = |spot: &Self| spot.element.as_ref().map(|kind| kind.to_ascii_lowercase());
        self.resolved == other.resolved && kind(self) == kind(other)
    }

    /// Whether the place is in elements of this `type`, in any letter case; one without a `type` is
    /// only meant where all are.
    pub fn has_element(&self, element: Option<&str>) -> bool {
        match (&self.element, element) {
            (None, _) => true,
            (Some(wanted), Some(found)) => wanted.eq_ignore_ascii_case(found),
            (Some(_), None) => false,
        }
    }

    /// The values that `attributes` has at this place.
    pub fn values<'a>(&self, attributes: &'a Attributes) -> Vec<&'a Value> {
        self.resolved
            .elements(attributes)
            .iter()
            .filter(|element| self.has_element(element.get("type").and_then(Value::as_str)))
            .filter_map(|element| match &self.resolved.sub {
                Some(sub) => element.get(sub.name.as_str()),
                None => Some(element),
            })
            .collect()
    }

    /// The values that `attributes` has at this place, as they are compared.
    pub fn folded(&self, attributes: &Attributes) -> Vec<Folded> {
        let leaf = self.resolved.leaf();
        let values = self.values(attributes);
        values
            .into_iter()
            .filter_map(|value| fold(leaf, value))
            .collect()
    }

    /// The condition that a resource has this value at this place.
    pub fn equals(&self, value: Folded) -> Condition {
        self.test(Operand::Compare(Operator::Equal, value))
    }

    fn test(&self, operand: Operand) -> Condition {
        let test = |attribute, operand| Condition::Test(Test { attribute, operand });
        let here = test(self.resolved.clone(), operand);
        let whole = Resolved {
            sub: None,
            ..self.resolved.clone()
        };
        let element = self.element.as_deref().zip(whole.attribute.sub("type"));
        let Some((element, kind)) = element else {
            return here;
        };
        let Some(element) = fold(kind, &Value::from(element)) else {
            return Condition::Constant(false);
        };
        let of_this_kind = test(
            whole.with_sub(Arc::clone(kind)),
            Operand::Compare(Operator::Equal, element),
        );
        Condition::Element {
            attribute: whole,
            inner: Box::new(Condition::All(vec![of_this_kind, here])),
        }
    }

    /// Whether `attributes` has a value here that is more than blanks.
    pub fn is_filled(&self, attributes: &Attributes) -> bool {
        let values = self.values(attributes);
        values
            .into_iter()
            .any(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Limits, Profile};
    use crate::scim::schema::Declaration;
    use crate::scim::{Urn, filter};
    use serde_json::json;

    fn spot(text: &str) -> Option<Spot> {
        Spot::parse(text, Kind::User, &Schemas::builtin().unwrap())
    }

    fn ada() -> Attributes {
        let ada = json!({
            "userName": "ada",
            "title": " ",
            "name": {"givenName": "Ada"},
            "emails": [
                {"type": "home", "value": "h@example.net"},
                {"type": "Work", "value": "w@example.net"},
                {"value": "x@example.net"},
            ],
            "addresses": [{"type": "work", "country": "GB"}],
            Urn::ENTERPRISE: {"department": "Engines"},
        });
        Attributes::from_canonical(ada.as_object().unwrap().clone())
    }

    #[test]
    fn values_are_found_in_the_short_form() {
        let found = |text: &str| json!(spot(text).unwrap().values(&ada()));
        assert_eq!(found("userName"), json!(["ada"]));
        assert_eq!(found("name.givenName"), json!(["Ada"]));
        assert_eq!(found("emails.work"), json!(["w@example.net"]));
        assert_eq!(found("emails.value").as_array().unwrap().len(), 3);
        assert_eq!(found("addresses.work.country"), json!(["GB"]));
        assert_eq!(found("addresses.home.country"), json!([]));
        assert_eq!(found("department"), json!(["Engines"]));
        assert_eq!(
            found(&format!("{}:department", Urn::ENTERPRISE)),
            json!(["Engines"])
        );
        for nothing in [
            "",
            "mail",
            "userName.work",
            "emails.work.nothing",
            "name.work",
            "addresses.work",
        ] {
            assert_eq!(spot(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_place_with_a_value_is_a_filter() {
        let schemas = Schemas::builtin().unwrap();
        for (place, text) in [
            ("externalId", "externalId eq \"w@example.net\""),
            (
                "emails.work",
                "emails[type eq \"work\" and value eq \"w@example.net\"]",
            ),
        ] {
            let value = Folded::Text("w@example.net".to_owned());
            let filter = filter::parse(text, &Limits::DEFAULT).unwrap();
            let resolved = filter::resolve(&filter, &schemas, Kind::User).unwrap();
            assert_eq!(spot(place).unwrap().equals(value), resolved);
        }
    }

    #[test]
    fn a_place_is_a_path_of_patch() {
        let path = |text: &str| spot(text).unwrap().path();
        assert_eq!(path("emails.work"), "emails[type eq \"work\"].value");
        assert_eq!(
            path("addresses.work.country"),
            "addresses[type eq \"work\"].country"
        );
        assert_eq!(path("name.givenName"), "name.givenName");
        assert_eq!(path("manager"), format!("{}:manager", Urn::ENTERPRISE));
    }

    #[test]
    fn blanks_do_not_fill_a_place() {
        assert!(spot("emails.work").unwrap().is_filled(&ada()));
        assert!(!spot("title").unwrap().is_filled(&ada()));
        assert!(!spot("nickName").unwrap().is_filled(&ada()));
    }

    #[test]
    fn what_the_profiles_list_is_in_the_schemas() {
        for name in Profile::names() {
            let profile = Profile::named(name).unwrap();
            let documents = profile.schemas.iter();
            let declared: Vec<Declaration> = documents
                .map(|document| Declaration::parse(document).unwrap())
                .collect();
            let schemas = Schemas::extended(&declared).unwrap();
            let attributes = &profile.attributes;
            let users = attributes.of_users().map(|text| (Kind::User, text));
            let groups = attributes.group.iter();
            for (kind, text) in users.chain(groups.map(|text| (Kind::Group, text.as_str()))) {
                assert!(
                    Spot::parse(text, kind, &schemas).is_some(),
                    "{name}: {text}"
                );
            }
        }
    }
}
