//! Reads the body of a POST or PUT into canonical attributes.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::scim::attributes::Attributes;
use crate::scim::error::ScimError;
use crate::scim::member::MemberRef;
use crate::scim::membership;
use crate::scim::place::Place;
use crate::scim::reading::Reading;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Mutability, ResourceType, SchemaDocument, Schemas};
use crate::scim::types::is_hidden;
use crate::scim::value::{Names, Reader, is_unassigned};

/// What a body says, after everything that a client cannot say was taken out.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// The attributes.
    pub attributes: Attributes,
    /// The members of a group, each once; `None` when the body has no such attribute, or the
    /// resource is no group.
    pub members: Option<Vec<MemberRef>>,
    /// Names of attributes that no schema knows, as they were sent; the first few of them.
    pub dropped: Vec<String>,
}

/// Reads the body of a POST or PUT.
///
/// Names may be in any letter case. What only the server sets is ignored, and so are `password` and
/// its like, once their type was seen to be right. A value of the wrong type, or too long, is 400
/// `invalidValue`; a name that is there twice, missing `schemas`, or an unknown attribute where
/// those are refused, 400 `invalidSyntax`.
pub fn incoming(
    body: Map<String, Value>,
    kind: Kind,
    schemas: &Schemas,
    reading: &Reading,
) -> Result<Incoming, ScimError> {
    let resource_type = schemas.resource_type(kind);
    check_schemas(&body, resource_type)?;
    let mut reader = Reader::new(reading);
    let mut names = Names::default();
    let mut attributes = Map::new();
    let mut members = None;
    for (name, value) in body {
        names.add(&Place::Attribute(&name), &name)?;
        let core = resource_type.core.attribute(&name);
        if let Some(attribute) = core.or_else(|| schemas.common(&name)) {
            let place = Place::Attribute(attribute.name.as_str());
            if membership::is_members(kind, attribute) {
                members = membership::list(&mut reader, &place, attribute, value)?;
            } else if !is_derived(attribute) {
                keep(&mut reader, &place, attribute, value, &mut attributes)?;
            }
        } else if let Some(extension) = resource_type.extension(&name) {
            let schema = &extension.schema;
            if let Some(inner) = read_extension(&mut reader, schema, value)? {
                attributes.insert(schema.id.as_str().to_owned(), Value::Object(inner));
            }
        } else {
            reader.unknown_extension(&name, &value)?;
        }
    }
    Ok(Incoming {
        attributes: Attributes::from_canonical(attributes),
        members,
        dropped: reader.into_dropped(),
    })
}

/// RFC 7643 §3: `schemas` is there and names the core schema. URNs that this server does not know
/// are ignored: what counts is the data.
fn check_schemas(body: &Map<String, Value>, resource_type: &ResourceType) -> Result<(), ScimError> {
    let core = resource_type.core.id.as_str();
    let listed = body
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("schemas"))
        .and_then(|(_, value)| value.as_array());
    let named = listed.is_some_and(|urns| {
        urns.iter().any(|urn| {
            urn.as_str()
                .is_some_and(|urn| resource_type.core.id.is(urn))
        })
    });
    if named {
        Ok(())
    } else {
        Err(ScimError::invalid_syntax(format_args!(
            "schemas: expected a list that contains {core}"
        )))
    }
}

/// Attributes that follow from something else and are ignored in a body: what only the server
/// sets, and `schemas`, which follows from the data.
fn is_derived(attribute: &Attribute) -> bool {
    attribute.mutability == Mutability::ReadOnly || attribute.name.is("schemas")
}

fn keep(
    reader: &mut Reader<'_>,
    place: &Place<'_>,
    attribute: &Attribute,
    value: Value,
    into: &mut Map<String, Value>,
) -> Result<(), ScimError> {
    let value = reader.value(place, attribute, value)?;
    if let Some(value) = value.filter(|_| !is_hidden(attribute)) {
        into.insert(attribute.name.as_str().to_owned(), value);
    }
    Ok(())
}

