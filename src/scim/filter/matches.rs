//! Does a condition hold? For the elements that a PATCH path selects, and as the oracle for the
//! store's SQL.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::condition::{Condition, Operand, Operator, Test};
use crate::scim::schema::{Attribute, Holder, Resolved};
use crate::scim::{Attributes, Folded, Kind, Meta, ResourceId, Urn, fold};

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

/// Whether a value and an operand stand to each other as the operator says. The order is that of
/// [`Folded`]; a text is part of texts only.
pub(super) fn passes(operator: Operator, value: &Folded, operand: &Folded) -> bool {
    let order = value.cmp(operand);
    let part = |holds: fn(&str, &str) -> bool| match (value, operand) {
        (Folded::Text(value), Folded::Text(part)) => holds(value, part),
        _ => false,
    };
    match operator {
        Operator::Equal => order == Ordering::Equal,
        Operator::Contains => part(|value, part| value.contains(part)),
        Operator::StartsWith => part(|value, part| value.starts_with(part)),
        Operator::EndsWith => part(|value, part| value.ends_with(part)),
        Operator::Greater => order == Ordering::Greater,
        Operator::GreaterOrEqual => order != Ordering::Less,
        Operator::Less => order == Ordering::Less,
        Operator::LessOrEqual => order != Ordering::Greater,
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
