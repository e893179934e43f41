//! A part of one complex value.

use std::sync::Arc;

use serde_json::Value;

use crate::scim::error::ScimError;
use crate::scim::place::Place;
use crate::scim::schema::{Attribute, Mutability, Resolved};
use crate::scim::{link, several};

/// Sets a part of `element`, a value of `attribute`; where the part has several values itself, may
/// add to them.
pub(super) fn set_part(
    attribute: &Attribute,
    sub: &Attribute,
    element: &mut Value,
    value: &Value,
    adds: bool,
) {
    let Value::Object(parts) = element else {
        return;
    };
    let name = sub.name.as_str();
    let value = match (value, parts.get(name)) {
        (Value::Array(more), Some(Value::Array(known))) if adds => {
            let all = known.iter().chain(more).cloned().collect();
            Value::Array(several::collapse(sub, all))
        }
        (value, _) => value.clone(),
    };
    parts.insert(name.to_owned(), value);
    link::settle(attribute, parts);
}

/// Refuses to change a part of one of several values that is immutable and has a value already (RFC
/// 7643 §7), or with `None` to take it away. The parts of a single value are compared when everything
/// is done; several have no identity by which they could be.
pub(super) fn keep_immutable(
    attribute: &Attribute,
    sub: &Attribute,
    element: &Value,
    value: Option<&Value>,
) -> Result<(), ScimError> {
    let was = element.get(sub.name.as_str());
    if !attribute.multi_valued
        || sub.mutability != Mutability::Immutable
        || was.is_none()
        || was == value
    {
        return Ok(());
    }
    Err(ScimError::mutability(format_args!(
        "{}.{}: has a value already, which cannot be {}",
        attribute.name,
        sub.name,
        if value.is_some() {
            "changed"
        } else {
            "removed"
        }
    )))
}

/// Takes a part away from `element`, and answers whether nothing worth keeping is left of it: a
/// work address is none without an address.
pub(super) fn takes_last_part(attribute: &Attribute, sub: &Attribute, element: &mut Value) -> bool {
    let Value::Object(parts) = element else {
        return false;
    };
    if parts.shift_remove(sub.name.as_str()).is_none() {
        return false;
    }
    link::settle(attribute, parts);
    parts.is_empty() || (attribute.multi_valued && several::is_hollow(element))
}

/// The address of a linked resource stands for its id: `manager.$ref` sets `manager.value`.
pub(super) fn follow_link(
    place: &Place<'_>,
    at: Resolved,
    value: Value,
) -> Result<(Resolved, Value), ScimError> {
    let (Some(sub), Some(kind)) = (&at.sub, link::target(&at.attribute)) else {
        return Ok((at, value));
    };
    let Some(id_part) = at.attribute.sub("value").filter(|_| sub.name.is("$ref")) else {
        return Ok((at, value));
    };
    let id = value
        .as_str()
        .and_then(|reference| link::id_in(reference, kind))
        .map(Value::from);
    match id {
        Some(id) => Ok((at.with_sub(Arc::clone(id_part)), id)),
        None => Err(ScimError::invalid_value(format_args!(
            "{place}: expected an address that ends in {}/<id>",
            kind.endpoint()
        ))),
    }
}
