//! What becomes of the data of an extension when its schema changes.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::finish::finish_extension;
use crate::base::{Dialect, Limits, Unknown};
use crate::scim::attributes::Attributes;
use crate::scim::error::ScimError;
use crate::scim::place::Place;
use crate::scim::reading::Reading;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Mutability, Schemas};
use crate::scim::urn::Urn;
use crate::scim::value::Reader;

/// A resource under other schemas.
#[derive(Debug, Clone, PartialEq)]
pub struct Adapted {
    /// Its attributes, in the canonical form of the new schemas.
    pub attributes: Attributes,
    /// The attributes that have no place there; empty when nothing is lost.
    pub lost: Vec<String>,
}

/// Carries what a resource has under the extension `urn` over from the schemas `from` to the schemas
/// `to`. A value that has not the type that is asked for, several values where one may be, and a
/// missing value that is required are 400 `invalidValue`: the data are in the way of the change.
pub fn adapt(
    before: &Attributes,
    kind: Kind,
    urn: &Urn,
    from: &Schemas,
    to: &Schemas,
) -> Result<Adapted, ScimError> {
    let mut adapted = Adapted {
        attributes: before.clone(),
        lost: Vec::new(),
    };
    let old = from.resource_type(kind).extension(urn.as_str());
    let new = to.resource_type(kind).extension(urn.as_str());
    let held = old.map_or(urn, |old| &old.schema.id).as_str();
    let Some(Value::Object(inner)) = before.value(held) else {
        return Ok(adapted);
    };
    let reading = Reading {
        dialect: Dialect::Tolerant,
        unknown: Unknown::Drop,
        // What is here was short enough when it came.
        limits: Limits {
            string: usize::MAX,
            ..Limits::DEFAULT
        },
    };
    let mut reader = Reader::new(&reading);
    let mut kept = Map::new();
    for (name, value) in inner {
        let was = old.and_then(|old| old.schema.attribute(name));
        let will = new.and_then(|new| new.schema.attribute(name));
        let place = Place::Extended(held, name);
        let value = match (was, will) {
            (Some(was), Some(will)) if was.behaves_like(will) => Some(value.clone()),
            (_, Some(will)) if can_hold(will) => reshape(&place, will, value.clone())
                .and_then(|value| reader.value(&place, will, value))?,
            _ => None,
        };
        match value {
            Some(after) => {
                adapted
                    .lost
                    .extend(lost_parts(&place, inner.get(name), &after));
                kept.insert(name.clone(), after);
            }
            None => adapted.lost.push(place.to_string()),
        }
    }
    let map = adapted.attributes.as_map_mut();
    if kept.is_empty() {
        map.shift_remove(held);
    } else {
        map.insert(held.to_owned(), Value::Object(kept));
    }
    if let Some(new) = new {
        finish_extension(&adapted.attributes, new)?;
    }
    Ok(adapted)
}

/// Whether clients give the attribute a value, and that is kept.
fn can_hold(attribute: &Attribute) -> bool {
    !attribute.is_hidden() && attribute.mutability != Mutability::ReadOnly
}

/// A single value becomes a list of one, and a list of one a single value.
fn reshape(place: &Place<'_>, attribute: &Attribute, value: Value) -> Result<Value, ScimError> {
    match value {
        Value::Array(mut values) if !attribute.multi_valued => match (values.pop(), values.len()) {
            (Some(only), 0) => Ok(only),
            (_, more) => Err(ScimError::invalid_value(format_args!(
                "{place}: expected a single value, found {}",
                more + 1
            ))),
        },
        Value::Array(values) => Ok(Value::Array(values)),
        single if attribute.multi_valued => Ok(Value::Array(vec![single])),
        single => Ok(single),
    }
}

