//! Where an operation may refer to another one of its request by `bulkId:` (RFC 7644 §3.7.2): in its
//! path, in the path of a PATCH, and where its body holds the id or the address of a resource. Any
//! other text may begin so and mean nothing.
//!
//! Bodies are looked at as they were sent, before a dialect has put their names in order: so a name
//! means every attribute that is called so in a schema of its kind, with or without a URN.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Schemas, Type};

/// What stands in front of a reference to an operation of the same request.
const PREFIX: &str = "bulkId:";

/// The name in `bulkId:name`.
pub(super) fn reference(text: &str) -> Option<&str> {
    let (prefix, name) = text.split_at_checked(PREFIX.len())?;
    (prefix.eq_ignore_ascii_case(PREFIX) && !name.is_empty()).then_some(name)
}

/// Shows `see` each text in a resource that may be a reference, to be replaced by it.
pub(super) fn in_resource(
    data: &mut Value,
    kind: Kind,
    schemas: &Schemas,
    see: &mut dyn FnMut(&mut String),
) {
    if let Value::Object(attributes) = data {
        Names { kind, schemas }.attributes(attributes, see);
    }
}

/// The same for the body of a PATCH.
pub(super) fn in_patch(
    data: &mut Value,
    kind: Kind,
    schemas: &Schemas,
    see: &mut dyn FnMut(&mut String),
) {
    let members = data.as_object_mut().into_iter().flatten();
    for operation in members
        .filter(|(name, _)| name.eq_ignore_ascii_case("Operations"))
        .filter_map(|(_, operations)| operations.as_array_mut())
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        Names { kind, schemas }.change(operation, see);
    }
}

/// The names in bodies of one kind.
struct Names<'a> {
    kind: Kind,
    schemas: &'a Schemas,
}

/// Attributes of one name, and the part of them that is meant.
struct Place<'a> {
    attributes: Vec<&'a Arc<Attribute>>,
    sub: Option<&'a str>,
}

impl<'a> Names<'a> {
    /// One operation of a PATCH.
    fn change(&self, operation: &mut Map<String, Value>, see: &mut dyn FnMut(&mut String)) {
        let mut path = None;
        for (name, value) in operation.iter_mut() {
            if let (true, Value::String(text)) = (name.eq_ignore_ascii_case("path"), value) {
                *text = with_literals(text, see);
                path = Some(text.clone()).filter(|text| !text.is_empty());
            }
        }
        for (name, value) in operation.iter_mut() {
            if name.eq_ignore_ascii_case("value") {
                match (&path, value) {
                    (Some(path), value) => self.named(path, value, see),
                    (None, Value::Object(attributes)) => self.attributes(attributes, see),
                    (None, _) => {}
                }
            }
        }
    }

    fn attributes(&self, attributes: &mut Map<String, Value>, see: &mut dyn FnMut(&mut String)) {
        for (name, value) in attributes.iter_mut() {
            self.named(name, value, see);
        }
    }

    /// What stands under a name: an attribute, or a URN with attributes of its own.
    fn named(&self, name: &str, value: &mut Value, see: &mut dyn FnMut(&mut String)) {
        let place = self.place(name);
        match value {
            Value::Object(inner) if place.attributes.is_empty() && name.contains(':') => {
                for (name, value) in inner.iter_mut() {
                    self.place(name).values(value, see);
                }
            }
            value => place.values(value, see),
        }
    }

    /// What `[urn:]name[filter].sub` means.
    fn place<'b>(&self, text: &'b str) -> Place<'b>
    where
        'a: 'b,
    {
        let (front, behind) = match text.split_once('[') {
            Some((front, rest)) => (front, rest.rsplit_once("].").map(|(_, sub)| sub)),
            None => (text, None),
        };
        let name = front.rsplit(':').next().unwrap_or(front);
        let (name, sub) = match name.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (name, behind),
        };
        let resource_type = self.schemas.resource_type(self.kind);
        let extensions = resource_type.extensions.iter().map(|one| &one.schema);
        let schemas = std::iter::once(&resource_type.core).chain(extensions);
        Place {
            attributes: schemas.filter_map(|one| one.attribute(name)).collect(),
            sub,
        }
    }
}

