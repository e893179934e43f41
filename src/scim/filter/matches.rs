//! Does a condition hold? For the elements that a PATCH path selects, and as the oracle for the
//! store's SQL.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::condition::{Condition, Operand, Test};
use super::operand::passes;
use crate::scim::attributes::Attributes;
use crate::scim::compare::Folded;
use crate::scim::compare::fold;
use crate::scim::resource::Kind;
use crate::scim::resource::Meta;
use crate::scim::resource::ResourceId;
use crate::scim::schema::{Attribute, Holder, Resolved};
use crate::scim::urn::Urn;

/// A resource with everything that a filter can ask about.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its type.
    pub kind: Kind,
    /// Its identifier.
    pub id: ResourceId,
    /// Dates and version.
    pub meta: Meta,
    /// Its address; `None` where the address of the server is not known, and then nothing equals it.
    pub location: Option<&'a str>,
    /// Its attributes.
    pub attributes: &'a Attributes,
    /// Who is in it, if it is a group.
    pub members: &'a [MemberValue],
    /// Where it is a member, if it is a user.
    pub groups: &'a [MemberValue],
}

/// One value of `members` or `groups` (RFC 7643 §4.1.2 and §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberValue {
    /// The id of the other resource.
    pub value: ResourceId,
    /// Its name, if it has one.
    pub display: Option<String>,
    /// `User` or `Group` in `members`; `direct` or `indirect` in `groups`.
    pub r#type: &'static str,
    /// Its address, where the address of the server is known.
    pub reference: Option<String>,
}

/// Whether `condition`, resolved for resources of this kind, holds for `candidate`.
pub fn matches(condition: &Condition, candidate: &Candidate<'_>) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| matches(part, candidate)),
        Condition::Any(parts) => parts.iter().any(|part| matches(part, candidate)),
        Condition::Not(inner) => !matches(inner, candidate),
        Condition::Constant(holds) => *holds,
        Condition::Test(test) => match meta_value(&test.attribute, candidate) {
            Some(value) => accepts(&test.operand, &value),
            None => values(&test.attribute, candidate)
                .iter()
                .any(|element| element_passes(test, element)),
        },
        Condition::Element { attribute, inner } => values(attribute, candidate)
            .iter()
            .any(|element| matches_element(inner, element)),
    }
}

/// Whether `condition`, resolved for elements of one attribute, holds for `element`.
pub fn matches_element(condition: &Condition, element: &Value) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| matches_element(part, element)),
        Condition::Any(parts) => parts.iter().any(|part| matches_element(part, element)),
        Condition::Not(inner) => !matches_element(inner, element),
        Condition::Constant(holds) => *holds,
        Condition::Test(test) => element_passes(test, element),
        // Brackets do not nest; an element has no elements.
        Condition::Element { .. } => false,
    }
}

/// RFC 7644 table 3: an empty text is no value.
fn accepts(operand: &Operand, value: &Folded) -> bool {
    match operand {
        Operand::Present => !matches!(value, Folded::Text(text) if text.is_empty()),
        Operand::Compare(operator, operand) => passes(*operator, value, operand),
    }
}

fn element_passes(test: &Test, element: &Value) -> bool {
    match &test.attribute.sub {
        Some(sub) => element
            .get(sub.name.as_str())
            .is_some_and(|value| value_passes(sub, &test.operand, value)),
        None => value_passes(&test.attribute.attribute, &test.operand, element),
    }
}

/// Whether a value of `attribute`, or one of several, passes. A complex value passes if one of its
/// parts does, which is asked for presence only.
fn value_passes(attribute: &Attribute, operand: &Operand, value: &Value) -> bool {
    match value {
        Value::Array(several) => several
            .iter()
            .any(|one| value_passes(attribute, operand, one)),
        Value::Object(parts) => attribute.sub_attributes.iter().any(|sub| {
            parts
                .get(sub.name.as_str())
                .is_some_and(|part| value_passes(sub, operand, part))
        }),
        single => fold(attribute, single).is_some_and(|folded| accepts(operand, &folded)),
    }
}

