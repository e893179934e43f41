//! What a PATCH of a group says about its members.

use serde_json::{Value, json};

use super::target::{Elements, PatchPath};
use super::verb::Verb;
use crate::base::Dialect;
use crate::scim::compare::Folded;
use crate::scim::error::ScimError;
use crate::scim::filter::{Condition, Operand, Operator, Test};
use crate::scim::member::MemberRef;
use crate::scim::membership;
use crate::scim::place::Place;
use crate::scim::schema::Attribute;
use crate::scim::value::{Reader, is_unassigned};

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
            // `members.value` with ids is another way to say `members` with objects, but none to say that
            // nobody is a member.
            Some(sub) if sub.name.is("value") && value.is_some() => {
                if verb == Verb::Replace && reader.reading.dialect == Dialect::Strict {
                    return Err(parts_stay(path));
                }
                match of_all(reader, verb, &at.attribute, value.map(ids_to_objects))? {
                    Some(MemberChange::Clear) => Err(parts_stay(path)),
                    change => Ok(change),
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Limits, Policy};
    use crate::scim::patch::PatchRequest;
    use crate::scim::schema::Schemas;
    use crate::scim::{Kind, Reading, Urn};

    fn changes(operation: &Value) -> Result<Vec<MemberChange>, ScimError> {
        changes_in(Dialect::Tolerant, operation)
    }

    fn changes_in(dialect: Dialect, operation: &Value) -> Result<Vec<MemberChange>, ScimError> {
        let body = json!({"schemas": [Urn::PATCH_OP], "Operations": [operation]});
        let schemas = Schemas::builtin().unwrap();
        let policy = Policy {
            dialect,
            ..Policy::default()
        };
        let reading = Reading::new(&policy, &Limits::DEFAULT);
        let request = PatchRequest::parse(body, Kind::Group, &schemas, &reading)?;
        let (rest, changes) = request.split_members();
        assert!(rest.operations().is_empty());
        Ok(changes)
    }

    #[track_caller]
    fn check(operation: &Value, expected: &MemberChange) {
        assert_eq!(
            changes(operation).as_deref(),
            Ok(std::slice::from_ref(expected))
        );
    }

    fn named(ids: &[&str]) -> Vec<MemberRef> {
        let member = |id: &&str| MemberRef {
            value: (*id).to_owned(),
            kind: None,
        };
        ids.iter().map(member).collect()
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn members_join_by_list_by_object_and_by_filter() {
        let one = MemberChange::Add(named(&["1"]));
        for operation in [
            json!({"op": "Add", "path": "members", "value": [{"$ref": null, "value": "1"}]}),
            json!({"op": "add", "path": "Members", "value": {"value": "1", "display": "Mira"}}),
            json!({"op": "add", "value": {"members": [{"value": "1"}, {"value": "1"}]}}),
            json!({"op": "add", "path": "members.value", "value": "1"}),
            json!({"op": "add", "path": "members[value eq \"1\"]", "value": {"value": "1"}}),
            json!({"op": "add", "path": format!("{}:members", Urn::GROUP), "value": [{"value": "1"}]}),
        ] {
            check(&operation, &one);
        }
        check(
            &json!({"op": "replace", "path": "members", "value": [{"value": "1"}, {"value": "2"}]}),
            &MemberChange::Replace(named(&["1", "2"])),
        );
    }

    #[test]
    fn members_leave_by_list_and_by_filter() {
        for operation in [
            json!({"op": "Remove", "path": "members", "value": [{"$ref": null, "value": "1"}]}),
            json!({"op": "remove", "path": "members", "value": {"value": "1"}}),
            json!({"op": "remove", "path": "members[value eq \"1\"]"}),
            json!({"op": "remove", "path": "members[value eq \"1\"].value"}),
            json!({"op": "remove", "path": "members.value", "value": ["1"]}),
        ] {
            check(&operation, &MemberChange::Remove(ids(&["1"])));
        }
        check(
            &json!({"op": "remove", "path": "members[value eq \"1\" or value eq \"2\"]"}),
            &MemberChange::Remove(ids(&["1", "2"])),
        );
        let by_type = changes(&json!({"op": "remove", "path": "members[type eq \"Group\"]"}));
        assert!(matches!(
            by_type.unwrap().as_slice(),
            [MemberChange::RemoveMatching(_)]
        ));
    }

    #[test]
    fn only_a_remove_that_names_nobody_clears() {
        for operation in [
            json!({"op": "remove", "path": "members"}),
            json!({"op": "replace", "path": "members", "value": []}),
            json!({"op": "replace", "value": {"members": null}}),
        ] {
            check(&operation, &MemberChange::Clear);
        }
        for operation in [
            json!({"op": "remove", "path": "members", "value": []}),
            json!({"op": "remove", "path": "members", "value": [{}]}),
            json!({"op": "remove", "path": "members", "value": ""}),
            json!({"op": "add", "path": "members", "value": []}),
        ] {
            assert_eq!(changes(&operation), Ok(vec![]));
        }
    }

    #[test]
    fn the_parts_of_a_member_cannot_be_changed() {
        for operation in [
            json!({"op": "replace", "path": "members[value eq \"1\"].value", "value": "2"}),
            json!({"op": "replace", "path": "members[value eq \"1\"]", "value": {"value": "2"}}),
            json!({"op": "add", "path": "members[value eq \"1\"].type", "value": "User"}),
            json!({"op": "remove", "path": "members[value eq \"1\"].display"}),
            json!({"op": "remove", "path": "members.value"}),
            json!({"op": "replace", "path": "members.type", "value": "User"}),
            json!({"op": "replace", "path": "members.value", "value": null}),
            json!({"op": "replace", "path": "members.value", "value": [null]}),
            json!({"op": "remove", "path": "members.value", "value": null}),
        ] {
            let error = changes(&operation).unwrap_err();
            assert_eq!(error.body()["scimType"], "mutability", "{operation}");
        }
        let others = json!({"op": "replace", "path": "members.value", "value": "2"});
        let error = changes_in(Dialect::Strict, &others).unwrap_err();
        assert_eq!(error.body()["scimType"], "mutability");
        check(&others, &MemberChange::Replace(named(&["2"])));
    }
}
