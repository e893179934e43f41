//! What a profile lists, and what is left when only that is kept.

use serde_json::{Map, Value};

use crate::scim::schema::{Holder, Schemas};
use crate::scim::{Attributes, Kind, Spot};

/// Attributes without those that are not listed.
#[derive(Debug, PartialEq)]
pub(super) struct Kept {
    pub(super) attributes: Attributes,
    /// The places of what is not among them any more.
    pub(super) left_out: Vec<String>,
}

/// What the operator declared, or the profile brought along: every extension attribute that is not the
/// RFC's.
pub(super) fn own(kind: Kind, schemas: &Schemas) -> Vec<Spot> {
    let of_the_rfc = Schemas::builtin().ok();
    let is_of_the_rfc = |urn: &str, name: &str| {
        let extension = of_the_rfc
            .as_ref()
            .and_then(|schemas| schemas.resource_type(kind).extension(urn));
        extension.is_some_and(|extension| extension.schema.attribute(name).is_some())
    };
    let extensions = schemas.resource_type(kind).extensions.iter();
    extensions
        .flat_map(|extension| {
            let urn = extension.schema.id.as_str();
            let names = extension.schema.attributes.iter();
            names.map(move |attribute| (urn, attribute.name.as_str()))
        })
        .filter(|(urn, name)| !is_of_the_rfc(urn, name))
        .filter_map(|(urn, name)| Spot::parse(&format!("{urn}:{name}"), kind, schemas))
        .collect()
}

/// Keeps of `after` what is `listed`, what is required by its schema, and what `before` has in just
/// the same way.
pub(super) fn leave_out(
    listed: &[Spot],
    kind: Kind,
    schemas: &Schemas,
    before: Option<&Attributes>,
    after: Attributes,
) -> Kept {
    let resource_type = schemas.resource_type(kind);
    let mut kept = Map::new();
    let mut left_out = Vec::new();
    for (name, value) in after.into_map() {
        let was = before.and_then(|before| before.value(&name));
        if was == Some(&value) {
            kept.insert(name, value);
            continue;
        }
        let left = match (resource_type.extension(&name), value) {
            (Some(_), Value::Object(inside)) => {
                let mut kept = Map::new();
                for (inner, value) in inside {
                    let place = format!("{name}:{inner}");
                    let left = if was.and_then(|was| was.get(&inner)) == Some(&value) {
                        Some(value)
                    } else {
                        one(listed, Some(&name), &inner, value, &place, &mut left_out)
                    };
                    if let Some(value) = left {
                        kept.insert(inner, value);
                    }
                }
                (!kept.is_empty()).then_some(Value::Object(kept))
            }
            (_, value) => {
                let attribute = resource_type.core.attribute(&name);
                if attribute.is_some_and(|attribute| attribute.required) {
                    Some(value)
                } else {
                    one(listed, None, &name, value, &name, &mut left_out)
                }
            }
        };
        if let Some(value) = left {
            kept.insert(name, value);
        }
    }
    left_out.dedup();
    Kept {
        attributes: Attributes::from_canonical(kept),
        left_out,
    }
}

/// What is left of the value of one attribute; `None` is nothing.
fn one(
    listed: &[Spot],
    extension: Option<&str>,
    name: &str,
    value: Value,
    place: &str,
    left_out: &mut Vec<String>,
) -> Option<Value> {
    let spots: Vec<&Spot> = listed
        .iter()
        .filter(|spot| {
            let resolved = spot.resolved();
            let holder = match &resolved.holder {
                Holder::Core => None,
                Holder::Extension(document) => Some(document.id.as_str()),
            };
            holder == extension && resolved.attribute.name.is(name)
        })
        .collect();
    if spots.is_empty() {
        left_out.push(place.to_owned());
        return None;
    }
    if spots.iter().any(|spot| spot.resolved().sub.is_none()) {
        return Some(value);
    }
    match value {
        Value::Object(parts) => {
            let parts = some_parts(&spots, parts, place, left_out);
            (!parts.is_empty()).then_some(Value::Object(parts))
        }
        Value::Array(elements) => {
            let elements: Vec<Value> = elements
                .into_iter()
                .filter_map(|element| element_of(&spots, element, place, left_out))
                .collect();
            (!elements.is_empty()).then_some(Value::Array(elements))
        }
        simple => Some(simple),
    }
}

