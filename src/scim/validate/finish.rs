//! The last look at a resource before it is written: is everything there that must be?

use serde_json::{Map, Value};

use crate::scim::attributes::Attributes;
use crate::scim::error::ScimError;
use crate::scim::membership;
use crate::scim::place::Place;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Extension, Mutability, Schemas};
use crate::scim::types::is_hidden;

/// Whether a finished resource has everything that its schemas require; if not, 400 `invalidValue`
/// names the attribute. An extension's attributes are required only where the extension is there.
pub fn finish(attributes: &Attributes, kind: Kind, schemas: &Schemas) -> Result<(), ScimError> {
    let resource_type = schemas.resource_type(kind);
    for attribute in &resource_type.core.attributes {
        if !membership::is_members(kind, attribute) {
            let place = Place::Attribute(attribute.name.as_str());
            check_required(&place, attribute, attributes.as_map())?;
        }
    }
    for extension in &resource_type.extensions {
        finish_extension(attributes, extension)?;
    }
    Ok(())
}

/// The same for what one extension requires.
pub(super) fn finish_extension(
    attributes: &Attributes,
    extension: &Extension,
) -> Result<(), ScimError> {
    let urn = extension.schema.id.as_str();
    let Some(value) = attributes.value(urn) else {
        if extension.required {
            return Err(ScimError::invalid_value(format_args!(
                "{urn}: required, expected an object with the attributes of this schema"
            )));
        }
        return Ok(());
    };
    let Value::Object(inner) = value else {
        return Ok(());
    };
    for attribute in &extension.schema.attributes {
        let place = Place::Extended(urn, attribute.name.as_str());
        check_required(&place, attribute, inner)?;
    }
    Ok(())
}

fn check_required(
    place: &Place<'_>,
    attribute: &Attribute,
    holder: &Map<String, Value>,
) -> Result<(), ScimError> {
    // What only the server sets, and what is never kept, cannot be asked of a client's body.
    if attribute.mutability == Mutability::ReadOnly || is_hidden(attribute) {
        return Ok(());
    }
    match holder.get(attribute.name.as_str()) {
        None if attribute.required => Err(ScimError::invalid_value(format_args!(
            "{place}: required, but no value was given"
        ))),
        Some(Value::Object(parts)) => check_parts(place, attribute, parts),
        Some(Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                if let Value::Object(parts) = value {
                    check_parts(&Place::Nth(place, index), attribute, parts)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check_parts(
    place: &Place<'_>,
    attribute: &Attribute,
    parts: &Map<String, Value>,
) -> Result<(), ScimError> {
    for sub in &attribute.sub_attributes {
        check_required(&Place::Part(place, sub.name.as_str()), sub, parts)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_finished_resource_has_what_is_required() {
        let schemas = Schemas::builtin().unwrap();
        let finished = |kind, value: Value| {
            let Value::Object(map) = value else {
                panic!("an object");
            };
            finish(&Attributes::from_canonical(map), kind, &schemas)
                .map_err(|error| error.detail().to_owned())
        };
        assert_eq!(finished(Kind::User, json!({"userName": "mira"})), Ok(()));
        assert_eq!(
            finished(Kind::Group, json!({"displayName": "Audit"})),
            Ok(())
        );
        assert_eq!(
            finished(Kind::User, json!({"displayName": "Mira"})),
            Err("userName: required, but no value was given".to_owned())
        );
        assert!(finished(Kind::Group, json!({})).is_err());
    }
}
