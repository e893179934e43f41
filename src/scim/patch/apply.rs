//! Does to the attributes of a resource what a PATCH asks, or nothing.

use serde_json::{Map, Value};

use super::elements::{self, Effort};
use super::operation::PatchOp;
use super::part::{keep_immutable, set_part, takes_last_part};
use super::request::PatchRequest;
use super::target::PatchPath;
use crate::base::Dialect;
use crate::scim::attributes::Attributes;
use crate::scim::error::ScimError;
use crate::scim::resource::Kind;
use crate::scim::schema::{Holder, Resolved, Schemas};
use crate::scim::validate;

/// A resource after a PATCH.
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// Its attributes.
    pub attributes: Attributes,
    /// The attributes of which a replace made a value because its filter matched none, which only the
    /// tolerant dialect does.
    pub made: Vec<String>,
}

/// The attributes after the whole of `request`, which asks nothing about members any more. On an
/// error nothing has happened: `before` is only read (RFC 7644 §3.5.2, "atomic").
///
/// A replace whose filter matches nothing is 400 `noTarget` in the strict dialect, and makes the
/// value that the filter describes in the tolerant one; an add makes it in both. A changed
/// immutable attribute is 400 `mutability`.
pub fn apply(
    before: &Attributes,
    request: &PatchRequest,
    schemas: &Schemas,
    kind: Kind,
    dialect: Dialect,
) -> Result<Patched, ScimError> {
    let mut after = before.clone();
    let mut effort = Effort::default();
    let mut made = Vec::new();
    for operation in request.operations() {
        let missed = step(after.as_map_mut(), &operation.op, dialect, &mut effort)
            .map_err(|error| error.at(format_args!("Operations[{}]", operation.index)))?;
        made.extend(missed);
    }
    let attributes = validate::changed(before, after, kind, schemas)?;
    Ok(Patched { attributes, made })
}

/// Carries out one operation; answers the attribute if a replace had to make what it was to replace.
fn step(
    resource: &mut Map<String, Value>,
    op: &PatchOp,
    dialect: Dialect,
    effort: &mut Effort,
) -> Result<Option<String>, ScimError> {
    let mut missed = None;
    match op {
        PatchOp::Add { at, value } | PatchOp::Replace { at, value } => {
            let adds = matches!(op, PatchOp::Add { .. });
            match at {
                PatchPath::Attribute(at) => within(resource, &at.holder, |holder| {
                    set(holder, at, value, adds, effort)
                }),
                PatchPath::Elements(at) => within(resource, &at.attribute.holder, |holder| {
                    let creates = adds || dialect == Dialect::Tolerant;
                    let made = elements::set(holder, at, value, adds, creates, effort)?;
                    missed = (made && !adds).then(|| at.attribute.key());
                    Ok(())
                }),
                // An extension is taken apart into its attributes when the request is read.
                PatchPath::Extension(_) => Ok(()),
            }
        }
        PatchOp::Remove { at } => match at {
            PatchPath::Attribute(at) => {
                within(resource, &at.holder, |holder| remove(holder, at, effort))
            }
            PatchPath::Elements(at) => within(resource, &at.attribute.holder, |holder| {
                elements::remove(holder, at, effort)
            }),
            PatchPath::Extension(schema) => {
                resource.shift_remove(schema.id.as_str());
                Ok(())
            }
        },
        PatchOp::Subtract { at, values } => within(resource, &at.holder, |holder| {
            elements::subtract(holder, &at.attribute, values, effort)
        }),
        PatchOp::Members(_) => Ok(()),
    }?;
    Ok(missed)
}

/// Lets `change` work on the object that holds an attribute; an extension that is empty afterwards
/// is not there.
fn within(
    resource: &mut Map<String, Value>,
    holder: &Holder,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<(), ScimError>,
) -> Result<(), ScimError> {
    let Holder::Extension(schema) = holder else {
        return change(resource);
    };
    let urn = schema.id.as_str();
    let slot = resource
        .entry(urn)
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(inner) = slot else {
        return Ok(());
    };
    change(inner)?;
    if inner.is_empty() {
        resource.shift_remove(urn);
    }
    Ok(())
}

fn set(
    holder: &mut Map<String, Value>,
    at: &Resolved,
    value: &Value,
    adds: bool,
    effort: &mut Effort,
) -> Result<(), ScimError> {
    let attribute = &at.attribute;
    match (&at.sub, value) {
        (None, Value::Array(values)) if adds => elements::add(holder, attribute, values, effort),
        (None, value) => {
            holder.insert(attribute.name.as_str().to_owned(), value.clone());
            Ok(())
        }
        // Without a filter, the part of every value; of the one to be, if there is none yet.
        (Some(sub), value) => elements::edit(holder, attribute, effort, 1, |list| {
            if list.is_empty() {
                list.push(Value::Object(Map::new()));
            }
            for element in list.iter_mut() {
                keep_immutable(attribute, sub, element, Some(value))?;
                set_part(attribute, sub, element, value, adds);
            }
            Ok((0..list.len()).collect())
        }),
    }
}

fn remove(
    holder: &mut Map<String, Value>,
    at: &Resolved,
    effort: &mut Effort,
) -> Result<(), ScimError> {
    let Some(sub) = &at.sub else {
        holder.shift_remove(at.attribute.name.as_str());
        return Ok(());
    };
    elements::edit(holder, &at.attribute, effort, 1, |list| {
        for element in list.iter() {
            keep_immutable(&at.attribute, sub, element, None)?;
        }
        list.retain_mut(|element| !takes_last_part(&at.attribute, sub, element));
        Ok(Vec::new())
    })
}
