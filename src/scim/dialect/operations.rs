//! The body of a PATCH.

use serde_json::{Map, Value};

use super::fired::Fired;
use super::{body, paths, placing, urns, values};
use crate::scim::json;
use crate::scim::place::Place;
use crate::scim::resource::Kind;
use crate::scim::schema::{Resolved, Schemas, Target};
use crate::scim::urn::Urn;

/// How deep attributes may nest in a text; none nest deeper than an extension, a value and its part.
const DEEPEST: usize = 8;

/// Makes a PATCH as it was sent one as it was meant.
pub(super) fn rewrite(
    fired: &mut Fired,
    kind: Kind,
    schemas: &Schemas,
    message: &mut Map<String, Value>,
) {
    urns::complete(fired, message, Urn::PATCH_OP);
    spell(fired, message, "Operations");
    let Some(Value::Array(operations)) = message.get_mut("Operations") else {
        return;
    };
    let mut rewritten = Vec::with_capacity(operations.len());
    for operation in std::mem::take(operations) {
        match operation {
            Value::Object(operation) => {
                let more = one(fired, kind, schemas, operation);
                rewritten.extend(more.into_iter().map(Value::Object));
            }
            other => rewritten.push(other),
        }
    }
    *operations = rewritten;
}

/// A member of the message in another letter case.
///
/// Wrong: `"operations": […]`; right: `"Operations": […]`. Shown by
/// `tests/idp/sequences/entra/patch_without_schemas.json`.
fn spell(fired: &mut Fired, object: &mut Map<String, Value>, name: &str) {
    let found = object
        .keys()
        .find(|known| known.eq_ignore_ascii_case(name))
        .cloned();
    if object.contains_key(name) {
        return;
    }
    if let Some(value) = found.and_then(|known| object.shift_remove(&known)) {
        fired.add("letter case", name);
        object.insert(name.to_owned(), value);
    }
}

/// One operation; several if its value names values by a filter, which only a path can.
fn one(
    fired: &mut Fired,
    kind: Kind,
    schemas: &Schemas,
    mut operation: Map<String, Value>,
) -> Vec<Map<String, Value>> {
    for name in ["op", "path", "value"] {
        spell(fired, &mut operation, name);
    }
    verb_in_lower_case(fired, &mut operation);
    let path = match operation.get_mut("path") {
        Some(Value::String(path)) if !path.is_empty() => {
            if let Some(repaired) = paths::repaired(fired, kind, schemas, path) {
                *path = repaired;
            }
            Some(path.clone())
        }
        _ => None,
    };
    let Some(value) = operation.get_mut("value") else {
        return vec![operation];
    };
    match path {
        Some(path) => {
            *value = with_path(fired, kind, schemas, &path, value.take());
            vec![operation]
        }
        None => without_path(fired, kind, schemas, operation),
    }
}

/// The name of an operation with a capital.
///
/// Wrong: `"op": "Replace"`; right: `"op": "replace"`. Shown by
/// `tests/idp/sequences/entra/incremental_flag_off.json`.
fn verb_in_lower_case(fired: &mut Fired, operation: &mut Map<String, Value>) {
    if let Some(Value::String(op)) = operation.get_mut("op")
        && op.bytes().any(|byte| byte.is_ascii_uppercase())
    {
        let lower = op.to_ascii_lowercase();
        if ["add", "remove", "replace"].contains(&lower.as_str()) {
            fired.add("letter case", "op");
            *op = lower;
        }
    }
}

/// The value of an operation, in the shape of what its path names.
fn with_path(fired: &mut Fired, kind: Kind, schemas: &Schemas, path: &str, value: Value) -> Value {
    let (front, behind) = match path.split_once('[') {
        Some((front, rest)) => (front, rest.rsplit_once(']').map(|(_, behind)| behind)),
        None => (path, None),
    };
    match (paths::target(kind, schemas, front), behind, value) {
        (Some(Target::Attribute(at)), None, value) if !path.contains('[') => {
            let key = at.key();
            values::operand(fired, &Place::Attribute(&key), at.leaf(), value)
        }
        (Some(Target::Attribute(at)), Some(behind), value) => selected(fired, &at, behind, value),
        (Some(Target::Extension(schema)), None, Value::Object(mut attributes)) => {
            body::extended(fired, &schema, &mut attributes, values::operand);
            Value::Object(attributes)
        }
        (Some(Target::Resource), None, Value::Object(mut attributes)) => {
            body::attributes(fired, kind, schemas, &mut attributes, values::operand);
            Value::Object(attributes)
        }
        (_, _, value) => value,
    }
}

