//! The values of one multi-valued attribute: none twice, and one primary at most (RFC 7643 §2.4).

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::compare::{Folded, fold};
use super::error::ScimError;
use super::place::Place;
use super::schema::Attribute;

/// The most values that one attribute of one resource may have. Members of groups are not counted
/// here: they are no attribute values but rows of their own.
pub(super) const MOST_VALUES: usize = 1_000;

/// 400 `invalidValue` when an attribute would have more values than [`MOST_VALUES`].
pub(super) fn check_number(place: &Place<'_>, number: usize) -> Result<(), ScimError> {
    if number > MOST_VALUES {
        return Err(ScimError::invalid_value(format_args!(
            "{place}: an attribute may have {MOST_VALUES} values, this one has {number}"
        )));
    }
    Ok(())
}

/// `values` with each value once: a later one adds to an equal earlier one. If several are primary,
/// the last one is.
pub(super) fn collapse(attribute: &Attribute, values: Vec<Value>) -> Vec<Value> {
    let mut list = Vec::with_capacity(values.len());
    let mut places: HashMap<String, usize> = HashMap::with_capacity(values.len());
    let mut primary = None;
    for value in values {
        let is_newly_primary = is_primary(&value);
        let place = *places
            .entry(identity(attribute, &value))
            .or_insert(list.len());
        match list.get_mut(place) {
            Some(known) => overlay(known, value),
            None => list.push(value),
        }
        if is_newly_primary {
            primary = Some(place);
        }
    }
    if let Some(primary) = primary {
        only_primary(&mut list, primary);
    }
    list
}

/// Makes the value at `primary` the only primary one.
pub(super) fn only_primary(list: &mut [Value], primary: usize) {
    for (index, value) in list.iter_mut().enumerate() {
        if index != primary
            && is_primary(value)
            && let Value::Object(parts) = value
        {
            parts.insert("primary".into(), Value::Bool(false));
        }
    }
}

/// Whether a value says of itself that it is the preferred one.
pub(super) fn is_primary(value: &Value) -> bool {
    value.get("primary") == Some(&Value::Bool(true))
}

/// Whether nothing is left of a value but what it would be used for.
pub(super) fn is_hollow(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|parts| parts.keys().all(|name| name == "type" || name == "primary"))
}

/// What makes a value the same as another: its `value` and `type` as their schema compares them
/// (RFC 7643 §2.4 forbids the pair twice); without a `value`, everything but `primary`.
pub(super) fn identity(attribute: &Attribute, value: &Value) -> String {
    let Value::Object(parts) = value else {
        return folded(attribute, value);
    };
    if parts.contains_key("value") {
        return format!(
            "{}\0{}",
            part(attribute, parts, "value"),
            part(attribute, parts, "type")
        );
    }
    let mut identity = String::new();
    for sub in &attribute.sub_attributes {
        if let Some(value) = parts.get(sub.name.as_str())
            && !sub.name.is("primary")
        {
            identity.push_str(sub.name.as_str());
            identity.push('\0');
            identity.push_str(&value.to_string());
            identity.push('\0');
        }
    }
    identity
}

fn part(attribute: &Attribute, parts: &Map<String, Value>, name: &str) -> String {
    match (attribute.sub(name), parts.get(name)) {
        (Some(sub), Some(value)) => folded(sub, value),
        _ => String::new(),
    }
}

/// A value as its schema compares it, told apart from values of other types.
fn folded(attribute: &Attribute, value: &Value) -> String {
    match fold(attribute, value) {
        Some(Folded::Text(text)) => format!("t{text}"),
        Some(Folded::Integer(number)) => format!("i{number}"),
        Some(Folded::Real(number)) => format!("r{number}"),
        None => format!("j{value}"),
    }
}

/// Puts the parts of `newer` over those of `known`.
pub(super) fn overlay(known: &mut Value, newer: Value) {
    match (known, newer) {
        (Value::Object(known), Value::Object(newer)) => known.extend(newer),
        (known, newer) => *known = newer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Schemas;
    use crate::scim::{AttrPath, Kind};
    use serde_json::json;

    #[track_caller]
    fn check(attribute: &str, values: &Value, expected: &Value) {
        let schemas = Schemas::builtin().unwrap();
        let resolved = schemas
            .resolve(Kind::User, &AttrPath::parse(attribute).unwrap())
            .unwrap();
        let values = values.as_array().unwrap().clone();
        assert_eq!(&Value::Array(collapse(resolved.leaf(), values)), expected);
    }

    #[test]
    fn the_same_value_with_the_same_type_is_there_once() {
        check(
            "emails",
            &json!([
                {"value": "Mira@example.net", "type": "work"},
                {"value": "mira@example.net", "type": "Work", "display": "Mira"},
                {"value": "mira@example.net", "type": "home"}
            ]),
            &json!([
                {"value": "mira@example.net", "type": "Work", "display": "Mira"},
                {"value": "mira@example.net", "type": "home"}
            ]),
        );
        check(
            "addresses",
            &json!([{"country": "CH"}, {"country": "CH", "primary": true}, {"country": "AT"}]),
            &json!([{"country": "CH", "primary": true}, {"country": "AT"}]),
        );
    }

    #[test]
    fn a_second_primary_takes_it_from_the_first() {
        check(
            "emails",
            &json!([
                {"value": "a@example.net", "primary": true},
                {"value": "b@example.net", "primary": true},
                {"value": "c@example.net"}
            ]),
            &json!([
                {"value": "a@example.net", "primary": false},
                {"value": "b@example.net", "primary": true},
                {"value": "c@example.net"}
            ]),
        );
    }
}