/// The parts that `before` has and `after` has not.
fn lost_parts(place: &Place<'_>, before: Option<&Value>, after: &Value) -> Vec<String> {
    let parts = |value: &Value| -> BTreeSet<String> {
        let elements = match value {
            Value::Array(elements) => elements.as_slice(),
            single => std::slice::from_ref(single),
        };
        let objects = elements.iter().filter_map(Value::as_object);
        objects.flat_map(Map::keys).cloned().collect()
    };
    let left = parts(after);
    let had = before.map(parts).unwrap_or_default();
    had.difference(&left)
        .map(|part| Place::Part(place, part).to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::{Declaration, Library};
    use serde_json::json;

    const URN: &str = "urn:example:2.0:User";

    fn schemas(attributes: &Value) -> Schemas {
        let mut library = Library::default();
        if attributes != &json!([]) {
            let document = json!({"id": URN, "attributes": attributes});
            let declaration = Declaration::parse(&document).unwrap();
            library.declare(declaration).unwrap();
        }
        library.with(&[]).unwrap().as_ref().clone()
    }

    /// What becomes of `data` and what is lost, or why not.
    fn adapted(data: &Value, was: &Value, will: &Value) -> Result<(Value, Vec<String>), String> {
        let before = json!({"userName": "mira", URN: data});
        let before = Attributes::from_canonical(before.as_object().unwrap().clone());
        let urn = Urn::new(URN);
        adapt(&before, Kind::User, &urn, &schemas(was), &schemas(will))
            .map(|adapted| {
                let data = adapted.attributes.value(URN).cloned();
                (data.unwrap_or_default(), adapted.lost)
            })
            .map_err(|error| error.detail().to_owned())
    }

    #[test]
    fn what_suits_the_new_schema_stays() {
        let was = json!([{"name": "badge", "type": "any"}, {"name": "site"}]);
        let will =
            json!([{"name": "badge", "type": "integer"}, {"name": "site", "multiValued": true}]);
        assert_eq!(
            adapted(&json!({"badge": 7, "site": "Bern"}), &was, &will),
            Ok((json!({"badge": 7, "site": ["Bern"]}), vec![]))
        );
        assert_eq!(
            adapted(&json!({"badge": 7, "site": ["Bern"]}), &will, &was),
            Ok((json!({"badge": 7, "site": "Bern"}), vec![]))
        );
    }

    #[test]
    fn what_does_not_is_in_the_way() {
        let check = |data, was, will, complaint: &str| {
            assert_eq!(adapted(&data, &was, &will), Err(complaint.to_owned()));
        };
        check(
            json!({"badge": "B-7"}),
            json!([{"name": "badge"}]),
            json!([{"name": "badge", "type": "integer"}]),
            "urn:example:2.0:User:badge: expected a whole number, found \"B-7\"",
        );
        check(
            json!({"site": ["Bern", "Wien", "Graz"]}),
            json!([{"name": "site", "multiValued": true}]),
            json!([{"name": "site"}]),
            "urn:example:2.0:User:site: expected a single value, found 3",
        );
        check(
            json!({"site": "Bern"}),
            json!([{"name": "site"}]),
            json!([{"name": "site"}, {"name": "badge", "required": true}]),
            "urn:example:2.0:User:badge: required, but no value was given",
        );
    }

    #[test]
    fn what_has_no_place_any_more_is_named() {
        let was = json!([{"name": "badge"}, {"name": "site", "type": "complex",
            "subAttributes": [{"name": "value"}, {"name": "door"}]}]);
        let data = json!({"badge": "7", "site": {"value": "Bern", "door": "3"}});
        assert_eq!(
            adapted(&data, &was, &json!([])),
            Ok((
                Value::Null,
                vec![format!("{URN}:badge"), format!("{URN}:site")]
            ))
        );
        let will = json!([{"name": "badge", "mutability": "writeOnly"}, {"name": "site",
            "type": "complex", "subAttributes": [{"name": "value"}]}]);
        assert_eq!(
            adapted(&data, &was, &will),
            Ok((
                json!({"site": {"value": "Bern"}}),
                vec![format!("{URN}:badge"), format!("{URN}:site.door")]
            ))
        );
    }
}