impl Place<'_> {
    fn values(&self, value: &mut Value, see: &mut dyn FnMut(&mut String)) {
        match value {
            Value::String(text) if self.leads(self.sub) => see(text),
            Value::Array(list) => list.iter_mut().for_each(|value| self.values(value, see)),
            Value::Object(parts) => {
                for (name, part) in parts.iter_mut() {
                    match part {
                        Value::String(text) if self.leads(Some(name)) => see(text),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether this part of the attribute, or all that is said of it, names a resource.
    fn leads(&self, sub: Option<&str>) -> bool {
        self.attributes.iter().any(|attribute| {
            let is_reference = |one: &Arc<Attribute>| one.kind == Type::Reference;
            // `members`, `groups`, `manager`, and what is made like them.
            let is_link = attribute.sub("$ref").is_some_and(is_reference);
            match sub {
                None => is_link || is_reference(attribute),
                Some(sub) => {
                    is_link && sub.eq_ignore_ascii_case("value")
                        || attribute.sub(sub).is_some_and(is_reference)
                }
            }
        })
    }
}

/// A path with the texts in its filter as `see` leaves them.
fn with_literals(path: &str, see: &mut dyn FnMut(&mut String)) -> String {
    let mut seen = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((front, behind)) = rest.split_once('"') {
        seen.push_str(front);
        rest = rest.get(front.len()..).unwrap_or_default();
        let Some(length) = end(behind) else { break };
        let (literal, after) = rest.split_at_checked(length + 2).unwrap_or((rest, ""));
        match serde_json::from_str::<String>(literal) {
            Ok(mut text) if reference(&text).is_some() => {
                see(&mut text);
                seen.push_str(&Value::from(text).to_string());
            }
            _ => seen.push_str(literal),
        }
        rest = after;
    }
    seen.push_str(rest);
    seen
}

/// How long a text is up to the quote that ends it.
fn end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Urn;
    use serde_json::json;

    #[track_caller]
    fn resource(kind: Kind, mut data: Value, expected: &[&str]) {
        let mut found = Vec::new();
        in_resource(&mut data, kind, &Schemas::builtin().unwrap(), &mut |text| {
            found.extend(reference(text).map(ToOwned::to_owned));
        });
        assert_eq!(found, expected, "{data}");
    }

    #[track_caller]
    fn patch(kind: Kind, operations: &Value, expected: &[&str]) {
        let mut found = Vec::new();
        let mut data = json!({"operations": operations});
        in_patch(&mut data, kind, &Schemas::builtin().unwrap(), &mut |text| {
            found.extend(reference(text).map(ToOwned::to_owned));
        });
        assert_eq!(found, expected, "{data}");
    }

    #[test]
    fn references_stand_where_resources_are_named() {
        let misspelt = Urn::ENTERPRISE.replace("2.0:User", "2.0User");
        for manager in [
            json!({Urn::ENTERPRISE: {"manager": {"value": "bulkId:m"}}}),
            json!({misspelt: {"Manager": {"$ref": "BULKID:m"}}}),
            json!({"manager": "bulkId:m"}),
            json!({format!("{}:manager.value", Urn::ENTERPRISE): "bulkId:m"}),
            json!({"manager": [{"value": "bulkId:m", "displayName": "bulkId:x"}]}),
        ] {
            resource(Kind::User, manager.clone(), &["m"]);
            patch(
                Kind::User,
                &json!([{"op": "add", "value": manager}]),
                &["m"],
            );
        }
        let members =
            json!({"members": [{"value": "bulkId:a"}, {"value": "bulkId:"}, {"value": "b"}]});
        resource(Kind::Group, members, &["a"]);
        let operations = json!([
            {"op": "add", "path": "members", "value": [{"value": "bulkId:a"}]},
            {"op": "remove", "path": "members[value eq \"bulkId:b\" or value eq \"x\\\"bulkId:y\"]"},
            {"op": "add", "Path": "members.value", "Value": ["bulkId:c"]}
        ]);
        patch(Kind::Group, &operations, &["a", "b", "c"]);
    }

    #[test]
    fn any_other_text_may_begin_so() {
        let data = json!({
            "title": "bulkId:nope", "nickName": "bulkId:nope", "userName": "bulkId:nope",
            "emails": [{"value": "bulkId:nope", "type": "bulkId:nope"}],
            "name": {"givenName": "bulkId:nope"}, "unknown": {"value": "bulkId:nope"}
        });
        resource(Kind::User, data, &[]);
        let operations = json!([
            {"op": "add", "path": "title", "value": "bulkId:nope"},
            {"op": "add", "path": "emails[type eq \"work\"].value", "value": "bulkId:nope"},
            {"op": "add", "path": "title\"bulkId:nope", "value": null}
        ]);
        patch(Kind::User, &operations, &[]);
    }

    #[test]
    fn a_path_keeps_all_but_its_references() {
        let mut give = |text: &mut String| *text = "id".to_owned();
        for (path, expected) in [
            ("title", "title"),
            ("members[value eq \"bulkId:a\"]", "members[value eq \"id\"]"),
            (
                "m[a eq \"\\\\\" or b eq \"bulkId:\\\"\"].v",
                "m[a eq \"\\\\\" or b eq \"id\"].v",
            ),
            ("m[a eq \"bulkId:a", "m[a eq \"bulkId:a"),
        ] {
            assert_eq!(with_literals(path, &mut give), expected);
        }
    }
}
