//! One operation of a request becomes steps with a single target each: an object without a path is
//! taken apart into its attributes, a complex value into its parts.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::members;
use super::operation::{Operation, PatchOp};
use super::part::follow_link;
use super::target::{Named, PatchPath, find};
use super::verb::Verb;
use crate::scim::error::ScimError;
use crate::scim::place::Place;
use crate::scim::reading::Reading;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Holder, Mutability, Resolved, SchemaDocument, Schemas};
use crate::scim::types::{is_hidden, mismatch};
use crate::scim::value::{Missing, Names, Reader, is_unassigned};
use crate::scim::{link, membership, several};

/// An operation as it was sent.
pub(super) struct Draft {
    pub(super) verb: Verb,
    pub(super) path: Option<String>,
    /// `None` when there is no such member; `null` is a value here.
    pub(super) value: Option<Value>,
}

/// Collects the steps of one request.
pub(super) struct Compiler<'a> {
    kind: Kind,
    schemas: &'a Schemas,
    reading: &'a Reading,
    reader: Reader<'a>,
    index: usize,
    operations: Vec<Operation>,
}

impl<'a> Compiler<'a> {
    pub(super) const fn new(
        kind: Kind,
        schemas: &'a Schemas,
        reading: &'a Reading,
        reader: Reader<'a>,
    ) -> Self {
        Self {
            kind,
            schemas,
            reading,
            reader,
            index: 0,
            operations: Vec::new(),
        }
    }

    /// The steps, and the names that were left out.
    pub(super) fn into_parts(self) -> (Vec<Operation>, Vec<String>) {
        (self.operations, self.reader.into_dropped())
    }

    /// Adds the steps of the operation at `index`.
    pub(super) fn operation(&mut self, index: usize, draft: Draft) -> Result<(), ScimError> {
        self.index = index;
        let Draft { verb, path, value } = draft;
        let Some(text) = path else {
            return self.resource(verb, value);
        };
        match find(&text, self.kind, self.schemas, &self.reading.limits)? {
            None => self.reader.unknown_path(&text),
            Some(Named::Resource) => self.resource(verb, value),
            Some(Named::Path(path)) if path.is_read_only() => Err(ScimError::mutability(
                format_args!("{path}: only the server sets it"),
            )),
            Some(Named::Path(path)) => self.path(verb, path, value),
        }
    }

    fn push(&mut self, op: PatchOp) {
        self.operations.push(Operation {
            index: self.index,
            op,
        });
    }

    /// An operation without a path: its value is an object of attributes (RFC 7644 §3.5.2.1 and
    /// §3.5.2.3). What only the server sets is ignored in it: Okta sends the `id` along.
    fn resource(&mut self, verb: Verb, value: Option<Value>) -> Result<(), ScimError> {
        if verb == Verb::Remove {
            // RFC 7644 §3.5.2.2.
            return Err(ScimError::no_target(
                "path: required, a remove must say what it removes",
            ));
        }
        let resource_type = self.schemas.resource_type(self.kind);
        let attributes = object(value, "an object of attributes, because there is no path")?;
        let mut names = Names::default();
        for (name, value) in attributes {
            names.add(&Place::Attribute(&name), &name)?;
            let core = resource_type.core.attribute(&name);
            if let Some(attribute) = core.or_else(|| self.schemas.common(&name)) {
                self.named(verb, &Holder::Core, attribute, value)?;
            } else if let Some(extension) = resource_type.extension(&name) {
                self.extension(verb, &extension.schema, Some(value))?;
            } else {
                self.reader.unknown_extension(&name, &value)?;
            }
        }
        Ok(())
    }