/// The value for what a filter selects, or for the part of it that is named behind the brackets.
fn selected(fired: &mut Fired, at: &Resolved, behind: &str, value: Value) -> Value {
    let key = at.key();
    let place = Place::Attribute(&key);
    match behind.strip_prefix('.') {
        None => values::single(fired, &place, &at.attribute, value),
        Some(name) => match at.attribute.sub(name) {
            Some(sub) => {
                let place = Place::Part(&place, sub.name.as_str());
                values::operand(fired, &place, sub, value)
            }
            None => value,
        },
    }
}

/// An operation without a path: its value is an object of attributes, whose keys may be paths.
///
/// Wrong: `{"op": "replace", "value": {"emails[type eq \"work\"].value": "mira@example.net"}}`; right:
/// the same key as `path`. Shown by `tests/idp/sequences/entra/filter_as_key_without_path.json`. Other keys go where [`placing::put_in_place`] puts them.
fn without_path(
    fired: &mut Fired,
    kind: Kind,
    schemas: &Schemas,
    mut operation: Map<String, Value>,
) -> Vec<Map<String, Value>> {
    let attributes = match operation.get_mut("value") {
        Some(Value::Object(attributes)) => attributes,
        Some(value) => {
            object_in_list(fired, value);
            object_in_text(fired, value);
            match value {
                Value::Object(attributes) => attributes,
                _ => return vec![operation],
            }
        }
        None => return vec![operation],
    };
    let without_place = placing::put_in_place(fired, kind, schemas, attributes);
    body::attributes(fired, kind, schemas, attributes, values::operand);
    let says_nothing_else = attributes.is_empty() && !without_place.is_empty();
    let op = operation.get("op").cloned().unwrap_or_default();
    let mut operations = if says_nothing_else {
        Vec::new()
    } else {
        vec![operation]
    };
    for (path, value) in without_place {
        fired.add("path for a name", &path);
        let value = with_path(fired, kind, schemas, &path, value);
        let mut operation = Map::new();
        operation.insert("op".into(), op.clone());
        operation.insert("path".into(), path.into());
        operation.insert("value".into(), value);
        operations.push(operation);
    }
    operations
}

/// A list of one around an object of attributes.
///
/// Wrong: `"value": [{"active": true}]`; right: `"value": {"active": true}`. Shown by
/// `tests/idp/sequences/okta/value_in_a_list.json`.
fn object_in_list(fired: &mut Fired, value: &mut Value) {
    if let Value::Array(values) = value
        && let [only @ Value::Object(_)] = values.as_mut_slice()
    {
        let only = only.take();
        fired.add("list for a single value", "value");
        *value = only;
    }
}