/// The value of a part of `meta`; `None` if `attribute` is no part of `meta`, or has no value.
fn meta_value(attribute: &Resolved, candidate: &Candidate<'_>) -> Option<Folded> {
    let sub = attribute.sub.as_ref()?;
    if attribute.holder != Holder::Core || !attribute.attribute.name.is("meta") {
        return None;
    }
    // Milliseconds to the microseconds of `Folded`.
    let instant = |millis: i64| Some(Folded::Integer(millis.saturating_mul(1_000)));
    let text = |text: String| fold(sub, &Value::String(text));
    match sub.name.as_str() {
        "created" => instant(candidate.meta.created.as_millis()),
        "lastModified" => instant(candidate.meta.modified.as_millis()),
        "version" => text(candidate.meta.etag().to_string()),
        "location" => text(candidate.location?.to_owned()),
        "resourceType" => text(candidate.kind.name().to_owned()),
        _ => None,
    }
}

/// The values of an attribute, without its sub-attribute: its elements, or the one that it has.
fn values<'a>(attribute: &Resolved, candidate: &Candidate<'a>) -> Vec<Cow<'a, Value>> {
    let name = attribute.attribute.name.as_str();
    let stored = match &attribute.holder {
        Holder::Extension(document) => candidate
            .attributes
            .value(document.id.as_str())
            .and_then(|extension| extension.get(name)),
        Holder::Core => match (name, candidate.kind) {
            ("id", _) => return vec![Cow::Owned(candidate.id.to_string().into())],
            ("schemas", _) => return schemas(candidate).map(Cow::Owned).collect(),
            ("members", Kind::Group) => return objects(candidate.members),
            ("groups", Kind::User) => return objects(candidate.groups),
            _ => candidate.attributes.value(name),
        },
    };
    match stored {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(several)) => several.iter().map(Cow::Borrowed).collect(),
        Some(one) => vec![Cow::Borrowed(one)],
    }
}

/// The URNs of the schemas of a resource: that of its kind, and of the extensions it has data of. In
/// the canonical form only an extension has a name with a colon.
fn schemas<'a>(candidate: &Candidate<'a>) -> impl Iterator<Item = Value> + use<'a> {
    let core = match candidate.kind {
        Kind::User => Urn::USER,
        Kind::Group => Urn::GROUP,
    };
    let extensions = candidate.attributes.iter().map(|(name, _)| name.as_str());
    std::iter::once(core)
        .chain(extensions.filter(|name| name.contains(':')))
        .map(Value::from)
}

