//! PUT: what it keeps of the resource that was there.

use serde_json::{Map, Value};

use crate::scim::attributes::Attributes;
use crate::scim::error::ScimError;
use crate::scim::place::Place;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Mutability, Schemas};

/// What a PUT makes of a resource (RFC 7644 §3.5.1): the new attributes alone; what they omit is
/// cleared. An immutable attribute that has a value may be omitted but not changed: 400
/// `mutability`.
pub fn replace(
    before: &Attributes,
    incoming: Attributes,
    kind: Kind,
    schemas: &Schemas,
) -> Result<Attributes, ScimError> {
    let resource_type = schemas.resource_type(kind);
    let after = incoming.as_map();
    for attribute in &resource_type.core.attributes {
        let place = Place::Attribute(attribute.name.as_str());
        check_immutable(&place, attribute, before.as_map(), after)?;
    }
    for extension in &resource_type.extensions {
        let urn = extension.schema.id.as_str();
        let (Some(Value::Object(before)), Some(Value::Object(after))) =
            (before.value(urn), after.get(urn))
        else {
            continue;
        };
        for attribute in &extension.schema.attributes {
            let place = Place::Extended(urn, attribute.name.as_str());
            check_immutable(&place, attribute, before, after)?;
        }
    }
    Ok(incoming)
}

/// Refuses another value for an immutable attribute, or for an immutable part of a single one.
/// Values of a list have no identity by which parts could be compared: they come and go as a whole.
fn check_immutable(
    place: &Place<'_>,
    attribute: &Attribute,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Result<(), ScimError> {
    let name = attribute.name.as_str();
    let (Some(before), Some(after)) = (before.get(name), after.get(name)) else {
        return Ok(());
    };
    if attribute.mutability == Mutability::Immutable && before != after {
        return Err(ScimError::mutability(format_args!(
            "{place}: has a value already, which cannot be changed"
        )));
    }
    if let (Value::Object(before), Value::Object(after)) = (before, after) {
        for sub in &attribute.sub_attributes {
            check_immutable(&Place::Part(place, sub.name.as_str()), sub, before, after)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::SchemaDocument;
    use serde_json::json;

    #[test]
    fn a_put_clears_what_it_omits_but_keeps_what_is_immutable() {
        let badge = json!({"id": "urn:example:2.0:Badge", "attributes": [
            {"name": "serial", "mutability": "immutable"}, {"name": "colour"}]});
        let schemas =
            Schemas::with_user_extensions(vec![SchemaDocument::parse(&badge).unwrap()]).unwrap();
        let attributes = |serial: &str| {
            let value = json!({"userName": "mira", "urn:example:2.0:Badge": {"serial": serial}});
            Attributes::from_canonical(value.as_object().unwrap().clone())
        };
        let put = |incoming| replace(&attributes("7"), incoming, Kind::User, &schemas);
        assert_eq!(put(attributes("7")), Ok(attributes("7")));
        assert_eq!(put(Attributes::default()), Ok(Attributes::default()));
        let error = put(attributes("8")).unwrap_err();
        assert_eq!(error.scim_type(), Some(crate::scim::ScimType::Mutability));
        assert_eq!(
            error.detail(),
            "urn:example:2.0:Badge:serial: has a value already, which cannot be changed"
        );
    }
}