/// The attributes of one extension; `None` when there are none.
fn read_extension(
    reader: &mut Reader<'_>,
    schema: &Arc<SchemaDocument>,
    value: Value,
) -> Result<Option<Map<String, Value>>, ScimError> {
    let urn = schema.id.as_str();
    if is_unassigned(&value) {
        return Ok(None);
    }
    let Value::Object(inner) = value else {
        return Err(ScimError::invalid_value(format_args!(
            "{urn}: expected an object with the attributes of this schema"
        )));
    };
    let mut names = Names::default();
    let mut read = Map::new();
    for (name, value) in inner {
        let Some(attribute) = schema.attribute(&name) else {
            reader.unknown(&Place::Extended(urn, &name))?;
            continue;
        };
        let place = Place::Extended(urn, attribute.name.as_str());
        names.add(&place, &name)?;
        if !is_derived(attribute) {
            keep(reader, &place, attribute, value, &mut read)?;
        }
    }
    Ok((!read.is_empty()).then_some(read))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Limits, Policy};
    use crate::scim::Urn;
    use serde_json::json;

    fn read_as(kind: Kind, body: Value, policy: &Policy) -> Result<Incoming, ScimError> {
        let schemas = Schemas::builtin().unwrap();
        let Value::Object(body) = body else {
            panic!("a body is an object");
        };
        incoming(
            body,
            kind,
            &schemas,
            &Reading::new(policy, &Limits::DEFAULT),
        )
    }

    fn read(kind: Kind, body: Value) -> Result<Incoming, ScimError> {
        read_as(kind, body, &Policy::default())
    }

    #[track_caller]
    fn check(body: Value, expected: &Value) {
        let incoming = read(Kind::User, body).unwrap();
        assert_eq!(&Value::Object(incoming.attributes.into_map()), expected);
    }

    #[track_caller]
    fn refused(body: Value) -> String {
        let error = read(Kind::User, body).unwrap_err();
        assert_eq!(error.status(), 400);
        error.detail().to_owned()
    }

    #[test]
    fn names_become_canonical_and_what_is_the_servers_is_ignored() {
        check(
            json!({
                "Schemas": [Urn::USER, "urn:scim:schemas:core:1.0"],
                "id": "chosen by the client", "meta": {"version": "W/\"9\""}, "groups": [{"value": "1"}],
                "USERNAME": "mira.holt@example.net",
                "password": "never kept",
                "Emails": [{"VALUE": "mira.holt@example.net", "Primary": true}],
                "nickName": "", "title": null, "roles": [], "name": {"middleName": ""},
                "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user": {
                    "Department": "Audit",
                    "Manager": {"Value": "26118915", "displayName": "Lina Berg"}
                }
            }),
            &json!({
                "userName": "mira.holt@example.net",
                "emails": [{"value": "mira.holt@example.net", "primary": true}],
                Urn::ENTERPRISE: {
                    "department": "Audit",
                    "manager": {"value": "26118915", "$ref": "../Users/26118915"}
                }
            }),
        );
    }

    #[test]
    fn a_body_names_its_core_schema() {
        for body in [
            json!({"userName": "mira"}),
            json!({"schemas": [], "userName": "mira"}),
            json!({"schemas": Urn::USER, "userName": "mira"}),
            json!({"schemas": [Urn::GROUP, 7], "userName": "mira"}),
        ] {
            assert_eq!(
                refused(body),
                "schemas: expected a list that contains urn:ietf:params:scim:schemas:core:2.0:User"
            );
        }
    }

    #[test]
    fn the_same_name_twice_is_refused() {
        assert_eq!(
            refused(json!({"schemas": [Urn::USER], "active": true, "Active": false})),
            "Active: the attribute is there twice, in different letter case; keep one"
        );
    }

    #[test]
    fn what_no_schema_knows_is_dropped_and_listed_or_refused() {
        let body = json!({"schemas": [Urn::USER], "userName": "mira", "shoeSize": 38,
            "name": {"petName": "Mi"}, "urn:example:2.0:Pet": {"x": 1},
            Urn::ENTERPRISE: {"desk": "4b"}});
        let incoming = read(Kind::User, body.clone()).unwrap();
        assert_eq!(incoming.attributes.as_map().len(), 1);
        assert_eq!(
            incoming.dropped,
            [
                "shoeSize",
                "name.petName",
                "urn:example:2.0:Pet:x",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:desk"
            ]
        );
        let strict = Policy::default().set("unknown", "refuse").unwrap();
        let error = read_as(Kind::User, body, &strict).unwrap_err();
        assert_eq!(
            error.detail(),
            "shoeSize: no schema of this connection has such an attribute"
        );
    }

    #[test]
    fn members_are_no_attribute_of_a_group() {
        let incoming = read(
            Kind::Group,
            json!({"schemas": [Urn::GROUP], "displayName": "Audit", "members": [
                {"value": "1", "type": "user", "display": "Mira"}, {"value": "2"}, {"value": "1"}
            ]}),
        )
        .unwrap();
        assert!(incoming.attributes.value("members").is_none());
        let member = |value: &str, kind| MemberRef {
            value: value.to_owned(),
            kind,
        };
        assert_eq!(
            incoming.members,
            Some(vec![member("1", Some(Kind::User)), member("2", None)])
        );
        let nobody = json!({"schemas": [Urn::GROUP], "displayName": "Audit", "members": []});
        assert_eq!(read(Kind::Group, nobody).unwrap().members, Some(vec![]));
        let nameless = json!({"schemas": [Urn::GROUP], "members": [{"display": "Mira"}]});
        assert_eq!(
            read(Kind::Group, nameless).unwrap_err().detail(),
            "members[0].value: required, expected the id of a user or group"
        );
    }
}
