//! What a PATCH of a group says about its members.

use serde_json::{Value, json};

use super::operation::Verb;
use super::target::{Elements, PatchPath};
use crate::scim::filter::{Condition, Operand, Operator, Test};
use crate::scim::place::Place;
use crate::scim::schema::Attribute;
use crate::scim::value::{Reader, is_unassigned};
use crate::scim::{Folded, MemberRef, ScimError, membership};

/// One change of a group's members; those of a request are made in order.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberChange {
    /// These join; who is in already stays. Never empty.
    Add(Vec<MemberRef>),
    /// Those with these ids leave; who is not in is passed over. Never empty.
    Remove(Vec<String>),
    /// Those leave of whom the condition, on one value of `members`, holds.
    RemoveMatching(Condition),
    /// These are the members, and nobody else. Never empty.
    Replace(Vec<MemberRef>),
    /// All leave.
    Clear,
}

/// The change that an operation on `members` asks for; `None` when it asks for none.
///
/// A member comes or goes as a whole: everything else is 400 `mutability`, because the parts of a
/// member cannot be changed (RFC 7643 §4.2).
pub(super) fn change(
    reader: &mut Reader<'_>,
    verb: Verb,
    path: &PatchPath,
    value: Option<Value>,
) -> Result<Option<MemberChange>, ScimError> {
    match path {
        PatchPath::Attribute(at) => match &at.sub {
            None => of_all(reader, verb, &at.attribute, value),
            // `members.value` with ids is another way to say `members` with objects.
            Some(sub) if sub.name.is("value") && value.is_some() => {
                of_all(reader, verb, &at.attribute, value.map(ids_to_objects))
            }
            Some(_) => Err(parts_stay(path)),
        },
        PatchPath::Elements(at) => selected(verb, at).map(Some).ok_or_else(|| parts_stay(path)),
        PatchPath::Extension(_) => Ok(None),
    }
}

fn of_all(
    reader: &mut Reader<'_>,
    verb: Verb,
    attribute: &Attribute,
    value: Option<Value>,
) -> Result<Option<MemberChange>, ScimError> {
    let place = Place::Attribute(attribute.name.as_str());
    let value = match (verb, value) {
        (Verb::Remove, None | Some(Value::Null)) => return Ok(Some(MemberChange::Clear)),
        (Verb::Replace, Some(value)) if is_unassigned(&value) => {
            return Ok(Some(MemberChange::Clear));
        }
        // An empty list of people who leave means nobody, never everybody.
        (_, Some(value)) if is_unassigned(&value) => return Ok(None),
        (_, Some(value)) => value,
        (_, None) => {
            return Err(ScimError::invalid_value(format_args!(
                "value: required, expected the {place} as a list"
            )));
        }
    };
    let values = match value {
        Value::Array(values) => values,
        single => vec![single],
    };
    let members = membership::each(reader, &place, attribute, values)?;
    Ok(match verb {
        Verb::Replace if members.is_empty() => Some(MemberChange::Clear),
        _ if members.is_empty() => None,
        Verb::Add => Some(MemberChange::Add(members)),
        Verb::Replace => Some(MemberChange::Replace(members)),
        Verb::Remove => Some(MemberChange::Remove(
            members.into_iter().map(|member| member.value).collect(),
        )),
    })
}

fn ids_to_objects(value: Value) -> Value {
    let object = |value: Value| match value {
        Value::String(id) => json!({"value": id}),
        other => other,
    };
    match value {
        Value::Array(values) => values.into_iter().map(object).collect(),
        single => object(single),
    }
}

/// `members[value eq "…"]`: who is named so leaves or, with add, joins. `None` when a part of a
/// member is meant, or nobody in particular is to join.
fn selected(verb: Verb, at: &Elements) -> Option<MemberChange> {
    let means_members = match &at.sub {
        None => true,
        Some(sub) => verb == Verb::Remove && sub.name.is("value"),
    };
    let ids = ids_of(&at.condition);
    match (verb, ids) {
        _ if !means_members => None,
        (Verb::Remove, Some(ids)) => Some(MemberChange::Remove(ids)),
        (Verb::Remove, None) => Some(MemberChange::RemoveMatching(at.condition.clone())),
        // OneLogin is said to add so. The filter names the new member.
        (Verb::Add, Some(ids)) => {
            let member = |value| MemberRef { value, kind: None };
            Some(MemberChange::Add(ids.into_iter().map(member).collect()))
        }
        (Verb::Add, None) | (Verb::Replace, _) => None,
    }
}

/// The ids that a condition names, when it is nothing but `value eq "…"`, once or several times
/// with `or`: a removal by id need not read the members first.
fn ids_of(condition: &Condition) -> Option<Vec<String>> {
    match condition {
        Condition::Test(Test {
            attribute,
            operand: Operand::Compare(Operator::Equal, Folded::Text(id)),
        }) if attribute.leaf().name.is("value") => Some(vec![id.clone()]),
        Condition::Any(parts) => {
            let ids: Option<Vec<_>> = parts.iter().map(ids_of).collect();
            ids.map(|ids| ids.into_iter().flatten().collect())
        }
        _ => None,
    }
}

fn parts_stay(path: &PatchPath) -> ScimError {
    ScimError::mutability(format_args!(
        "{path}: a member comes or goes as a whole; use members or members[value eq \"…\"]"
    ))
}
