//! Attributes that stand under a path where a name belongs.

use serde_json::{Map, Value};

use super::fired::Fired;
use super::paths;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Holder, Schemas, Target};

/// Keys that are put in place in one object. No honest body has more; a hostile one is not worth the
/// search, and its keys are reported as unknown.
const MOST: usize = 256;

/// Keys of `attributes` that no schema knows but that are paths, or names that miss their schema,
/// go where they belong; what is there already stays. Returned are those that name several values,
/// so that no place in an object is theirs.
///
/// Wrong: `{"name.givenName": "Mira", "urn:…:2.0:User:department": "Audit"}`; right:
/// `{"name": {"givenName": "Mira"}, "urn:…:2.0:User": {"department": "Audit"}}`. Shown by
/// `tests/idp/sequences/entra/incremental_flag_on.json`.
pub(super) fn put_in_place(
    fired: &mut Fired,
    kind: Kind,
    schemas: &Schemas,
    attributes: &mut Map<String, Value>,
) -> Vec<(String, Value)> {
    let strays: Vec<String> = attributes
        .keys()
        .filter(|name| !is_name(kind, schemas, name))
        .take(MOST + 1)
        .cloned()
        .collect();
    let mut without_place = Vec::new();
    if strays.len() > MOST {
        return without_place;
    }
    for stray in strays {
        let repaired = paths::repaired(fired, kind, schemas, &stray);
        let path = repaired.as_deref().unwrap_or(&stray);
        if path.contains('[') {
            if let Some(value) = attributes.shift_remove(&stray) {
                without_place.push((path.to_owned(), value));
            }
            continue;
        }
        let Some(target) = paths::target(kind, schemas, path) else {
            continue;
        };
        let Some(value) = attributes.shift_remove(&stray) else {
            continue;
        };
        if repaired.is_none() {
            fired.add("path for a name", path);
        }
        if let Err(value) = place(attributes, &target, value) {
            without_place.push((path.to_owned(), value));
        }
    }
    without_place
}

/// Whether a key is the name of an attribute or the URN of an extension.
fn is_name(kind: Kind, schemas: &Schemas, name: &str) -> bool {
    let resource_type = schemas.resource_type(kind);
    resource_type.core.attribute(name).is_some()
        || schemas.common(name).is_some()
        || resource_type.extension(name).is_some()
}

/// Puts `value` where `target` says; gives it back if that is no single place.
fn place(attributes: &mut Map<String, Value>, target: &Target, value: Value) -> Result<(), Value> {
    match (target, value) {
        (Target::Resource, Value::Object(more)) => add_missing(attributes, more),
        (Target::Extension(schema), Value::Object(more)) => {
            if let Some(inner) = object_at(attributes, schema.id.as_str()) {
                add_missing(inner, more);
            }
        }
        (Target::Resource | Target::Extension(_), _) => {}
        (Target::Attribute(at), value) => {
            let attribute: &Attribute = &at.attribute;
            if at.sub.is_some() && (attribute.multi_valued || !attribute.is_complex()) {
                return Err(value);
            }
            let holder = match &at.holder {
                Holder::Core => Some(attributes),
                Holder::Extension(schema) => object_at(attributes, schema.id.as_str()),
            };
            let (inner, name) = match &at.sub {
                None => (holder, attribute.name.as_str()),
                Some(sub) => (
                    holder.and_then(|holder| object_at(holder, attribute.name.as_str())),
                    sub.name.as_str(),
                ),
            };
            if let Some(inner) = inner {
                let mut more = Map::new();
                more.insert(name.to_owned(), value);
                add_missing(inner, more);
            }
        }
    }
    Ok(())
}

fn add_missing(into: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        if !into.keys().any(|known| known.eq_ignore_ascii_case(&name)) {
            into.insert(name, value);
        }
    }
}

/// The object under `name`, in any letter case; made if there is none yet. `None` if something else
/// is there.
fn object_at<'a>(
    holder: &'a mut Map<String, Value>,
    name: &str,
) -> Option<&'a mut Map<String, Value>> {
    let known = holder
        .keys()
        .find(|known| known.eq_ignore_ascii_case(name))
        .cloned();
    let slot = holder
        .entry(known.unwrap_or_else(|| name.to_owned()))
        .or_insert(Value::Null);
    if slot.is_null() {
        *slot = Value::Object(Map::new());
    }
    slot.as_object_mut()
}