    /// A whole extension: its attributes one by one, so that those not named stay.
    fn extension(
        &mut self,
        verb: Verb,
        schema: &Arc<SchemaDocument>,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let clears = value.as_ref().is_some_and(is_unassigned);
        if verb == Verb::Remove || (verb == Verb::Replace && clears) {
            self.push(PatchOp::Remove {
                at: PatchPath::Extension(Arc::clone(schema)),
            });
            return Ok(());
        }
        if clears {
            return Ok(());
        }
        let urn = schema.id.as_str();
        let mut names = Names::default();
        for (name, value) in object(value, "an object with the attributes of the schema")? {
            let Some(attribute) = schema.attribute(&name) else {
                self.reader.unknown_path(&format!("{urn}:{name}"))?;
                continue;
            };
            names.add(&Place::Extended(urn, attribute.name.as_str()), &name)?;
            self.named(
                verb,
                &Holder::Extension(Arc::clone(schema)),
                attribute,
                value,
            )?;
        }
        Ok(())
    }

    /// An attribute that was named inside an object.
    fn named(
        &mut self,
        verb: Verb,
        holder: &Holder,
        attribute: &Arc<Attribute>,
        value: Value,
    ) -> Result<(), ScimError> {
        if attribute.mutability == Mutability::ReadOnly {
            return Ok(());
        }
        let at = PatchPath::Attribute(Resolved {
            holder: holder.clone(),
            attribute: Arc::clone(attribute),
            sub: None,
        });
        self.path(verb, at, Some(value))
    }

    fn path(&mut self, verb: Verb, at: PatchPath, value: Option<Value>) -> Result<(), ScimError> {
        let resolved = match &at {
            PatchPath::Attribute(resolved) => resolved,
            PatchPath::Elements(elements) => &elements.attribute,
            PatchPath::Extension(schema) => return self.extension(verb, schema, value),
        };
        if resolved.holder == Holder::Core {
            if membership::is_members(self.kind, &resolved.attribute) {
                let change = members::change(&mut self.reader, verb, &at, value)?;
                if let Some(change) = change {
                    self.push(PatchOp::Members(change));
                }
                return Ok(());
            }
            // `schemas` follows from the data.
            if resolved.attribute.name.is("schemas") {
                return Ok(());
            }
        }
        match at {
            PatchPath::Attribute(at) => self.attribute(verb, at, value),
            at => self.elements(verb, at, value),
        }
    }

    fn attribute(
        &mut self,
        verb: Verb,
        at: Resolved,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let leaf = Arc::clone(at.leaf());
        let key = at.key();
        let place = Place::Attribute(&key);
        let several_values = leaf.multi_valued;
        if verb == Verb::Remove {
            return match value {
                Some(value) if several_values && at.sub.is_none() && !value.is_null() => {
                    self.subtract(&place, at, value)
                }
                _ => self.remove(at),
            };
        }
        let value = required(value)?;
        if is_unassigned(&value) {
            // An empty object has no part to add, as an empty list has no value.
            let adds_nothing = several_values || value.is_object();
            return if adds_nothing && verb == Verb::Add {
                Ok(())
            } else {
                self.remove(at)
            };
        }
        if several_values {
            let values = self.reader.list(&place, &leaf, into_list(value))?;
            let values = several::collapse(&leaf, values);
            return match (values.is_empty(), verb) {
                (true, Verb::Replace) => self.remove(at),
                (true, _) => Ok(()),
                (false, _) => {
                    self.set(verb, at, Value::Array(values));
                    Ok(())
                }
            };
        }
        if leaf.is_complex() {
            return self.parts(verb, &place, &at, value);
        }
        if let Some(value) = self.reader.single(&place, &leaf, value)? {
            let (at, value) = follow_link(&place, at, value)?;
            self.set(verb, at, value);
        }
        Ok(())
    }

    /// A single complex value, part by part: those not named stay (RFC 7644 §3.5.2.3).
    fn parts(
        &mut self,
        verb: Verb,
        place: &Place<'_>,
        at: &Resolved,
        value: Value,
    ) -> Result<(), ScimError> {
        let attribute = &at.attribute;
        let Value::Object(parts) = value else {
            return Err(mismatch(place, attribute, "an object", &value));
        };
        let parts = self
            .reader
            .parts(place, attribute, parts, Missing::Cleared)?;
        let is_link = link::target(attribute).is_some();
        for (name, value) in parts {
            let Some(sub) = attribute.sub(&name) else {
                continue;
            };
            // The address of a linked resource follows from its id.
            if is_link && sub.name.is("$ref") {
                continue;
            }
            let at = at.with_sub(Arc::clone(sub));
            if value.is_null() {
                self.remove(at)?;
            } else {
                self.set(verb, at, value);
            }
        }
        Ok(())
    }