/// What is left of one of several values: nothing, when its `type` is not listed.
fn element_of(
    spots: &[&Spot],
    element: Value,
    place: &str,
    left_out: &mut Vec<String>,
) -> Option<Value> {
    let Value::Object(parts) = element else {
        return Some(element);
    };
    let kind = parts.get("type").and_then(Value::as_str).map(str::to_owned);
    let place = match &kind {
        Some(kind) => format!("{place}.{}", kind.to_ascii_lowercase()),
        None => place.to_owned(),
    };
    let spots: Vec<&Spot> = spots
        .iter()
        .copied()
        .filter(|spot| spot.has_element(kind.as_deref()))
        .collect();
    if spots.is_empty() {
        left_out.push(place);
        return None;
    }
    let parts = some_parts(&spots, parts, &place, left_out);
    let says_something = parts.keys().any(|name| !describes(name));
    says_something.then_some(Value::Object(parts))
}

/// The parts that are listed, and those that say which value it is.
fn some_parts(
    spots: &[&Spot],
    parts: Map<String, Value>,
    place: &str,
    left_out: &mut Vec<String>,
) -> Map<String, Value> {
    let mut kept = Map::new();
    for (name, value) in parts {
        let listed = spots.iter().any(|spot| {
            let sub = spot.resolved().sub.as_ref();
            sub.is_some_and(|sub| sub.name.is(&name))
        });
        if listed || describes(&name) {
            kept.insert(name, value);
        } else {
            left_out.push(format!("{place}.{name}"));
        }
    }
    kept
}

/// Whether a part of this name only says which of several values it is.
fn describes(name: &str) -> bool {
    matches!(name, "type" | "primary" | "display")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Urn;
    use serde_json::json;

    fn attributes(json: &Value) -> Attributes {
        Attributes::from_canonical(json.as_object().unwrap().clone())
    }

    #[track_caller]
    fn check(before: &Value, after: &Value, expected: &Value, gone: &[&str]) {
        let schemas = Schemas::builtin().unwrap();
        let listed: Vec<Spot> = [
            "title",
            "name.givenName",
            "emails.work",
            "addresses.work.country",
            "department",
            "manager",
        ]
        .iter()
        .map(|place| Spot::parse(place, Kind::User, &schemas).unwrap())
        .collect();
        let before = attributes(before);
        let kept = leave_out(
            &listed,
            Kind::User,
            &schemas,
            Some(&before),
            attributes(after),
        );
        assert_eq!(Value::Object(kept.attributes.into_map()), *expected);
        assert_eq!(kept.left_out, gone);
    }

    #[test]
    fn only_what_is_listed_is_kept() {
        check(
            &json!({}),
            &json!({
                "userName": "ada", "title": "Countess", "nickName": "A",
                "name": {"givenName": "Ada", "middleName": "K"},
                "emails": [
                    {"type": "Work", "value": "w@example.net", "primary": true},
                    {"type": "home", "value": "h@example.net"},
                    {"value": "x@example.net"},
                ],
                "addresses": [
                    {"type": "work", "country": "GB", "locality": "London"},
                ],
                Urn::ENTERPRISE: {"department": "Engines", "division": "D", "manager": {"value": "1"}},
            }),
            &json!({
                "userName": "ada", "title": "Countess",
                "name": {"givenName": "Ada"},
                "emails": [{"type": "Work", "value": "w@example.net", "primary": true}],
                "addresses": [{"type": "work", "country": "GB"}],
                Urn::ENTERPRISE: {"department": "Engines", "manager": {"value": "1"}},
            }),
            &[
                "nickName",
                "name.middleName",
                "emails.home",
                "emails",
                "addresses.work.locality",
                &format!("{}:division", Urn::ENTERPRISE),
            ],
        );
    }

    #[test]
    fn what_was_there_already_stays_and_nothing_empty_is_left() {
        check(
            &json!({"nickName": "A", Urn::ENTERPRISE: {"division": "D"}}),
            &json!({
                "userName": "ada", "nickName": "A",
                "name": {"middleName": "K"},
                "addresses": [{"type": "work", "locality": "London"}],
                Urn::ENTERPRISE: {"division": "D", "costCenter": "7"},
            }),
            &json!({"userName": "ada", "nickName": "A", Urn::ENTERPRISE: {"division": "D"}}),
            &[
                "name.middleName",
                "addresses.work.locality",
                &format!("{}:costCenter", Urn::ENTERPRISE),
            ],
        );
    }
}
