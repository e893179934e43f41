//! Values of another shape than their schema says.

use serde_json::{Map, Value};

use super::fired::Fired;
use crate::scim::place::Place;
use crate::scim::schema::{Attribute, Mutability, Type};

/// All that `attribute` is given in a body.
pub(super) fn attribute(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Value {
    match value {
        Value::Null => value,
        value if attribute.multi_valued => list_for_single_value(fired, at, attribute, value),
        value => single(fired, at, attribute, value),
    }
}

/// What a PATCH operation says about `attribute`. There one value may stand for a list of one.
pub(super) fn operand(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Value {
    match value {
        Value::Array(_) | Value::Null => self::attribute(fired, at, attribute, value),
        value => single(fired, at, attribute, value),
    }
}

/// One value of `attribute`, where a list of one may stand for it.
pub(super) fn single(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Value {
    let value = single_value_for_list(fired, at, attribute, value);
    let value = scalar_for_object(fired, at, attribute, value);
    match value {
        Value::Object(mut parts) if attribute.is_complex() => {
            self::parts(fired, at, attribute, &mut parts);
            Value::Object(parts)
        }
        Value::String(text) if attribute.kind == Type::Boolean => boolean_for_text(fired, at, text),
        Value::String(text) if attribute.is_complex() => {
            object_for_text(fired, at, attribute, text)
        }
        value => value,
    }
}

fn parts(fired: &mut Fired, at: &Place<'_>, attribute: &Attribute, parts: &mut Map<String, Value>) {
    let mut all_known = true;
    for (name, value) in parts.iter_mut() {
        match attribute.sub(name) {
            Some(sub) => {
                let at = Place::Part(at, sub.name.as_str());
                *value = self::attribute(fired, &at, sub, value.take());
            }
            None => all_known = false,
        }
    }
    if !all_known {
        value_for_id_by_name(fired, at, attribute, parts);
        display_for_display_name(fired, at, attribute, parts);
    }
}

/// A single value where a list belongs.
///
/// Wrong: `"emails": {"value": "mira@example.net"}`; right: `"emails": [{"value": …}]`. Shown by
/// `tests/idp/sequences/entra/single_object_for_a_list.json`.
fn list_for_single_value(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Value {
    let values = match value {
        Value::Array(values) => values,
        // An empty text or object is no value, and so no value in the wrong place.
        Value::String(text) if text.is_empty() => return Value::String(text),
        Value::Object(parts) if parts.is_empty() => return Value::Object(parts),
        value => {
            fired.add("single value for a list", at);
            vec![value]
        }
    };
    values
        .into_iter()
        .map(|value| single(fired, at, attribute, value))
        .collect()
}

/// A list of one where a single value belongs.
///
/// Wrong: `"manager": [{"value": "26118915"}]`; right: `"manager": {"value": …}`. Shown by
/// `tests/idp/sequences/entra/manager_object_in_an_array.json`.
fn single_value_for_list(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Value {
    match value {
        Value::Array(mut values) if values.len() == 1 => {
            let only = values.pop().unwrap_or_default();
            // The wrapping of scalars is a list and an object in one; it is counted once, as that.
            if attribute.is_complex() || !only.is_object() {
                fired.add("list for a single value", at);
            }
            only
        }
        value => value,
    }
}

/// A scalar in an object, as Entra jobs from before 2018 wrap them.
///
/// Wrong: `"value": [{"$ref": null, "value": "Mira"}]` for `displayName`; right: `"value": "Mira"`.
/// Shown by `tests/idp/sequences/entra/wrapped_scalars.json`.
fn scalar_for_object(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Value {
    let Value::Object(mut parts) = value else {
        return value;
    };
    let is_wrapping = parts.get("value").is_some_and(|inner| !inner.is_object())
        && parts.keys().all(|name| name == "value" || name == "$ref");
    if attribute.is_complex() || !is_wrapping {
        return Value::Object(parts);
    }
    fired.add("scalar in an object", at);
    parts.get_mut("value").map(Value::take).unwrap_or_default()
}

/// A boolean in quotes.
///
/// Wrong: `"active": "False"`; right: `"active": false`. Shown by
/// `tests/idp/sequences/entra/booleans_as_text.json`.
fn boolean_for_text(fired: &mut Fired, at: &Place<'_>, text: String) -> Value {
    match text.to_ascii_lowercase().parse() {
        Ok(flag) => {
            fired.add("boolean as text", at);
            Value::Bool(flag)
        }
        Err(_) => Value::String(text),
    }
}

/// A text where an object with a `value` belongs.
///
/// Wrong: `"manager": "26118915"` and `"members": ["26118915"]`; right: `{"value": "26118915"}`.
/// Shown by `tests/idp/sequences/entra/manager_text.json` and
/// `tests/idp/sequences/entra/members_of_the_test_collection.json`.
fn object_for_text(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    text: String,
) -> Value {
    let takes_text = attribute
        .default_sub()
        .is_some_and(|value| !value.is_complex());
    if text.is_empty() || !takes_text {
        return Value::String(text);
    }
    fired.add("text for an object", at);
    let mut parts = Map::new();
    parts.insert("value".into(), Value::String(text));
    Value::Object(parts)
}

/// The `value` of a reference under the name that SCIM 1.1 had for it.
///
/// Wrong: `"manager": {"managerId": "26118915"}`; right: `"manager": {"value": "26118915"}`. Shown by
/// `tests/idp/sequences/onelogin/manager_of_version_1.json`.
fn value_for_id_by_name(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    parts: &mut Map<String, Value>,
) {
    let old = format!("{}Id", attribute.name);
    if rename(attribute, parts, &old, "value") {
        fired.add("name from SCIM 1.1", at);
    }
}

/// The `display` of one of several values under the name that resources have for it.
///
/// Wrong: `"roles": [{"value": "Reader", "displayName": "Reader"}]`; right: `"display": "Reader"`.
/// Shown by `tests/idp/sequences/entra/roles_complex.json`.
fn display_for_display_name(
    fired: &mut Fired,
    at: &Place<'_>,
    attribute: &Attribute,
    parts: &mut Map<String, Value>,
) {
    if attribute.multi_valued && rename(attribute, parts, "displayName", "display") {
        fired.add("displayName for display", at);
    }
}

/// Gives a part that no schema knows the name of one that is missing; answers whether it did.
fn rename(
    attribute: &Attribute,
    parts: &mut Map<String, Value>,
    unknown: &str,
    known: &str,
) -> bool {
    let is_meant = attribute.sub(unknown).is_none()
        && attribute
            .sub(known)
            .is_some_and(|sub| sub.mutability != Mutability::ReadOnly)
        && !parts.keys().any(|name| name.eq_ignore_ascii_case(known));
    let found = parts
        .keys()
        .find(|name| is_meant && name.eq_ignore_ascii_case(unknown))
        .cloned();
    match found.and_then(|name| parts.shift_remove(&name)) {
        Some(value) => {
            parts.insert(known.to_owned(), value);
            true
        }
        None => false,
    }
}