    /// The values that a filter selects, or a part of each of them.
    fn elements(
        &mut self,
        verb: Verb,
        at: PatchPath,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let PatchPath::Elements(elements) = &at else {
            return Ok(());
        };
        if verb == Verb::Remove {
            // A value beside the filter says nothing more.
            self.push(PatchOp::Remove { at });
            return Ok(());
        }
        let value = required(value)?;
        if is_unassigned(&value) {
            if verb == Verb::Replace || elements.sub.is_some() {
                self.push(PatchOp::Remove { at });
            }
            return Ok(());
        }
        let text = at.to_string();
        let place = Place::Attribute(&text);
        let attribute = &elements.attribute.attribute;
        let value = match &elements.sub {
            Some(sub) => self
                .reader
                .value(&place, sub, value)?
                .filter(|_| !is_hidden(sub)),
            None if attribute.is_complex() => {
                let Value::Object(parts) = value else {
                    return Err(mismatch(&place, attribute, "an object", &value));
                };
                let missing = match verb {
                    Verb::Add => Missing::Cleared,
                    Verb::Replace | Verb::Remove => Missing::Absent,
                };
                let parts = self.reader.parts(&place, attribute, parts, missing)?;
                (!parts.is_empty()).then_some(Value::Object(parts))
            }
            None => self.reader.single(&place, attribute, value)?,
        };
        match value {
            Some(value) if verb == Verb::Add => self.push(PatchOp::Add { at, value }),
            Some(value) => self.push(PatchOp::Replace { at, value }),
            None => {}
        }
        Ok(())
    }

    fn set(&mut self, verb: Verb, at: Resolved, value: Value) {
        // `password` and its like are accepted and never kept.
        if is_hidden(&at.attribute) || is_hidden(at.leaf()) {
            return;
        }
        let at = PatchPath::Attribute(at);
        self.push(match verb {
            Verb::Add => PatchOp::Add { at, value },
            Verb::Replace | Verb::Remove => PatchOp::Replace { at, value },
        });
    }

    /// RFC 7644 §3.5.2.2: what is required cannot be removed.
    fn remove(&mut self, at: Resolved) -> Result<(), ScimError> {
        if at.leaf().required {
            return Err(ScimError::mutability(format_args!(
                "{}: required, so it can be replaced but not removed",
                at.key()
            )));
        }
        self.push(PatchOp::Remove {
            at: PatchPath::Attribute(at),
        });
        Ok(())
    }

    /// A remove with values takes those and no others. RFC 7644 §3.5.2.2 does not define it; several
    /// identity providers mean it, and reading it as "all" would lose data.
    fn subtract(&mut self, place: &Place<'_>, at: Resolved, value: Value) -> Result<(), ScimError> {
        let values = if is_unassigned(&value) {
            Vec::new()
        } else {
            self.reader.list(place, &at.attribute, into_list(value))?
        };
        if !values.is_empty() {
            self.push(PatchOp::Subtract { at, values });
        }
        Ok(())
    }
}

fn required(value: Option<Value>) -> Result<Value, ScimError> {
    value.ok_or_else(|| ScimError::invalid_value("value: required for add and replace"))
}

fn object(value: Option<Value>, expected: &str) -> Result<Map<String, Value>, ScimError> {
    match required(value)? {
        Value::Object(attributes) => Ok(attributes),
        _ => Err(ScimError::invalid_value(format_args!(
            "value: expected {expected}"
        ))),
    }
}

fn into_list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        single => vec![single],
    }
}