fn objects(members: &[MemberValue]) -> Vec<Cow<'static, Value>> {
    members
        .iter()
        .map(|member| {
            let mut object = Map::new();
            object.insert("value".into(), member.value.to_string().into());
            object.insert("type".into(), member.r#type.into());
            if let Some(display) = &member.display {
                object.insert("display".into(), display.as_str().into());
            }
            if let Some(reference) = &member.reference {
                object.insert("$ref".into(), reference.as_str().into());
            }
            Cow::Owned(Value::Object(object))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Limits, Timestamp};
    use crate::scim::AttrPath;
    use crate::scim::filter::parse::parse;
    use crate::scim::filter::resolve::{resolve, resolve_element};
    use crate::scim::schema::Schemas;
    use serde_json::json;

    const FRIEND: &str = "0189c3f2-0000-7000-8000-000000000002";

    fn holds(kind: Kind, attributes: Value, text: &str) -> bool {
        let Value::Object(map) = attributes else {
            panic!("attributes are an object");
        };
        let attributes = Attributes::from_canonical(map);
        let friend = |r#type, display: &str| MemberValue {
            value: FRIEND.parse().unwrap(),
            display: Some(display.into()),
            r#type,
            reference: None,
        };
        let candidate = Candidate {
            kind,
            id: "0189c3f2-0000-7000-8000-000000000001".parse().unwrap(),
            meta: Meta {
                created: Timestamp::from_millis(1_000),
                modified: Timestamp::from_millis(2_000),
                version: 3,
            },
            location: None,
            attributes: &attributes,
            members: &[friend("User", "Mira")],
            groups: &[friend("indirect", "Staff")],
        };
        let filter = parse(text, &Limits::DEFAULT).unwrap();
        let condition = resolve(&filter, &Schemas::builtin().unwrap(), kind).unwrap();
        matches(&condition, &candidate)
    }

    #[track_caller]
    fn user(text: &str, expected: bool) {
        let attributes = json!({
            "userName": "Ada@example.net",
            "externalId": "A-1",
            "active": false,
            "nickName": "",
            "emails": [
                {"value": "ada@work.example", "type": "work", "primary": true},
                {"value": "ada@home.example", "type": "home"}
            ],
            Urn::ENTERPRISE: {"department": "Audit", "manager": {"value": FRIEND}}
        });
        assert_eq!(holds(Kind::User, attributes, text), expected, "{text}");
    }

    #[test]
    fn every_operator_compares_as_its_attribute_says() {
        for (text, expected) in [
            ("userName eq \"ADA@EXAMPLE.NET\"", true),
            ("externalId eq \"a-1\"", false),
            ("userName ne \"ada@example.net\"", false),
            (
                "userName sw \"ada\" and userName ew \".NET\" and userName co \"@e\"",
                true,
            ),
            (
                "userName gt \"ada\" and userName le \"ada@example.net\"",
                true,
            ),
            ("userName lt \"ada@example.net\"", false),
            ("active eq false and active pr", true),
            ("id ew \"0001\"", true),
            ("meta.created eq \"1970-01-01T00:00:01Z\"", true),
            ("meta.lastModified lt \"1970-01-01T00:00:02Z\"", false),
            ("meta.version eq \"W/\\\"3\\\"\"", true),
            ("meta.location co \"/\"", false),
        ] {
            user(text, expected);
        }
    }

    #[test]
    fn what_is_absent_or_empty_is_not_present_and_differs_from_everything() {
        for (text, expected) in [
            ("title pr", false),
            ("nickName pr", false),
            ("nickName eq null and title eq null", true),
            ("nickName eq \"\"", true),
            ("title ne \"x\"", true),
            ("not (title eq \"x\")", true),
            ("title lt \"x\"", false),
            ("emails pr and name eq null", true),
        ] {
            user(text, expected);
        }
    }

    #[test]
    fn of_several_values_one_is_enough_and_brackets_keep_to_one_element() {
        for (text, expected) in [
            ("emails.type eq \"home\" and emails.primary eq true", true),
            ("emails[type eq \"home\" and primary eq true]", false),
            ("emails[type eq \"home\" and not (primary eq true)]", true),
            (
                "emails[type eq \"home\"].value eq \"ada@home.example\"",
                true,
            ),
            (
                "emails[type eq \"home\"].value eq \"ada@work.example\"",
                false,
            ),
            (
                "emails[type eq \"home\"].value ne \"ada@work.example\"",
                true,
            ),
            ("emails[type eq \"home\"].primary pr", false),
            ("emails[type ne \"work\"]", true),
            ("emails.type ne \"work\"", false),
            ("photos[type ne \"work\"]", false),
        ] {
            user(text, expected);
        }
    }

    #[test]
    fn extensions_schemas_and_memberships_are_found() {
        let enterprise = Urn::ENTERPRISE;
        for (text, expected) in [
            (format!("{enterprise}:department eq \"audit\""), true),
            (format!("manager eq \"{FRIEND}\""), true),
            (
                format!(
                    "schemas eq \"{enterprise}\" and schemas eq \"{}\"",
                    Urn::USER
                ),
                true,
            ),
            (format!("schemas eq \"{}\"", Urn::GROUP), false),
            (
                format!("groups eq \"{FRIEND}\" and groups.type eq \"indirect\""),
                true,
            ),
            (
                format!("groups[display eq \"staff\" and value eq \"{FRIEND}\"]"),
                true,
            ),
            ("groups.$ref pr".to_owned(), false),
        ] {
            user(&text, expected);
        }
        let group = |text: &str| holds(Kind::Group, json!({"displayName": "Staff"}), text);
        assert!(group(&format!("members eq \"{FRIEND}\"")));
        assert!(group("members[type eq \"user\"].display eq \"mira\""));
        assert!(!group("members.type eq \"Group\""));
    }

    #[test]
    fn a_patch_path_selects_elements() {
        let schemas = Schemas::builtin().unwrap();
        let selects = |attribute: &str, filter: &str, element: &Value| {
            let path = AttrPath::parse(attribute).unwrap();
            let attribute = schemas.resolve(Kind::User, &path).unwrap();
            let filter = parse(filter, &Limits::DEFAULT).unwrap();
            let condition = resolve_element(&filter, &schemas, &attribute).unwrap();
            matches_element(&condition, element)
        };
        let work = json!({"type": "Work", "primary": true});
        assert!(selects("emails", "type eq \"work\"", &work));
        assert!(selects(
            "emails",
            "primary eq \"True\" and value eq null",
            &work
        ));
        assert!(!selects("emails", "type eq \"work\" and value pr", &work));
        assert!(selects("schemas", "value eq \"urn:x\"", &json!("urn:x")));
    }
}