/// An object of attributes written as JSON into a text.
///
/// Wrong: `"value": "{\"displayName\":\"Staff\"}"`; right: `"value": {"displayName": "Staff"}`. Shown by
/// `tests/idp/sequences/keycloak/group_as_text.json`.
fn object_in_text(fired: &mut Fired, value: &mut Value) {
    let written = match &*value {
        Value::String(text) if text.starts_with('{') => json::parse(text.as_bytes(), DEEPEST),
        _ => return,
    };
    if let Ok(object @ Value::Object(_)) = written {
        fired.add("JSON in a text", "value");
        *value = object;
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Dialect;
    use crate::scim::dialect::rewrite_patch;
    use crate::scim::schema::Schemas;
    use crate::scim::{Kind, Urn};
    use serde_json::{Value, json};

    #[track_caller]
    fn check(kind: Kind, sent: &Value, meant: &Value) -> Vec<&'static str> {
        let schemas = Schemas::builtin().unwrap();
        let message =
            |operations: &Value| json!({"schemas": [Urn::PATCH_OP], "Operations": operations});
        let (body, fired) =
            rewrite_patch(Dialect::Tolerant, kind, &schemas, message(&json!([sent])));
        let meant = match meant {
            Value::Array(_) => meant.clone(),
            single => json!([single]),
        };
        assert_eq!(body, message(&meant));
        let strict = rewrite_patch(Dialect::Strict, kind, &schemas, message(&json!([sent])));
        assert_eq!(strict, (message(&json!([sent])), vec![]));
        fired.into_iter().map(|rewrite| rewrite.name).collect()
    }

    #[test]
    fn an_operation_of_entra_without_its_flag() {
        let names = check(
            Kind::User,
            &json!({"op": "Replace", "path": "active", "value": "False"}),
            &json!({"op": "replace", "path": "active", "value": false}),
        );
        assert_eq!(names, ["letter case", "boolean as text"]);
        check(
            Kind::User,
            &json!({"op": "Add", "path": "emails[type eq \"work\"].Primary", "value": "True"}),
            &json!({"op": "add", "path": "emails[type eq \"work\"].Primary", "value": true}),
        );
    }

    #[test]
    fn paths_as_keys_of_a_value_without_path() {
        let names = check(
            Kind::User,
            &json!({"op": "replace", "value": {
                "displayName": "Mira H.", "name.givenName": "Mira", "name.familyName": "Holt",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Audit",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value": "7"
            }}),
            &json!({"op": "replace", "value": {
                "displayName": "Mira H.",
                "name": {"givenName": "Mira", "familyName": "Holt"},
                Urn::ENTERPRISE: {"department": "Audit", "manager": {"value": "7"}}
            }}),
        );
        assert_eq!(names, ["path for a name"; 4]);
        check(
            Kind::User,
            &json!({"op": "add", "value": {"active": "true", "emails[type eq \"work\"].value": "m@example.net"}}),
            &json!([
                {"op": "add", "value": {"active": true}},
                {"op": "add", "path": "emails[type eq \"work\"].value", "value": "m@example.net"}
            ]),
        );
    }

    #[test]
    fn wrapped_scalars_and_managers() {
        check(
            Kind::User,
            &json!({"op": "add", "path": "displayName", "value": [{"$ref": null, "value": "Mira"}]}),
            &json!({"op": "add", "path": "displayName", "value": "Mira"}),
        );
        check(
            Kind::User,
            &json!({"op": "add", "path": "active", "value": [{"$ref": null, "value": "False"}]}),
            &json!({"op": "add", "path": "active", "value": false}),
        );
        let path = format!("{}:manager", Urn::ENTERPRISE);
        check(
            Kind::User,
            &json!({"op": "add", "path": "manager", "value": [{"$ref": "x", "value": "7"}]}),
            &json!({"op": "add", "path": path, "value": {"$ref": "x", "value": "7"}}),
        );
        check(
            Kind::User,
            &json!({"op": "add", "path": path, "value": "7"}),
            &json!({"op": "add", "path": path, "value": {"value": "7"}}),
        );
    }

    #[test]
    fn members_as_texts() {
        check(
            Kind::Group,
            &json!({"op": "remove", "path": "members", "value": ["7"]}),
            &json!({"op": "remove", "path": "members", "value": [{"value": "7"}]}),
        );
        check(
            Kind::Group,
            &json!({"op": "add", "path": "members", "value": "7"}),
            &json!({"op": "add", "path": "members", "value": {"value": "7"}}),
        );
        check(
            Kind::Group,
            &json!({"op": "replace", "value": [{"members": "7"}]}),
            &json!({"op": "replace", "value": {"members": {"value": "7"}}}),
        );
    }

    #[test]
    fn attributes_as_json_in_a_text() {
        let names = check(
            Kind::Group,
            &json!({"op": "replace", "value": "{\"displayName\":[\"Staff\"],\"members\":[]}"}),
            &json!({"op": "replace", "value": {"displayName": "Staff", "members": []}}),
        );
        assert_eq!(names, ["JSON in a text", "list for a single value"]);
        let deep = format!("{{\"name\":{}1{}}}", "[".repeat(9), "]".repeat(9));
        for text in [
            "Staff",
            "{",
            "{\"a\":1}x",
            "{\"a\":1,\"a\":2}",
            "[]",
            "",
            &deep,
        ] {
            let sent = json!({"op": "replace", "value": text});
            assert!(check(Kind::Group, &sent, &sent).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_message_without_its_frame() {
        let schemas = Schemas::builtin().unwrap();
        let (body, fired) = rewrite_patch(
            Dialect::Tolerant,
            Kind::User,
            &schemas,
            json!({"operations": [{"Op": "replace", "path": "title", "value": "Auditor"}]}),
        );
        assert_eq!(
            body,
            json!({"schemas": [Urn::PATCH_OP],
                "Operations": [{"op": "replace", "path": "title", "value": "Auditor"}]})
        );
        assert_eq!(fired.len(), 3);
    }
}
