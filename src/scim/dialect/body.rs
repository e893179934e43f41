//! The body of a POST or PUT.

use serde_json::{Map, Value};

use super::fired::Fired;
use super::{placing, urns, values};
use crate::scim::place::Place;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Mutability, SchemaDocument, Schemas};

/// Makes a resource as it was sent one as it was meant.
pub(super) fn rewrite(
    fired: &mut Fired,
    kind: Kind,
    schemas: &Schemas,
    resource: &mut Map<String, Value>,
) {
    urns::complete(
        fired,
        resource,
        schemas.resource_type(kind).core.id.as_str(),
    );
    // A path to several values says nothing in a body; it goes back and is reported as unknown.
    let without_place = placing::put_in_place(fired, kind, schemas, resource);
    resource.extend(without_place);
    attributes(fired, kind, schemas, resource, values::attribute);
}

/// How the value of one attribute is rewritten.
pub(super) type Shape = fn(&mut Fired, &Place<'_>, &Attribute, Value) -> Value;

/// The values of all attributes in an object of them.
pub(super) fn attributes(
    fired: &mut Fired,
    kind: Kind,
    schemas: &Schemas,
    attributes: &mut Map<String, Value>,
    shape: Shape,
) {
    let resource_type = schemas.resource_type(kind);
    for (name, value) in attributes {
        let core = resource_type.core.attribute(name);
        if let Some(attribute) = core.or_else(|| schemas.common(name)) {
            let place = Place::Attribute(attribute.name.as_str());
            one(fired, &place, attribute, value, shape);
        } else if let (Some(extension), Value::Object(inner)) =
            (resource_type.extension(name), value)
        {
            extended(fired, &extension.schema, inner, shape);
        }
    }
}

/// The values of all attributes of an extension.
pub(super) fn extended(
    fired: &mut Fired,
    schema: &SchemaDocument,
    attributes: &mut Map<String, Value>,
    shape: Shape,
) {
    for (name, value) in attributes {
        if let Some(attribute) = schema.attribute(name) {
            let place = Place::Extended(schema.id.as_str(), attribute.name.as_str());
            one(fired, &place, attribute, value, shape);
        }
    }
}

fn one(
    fired: &mut Fired,
    place: &Place<'_>,
    attribute: &Attribute,
    value: &mut Value,
    shape: Shape,
) {
    // What only the server sets is ignored, whatever its shape.
    if attribute.mutability != Mutability::ReadOnly && !attribute.name.is("schemas") {
        *value = shape(fired, place, attribute, value.take());
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Dialect;
    use crate::scim::dialect::rewrite_body;
    use crate::scim::schema::Schemas;
    use crate::scim::{Kind, Urn};
    use serde_json::{Map, Value, json};

    /// The body with `schemas` put in front on both sides, and the rewrites that were counted.
    #[track_caller]
    fn check(kind: Kind, sent: Value, meant: Value, rewrites: &[(&str, &str)]) {
        let schemas = Schemas::builtin().unwrap();
        let urn = match kind {
            Kind::User => Urn::USER,
            Kind::Group => Urn::GROUP,
        };
        let with_schemas = |value: Value| {
            let mut body = Map::new();
            body.insert("schemas".into(), json!([urn]));
            body.extend(value.as_object().cloned().unwrap_or_default());
            Value::Object(body)
        };
        let sent = with_schemas(sent);
        let (body, fired) = rewrite_body(Dialect::Tolerant, kind, &schemas, sent.clone());
        assert_eq!(body, with_schemas(meant));
        let fired: Vec<(&str, &str)> = fired
            .iter()
            .map(|rewrite| (rewrite.name, rewrite.subject.as_str()))
            .collect();
        assert_eq!(fired, rewrites);
        let strict = rewrite_body(Dialect::Strict, kind, &schemas, sent.clone());
        assert_eq!(strict, (sent, vec![]));
    }

    #[test]
    fn booleans_in_quotes() {
        check(
            Kind::User,
            json!({"active": "False", "emails": [{"value": "a@example.net", "Primary": "True"}],
                "title": "True"}),
            json!({"active": false, "emails": [{"value": "a@example.net", "Primary": true}],
                "title": "True"}),
            &[
                ("boolean as text", "active"),
                ("boolean as text", "emails.primary"),
            ],
        );
    }

    #[test]
    fn a_manager_in_every_spelling() {
        let manager = json!({Urn::ENTERPRISE: {"manager": {"value": "7"}}});
        let key = format!("{}:manager", Urn::ENTERPRISE);
        let wrong_urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User";
        for (sent, rewrites) in [
            (
                json!({Urn::ENTERPRISE: {"manager": "7"}}),
                vec!["text for an object"],
            ),
            (
                json!({Urn::ENTERPRISE: {"manager": [{"value": "7"}]}}),
                vec!["list for a single value"],
            ),
            (
                json!({Urn::ENTERPRISE: {"manager": {"managerId": "7"}}}),
                vec!["name from SCIM 1.1"],
            ),
            (
                json!({"manager": {"value": "7"}}),
                vec!["extension attribute without its URN"],
            ),
            (
                json!({key.clone(): {"value": "7"}}),
                vec!["path for a name"],
            ),
            (
                json!({wrong_urn: {"manager": ["7"]}}),
                vec![
                    "schema URN spelt wrongly",
                    "list for a single value",
                    "text for an object",
                ],
            ),
        ] {
            let rewrites: Vec<(&str, &str)> = rewrites
                .into_iter()
                .map(|name| match name {
                    "schema URN spelt wrongly" => (name, Urn::ENTERPRISE),
                    name => (name, key.as_str()),
                })
                .collect();
            check(Kind::User, sent, manager.clone(), &rewrites);
        }
    }

    #[test]
    fn lists_that_are_none_and_members_that_are_texts() {
        check(
            Kind::Group,
            json!({"displayName": ["Audit"], "members": ["7", {"value": "8"}]}),
            json!({"displayName": "Audit", "members": [{"value": "7"}, {"value": "8"}]}),
            &[
                ("list for a single value", "displayName"),
                ("text for an object", "members"),
            ],
        );
        check(
            Kind::User,
            json!({"emails": {"value": "a@example.net"}, "roles": [{"value": "R", "displayName": "Reader"}]}),
            json!({"emails": [{"value": "a@example.net"}], "roles": [{"value": "R", "display": "Reader"}]}),
            &[
                ("single value for a list", "emails"),
                ("displayName for display", "roles"),
            ],
        );
    }

    #[test]
    fn what_is_there_already_wins() {
        check(
            Kind::User,
            json!({"department": "Sales", "name": {"givenName": "Mira"}, "name.givenname": "Lina",
                Urn::ENTERPRISE: {"Department": "Audit"}}),
            json!({"name": {"givenName": "Mira"}, Urn::ENTERPRISE: {"Department": "Audit"}}),
            &[
                (
                    "extension attribute without its URN",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                ),
                ("path for a name", "name.givenname"),
            ],
        );
    }
}
