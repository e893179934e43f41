//! `members` of a group as they stand in a body: names of other resources, no attribute values.

use std::collections::HashSet;

use serde_json::Value;

use super::error::ScimError;
use super::member::MemberRef;
use super::place::Place;
use super::resource::Kind;
use super::schema::Attribute;
use super::types::mismatch;
use super::value::{Missing, Reader, is_unassigned};

/// Whether `attribute` of resources of `kind` is the list of a group's members.
pub(super) fn is_members(kind: Kind, attribute: &Attribute) -> bool {
    kind == Kind::Group && attribute.name.is("members")
}

/// The members named by a list of objects or by a single object, each once and in order; `None`
/// when the attribute is left unassigned. A list that is there but empty names nobody.
pub(super) fn list(
    reader: &mut Reader<'_>,
    place: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Result<Option<Vec<MemberRef>>, ScimError> {
    let values = match value {
        Value::Array(values) => values,
        value if is_unassigned(&value) => return Ok(None),
        value => return Err(mismatch(place, attribute, "a list", &value)),
    };
    each(reader, place, attribute, values).map(Some)
}

/// The members named by `values`, each once and in order.
pub(super) fn each(
    reader: &mut Reader<'_>,
    place: &Place<'_>,
    attribute: &Attribute,
    values: Vec<Value>,
) -> Result<Vec<MemberRef>, ScimError> {
    let mut seen = HashSet::with_capacity(values.len());
    let mut members = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        let place = Place::Nth(place, index);
        if let Some(member) = one(reader, &place, attribute, value)?
            && seen.insert(member.value.clone())
        {
            members.push(member);
        }
    }
    Ok(members)
}

/// The member named by one object; `None` for an empty one.
fn one(
    reader: &mut Reader<'_>,
    place: &Place<'_>,
    attribute: &Attribute,
    value: Value,
) -> Result<Option<MemberRef>, ScimError> {
    if is_unassigned(&value) {
        return Ok(None);
    }
    let Value::Object(parts) = value else {
        return Err(mismatch(place, attribute, "an object", &value));
    };
    let parts = reader.parts(place, attribute, parts, Missing::Absent)?;
    let text = |name| parts.get(name).and_then(Value::as_str);
    let value = text("value").ok_or_else(|| {
        ScimError::invalid_value(format_args!(
            "{place}.value: required, expected the id of a user or group"
        ))
    })?;
    let kind = text("type").and_then(|named| {
        Kind::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(named))
    });
    Ok(Some(MemberRef {
        value: value.to_owned(),
        kind,
    }))
}
