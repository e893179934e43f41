//! What a change leaves as it was: attributes that are immutable (RFC 7643 §7) and have a value.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::scim::attributes::Attributes;
use crate::scim::error::ScimError;
use crate::scim::place::Place;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Mutability, Schemas};

/// What a PUT makes of a resource (RFC 7644 §3.5.1): the new attributes alone; what they omit is
/// cleared. An immutable attribute that has a value keeps it: it may be omitted or repeated, and
/// another value is 400 `mutability`.
pub fn replace(
    before: &Attributes,
    incoming: Attributes,
    kind: Kind,
    schemas: &Schemas,
) -> Result<Attributes, ScimError> {
    settle(before, incoming, kind, schemas, Omitted::Kept)
}

/// What a PATCH has made of a resource (RFC 7644 §3.5.2): an immutable attribute that had a value must
/// have it still; otherwise 400 `mutability`.
pub fn changed(
    before: &Attributes,
    after: Attributes,
    kind: Kind,
    schemas: &Schemas,
) -> Result<Attributes, ScimError> {
    settle(before, after, kind, schemas, Omitted::Refused)
}

/// What it means that an immutable value is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Omitted {
    /// Nobody spoke of it.
    Kept,
    /// Somebody took it away.
    Refused,
}

fn settle(
    before: &Attributes,
    after: Attributes,
    kind: Kind,
    schemas: &Schemas,
    omitted: Omitted,
) -> Result<Attributes, ScimError> {
    let resource_type = schemas.resource_type(kind);
    let mut after = after.into_map();
    let core = &resource_type.core.attributes;
    inherit(
        &Place::Attribute,
        core,
        before.as_map(),
        &mut after,
        omitted,
    )?;
    for extension in &resource_type.extensions {
        let urn = extension.schema.id.as_str();
        let Some(Value::Object(before)) = before.value(urn) else {
            continue;
        };
        let attributes = &extension.schema.attributes;
        within(&mut after, urn, |after| {
            let place = |name| Place::Extended(urn, name);
            inherit(&place, attributes, before, after, omitted)
        })?;
    }
    Ok(Attributes::from_canonical(after))
}

/// Takes over what is immutable in `before`, an object with these attributes.
fn inherit<'a>(
    place: &dyn Fn(&'a str) -> Place<'a>,
    attributes: &'a [Arc<Attribute>],
    before: &Map<String, Value>,
    after: &mut Map<String, Value>,
    omitted: Omitted,
) -> Result<(), ScimError> {
    for attribute in attributes {
        let name = attribute.name.as_str();
        let Some(was) = before.get(name) else {
            continue;
        };
        let place = place(name);
        let refused = |what| {
            Err(ScimError::mutability(format_args!(
                "{place}: has a value already, which cannot be {what}"
            )))
        };
        let is_fixed = attribute.mutability == Mutability::Immutable;
        match (was, after.get(name)) {
            (_, None) if is_fixed && omitted == Omitted::Refused => return refused("removed"),
            (was, None) if is_fixed => {
                after.insert(name.to_owned(), was.clone());
            }
            (was, Some(is)) if is_fixed && was != is => return refused("changed"),
            // Values of a list have no identity by which parts could be compared: they come and go as
            // a whole.
            (Value::Object(was), None | Some(Value::Object(_))) => {
                within(after, name, |after| {
                    let part = |name| Place::Part(&place, name);
                    inherit(&part, &attribute.sub_attributes, was, after, omitted)
                })?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Lets `change` work on an inner object, which is there only if it is not empty.
fn within(
    outer: &mut Map<String, Value>,
    name: &str,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<(), ScimError>,
) -> Result<(), ScimError> {
    let slot = outer
        .entry(name)
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(inner) = slot else {
        return Ok(());
    };
    change(inner)?;
    if inner.is_empty() {
        outer.shift_remove(name);
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
            {"name": "serial", "mutability": "immutable"}, {"name": "colour"},
            {"name": "site", "type": "complex", "subAttributes": [{"name": "value"}]}]});
        let schemas =
            Schemas::with_user_extensions(vec![SchemaDocument::parse(&badge).unwrap()]).unwrap();
        let attributes = |serial: &str| {
            let value = json!({"userName": "mira", "urn:example:2.0:Badge": {"serial": serial}});
            Attributes::from_canonical(value.as_object().unwrap().clone())
        };
        let put = |incoming| replace(&attributes("7"), incoming, Kind::User, &schemas);
        assert_eq!(put(attributes("7")), Ok(attributes("7")));
        assert_eq!(
            put(Attributes::default()).unwrap().into_map(),
            *json!({"urn:example:2.0:Badge": {"serial": "7"}})
                .as_object()
                .unwrap()
        );
        let error = put(attributes("8")).unwrap_err();
        assert_eq!(error.scim_type(), Some(crate::scim::ScimType::Mutability));
        assert_eq!(
            error.detail(),
            "urn:example:2.0:Badge:serial: has a value already, which cannot be changed"
        );
        let error = changed(
            &attributes("7"),
            Attributes::default(),
            Kind::User,
            &schemas,
        );
        assert_eq!(
            error.unwrap_err().detail(),
            "urn:example:2.0:Badge:serial: has a value already, which cannot be removed"
        );
    }
}
