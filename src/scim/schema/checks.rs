//! What must hold of a declared schema beyond its form, so that it can live beside the others and keep
//! what it promises.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::attribute::{Attribute, Mutability, Returned, Type, Uniqueness};
use super::document::{SchemaDocument, SchemaFlaw};
use crate::base::similar;
use crate::scim::urn::Urn;

/// Longer URNs and names would only make keys longer.
const LONGEST_URN: usize = 200;
const LONGEST_NAME: usize = 64;
/// The most attributes of one schema.
const MOST_ATTRIBUTES: usize = 500;
/// Part of every resource (RFC 7643 §3.1): an extension cannot call anything else so.
const RESERVED: [&str; 4] = ["schemas", "id", "externalId", "meta"];
/// Members of a document that mean something here.
const MEMBERS: [&str; 7] = [
    "schemas",
    "id",
    "name",
    "description",
    "attributes",
    "meta",
    "extends",
];
/// Members of an attribute that mean something (RFC 7643 §7).
const ATTRIBUTE_MEMBERS: [&str; 12] = [
    "name",
    "type",
    "subAttributes",
    "multiValued",
    "description",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
];

/// The first thing that is wrong with `document`, which was read from `json`.
pub(super) fn check(json: &Value, document: &SchemaDocument) -> Result<(), SchemaFlaw> {
    check_members(json)?;
    check_urn(&document.id)?;
    let count = document.attributes.len();
    if count == 0 || count > MOST_ATTRIBUTES {
        return Err(SchemaFlaw::new(
            "attributes",
            format!("expected 1 to {MOST_ATTRIBUTES} attributes, found {count}"),
        ));
    }
    for (index, attribute) in document.attributes.iter().enumerate() {
        check_top(attribute, &format!("attributes[{index}]"))?;
    }
    Ok(())
}

/// A misspelt member would be left out in silence, and `multivalued` be no list.
fn check_members(json: &Value) -> Result<(), SchemaFlaw> {
    check_names(json, "", &MEMBERS)?;
    let attributes = |json: &Value, member: &str| -> Vec<Value> {
        let list = json.get(member).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    };
    for (index, attribute) in attributes(json, "attributes").iter().enumerate() {
        let place = format!("attributes[{index}]");
        check_names(attribute, &place, &ATTRIBUTE_MEMBERS)?;
        for (index, sub) in attributes(attribute, "subAttributes").iter().enumerate() {
            let place = format!("{place}.subAttributes[{index}]");
            check_names(sub, &place, &ATTRIBUTE_MEMBERS)?;
        }
    }
    Ok(())
}

/// Names that mean nothing are left alone, unless one that does was probably meant.
fn check_names(json: &Value, place: &str, known: &[&'static str]) -> Result<(), SchemaFlaw> {
    let names = json.as_object().into_iter().flat_map(Map::keys);
    for name in names.filter(|name| !known.contains(&name.as_str())) {
        if let Some(meant) = similar(name, known.iter().copied()) {
            let place = if place.is_empty() {
                name.clone()
            } else {
                format!("{place}.{name}")
            };
            return Err(SchemaFlaw::new(
                place,
                format!("there is no such member; did you mean `{meant}`?"),
            ));
        }
    }
    Ok(())
}

fn check_urn(urn: &Urn) -> Result<(), SchemaFlaw> {
    let flaw = |complaint: String| Err(SchemaFlaw::new("id", complaint));
    let text = urn.as_str();
    let lower = text.to_ascii_lowercase();
    let of_the_rfc = lower.starts_with("urn:ietf:params:scim:")
        && !lower.starts_with("urn:ietf:params:scim:schemas:extension:");
    if of_the_rfc {
        return flaw(format!(
            "{text} belongs to the RFC; an extension is called \
             urn:ietf:params:scim:schemas:extension:<name>:2.0:User, or begins with a namespace of \
             your own"
        ));
    }
    if text.len() > LONGEST_URN {
        return flaw(format!(
            "a URN may have {LONGEST_URN} characters, this one has {}",
            text.len()
        ));
    }
    if text.split(':').any(str::is_empty) || text.split(':').count() < 3 {
        return flaw(format!(
            "{text}: expected a URN such as urn:example:2.0:User, without empty parts"
        ));
    }
    Ok(())
}

fn check_top(attribute: &Attribute, place: &str) -> Result<(), SchemaFlaw> {
    let name = attribute.name.as_str();
    if let Some(reserved) = RESERVED.iter().find(|reserved| attribute.name.is(reserved)) {
        return Err(SchemaFlaw::new(
            format!("{place}.name"),
            format!("`{reserved}` is part of every resource and cannot be declared"),
        ));
    }
    if name.starts_with('$') {
        return Err(SchemaFlaw::new(
            format!("{place}.name"),
            format!("`{name}` can only be part of a complex attribute"),
        ));
    }
    check_rules(attribute, place)?;
    for (index, sub) in attribute.sub_attributes.iter().enumerate() {
        let place = format!("{place}.subAttributes[{index}]");
        check_part(sub, &place)?;
        check_rules(sub, &place)?;
    }
    Ok(())
}

/// RFC 7643 §2.4 says what these parts are, and other code relies on it.
fn check_part(sub: &Arc<Attribute>, place: &str) -> Result<(), SchemaFlaw> {
    for (name, kind) in [("primary", Type::Boolean), ("$ref", Type::Reference)] {
        if sub.name.is(name) && (sub.kind != kind || sub.multi_valued) {
            return Err(SchemaFlaw::new(
                format!("{place}.type"),
                format!("`{name}` is a single {} (RFC 7643 §2.4)", kind.as_str()),
            ));
        }
    }
    Ok(())
}

/// Characteristics that contradict each other: what they promise together could not be kept.
fn check_rules(attribute: &Attribute, place: &str) -> Result<(), SchemaFlaw> {
    let flaw = |member: &str, complaint: &str| {
        Err(SchemaFlaw::new(format!("{place}.{member}"), complaint))
    };
    if attribute.name.as_str().len() > LONGEST_NAME {
        return flaw(
            "name",
            &format!("a name may have {LONGEST_NAME} characters"),
        );
    }
    if attribute.mutability == Mutability::WriteOnly && attribute.returned != Returned::Never {
        return flaw(
            "returned",
            "what is only written is never returned: `never`",
        );
    }
    if attribute.required && attribute.mutability == Mutability::ReadOnly {
        return flaw(
            "required",
            "no client can give a value to what is readOnly, so it cannot be required",
        );
    }
    if attribute.required && attribute.is_hidden() {
        return flaw(
            "required",
            "what is never returned is not kept, so it cannot be required",
        );
    }
    if attribute.uniqueness != Uniqueness::None {
        if attribute.is_complex() {
            return flaw(
                "uniqueness",
                "a complex value is not compared as a whole; declare a part of it unique",
            );
        }
        if attribute.is_hidden() {
            return flaw(
                "uniqueness",
                "what is never returned is not kept, so it cannot be compared",
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Declaration;
    use serde_json::json;

    fn with(attribute: &Value) -> Value {
        json!({"id": "urn:example:2.0:User", "attributes": [attribute]})
    }

    #[track_caller]
    fn refuses(document: &Value, complaint: &str) {
        let flaw = Declaration::parse(document).unwrap_err().to_string();
        assert!(flaw.starts_with(complaint), "{flaw}");
    }

    #[test]
    fn the_namespace_of_the_rfc_is_not_the_operators() {
        for urn in [
            Urn::USER,
            "URN:ietf:params:scim:schemas:core:2.0:User:userName",
            Urn::PATCH_OP,
        ] {
            refuses(&json!({"id": urn, "attributes": [{"name": "a"}]}), "id: ");
        }
        for urn in [
            Urn::ENTERPRISE,
            "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User",
            "urn:example:hr.people:1.2.3",
        ] {
            Declaration::parse(&json!({"id": urn, "attributes": [{"name": "a"}]})).unwrap();
        }
        for urn in ["urn:example", "urn:example::User", "urn:example:2.0:"] {
            refuses(&json!({"id": urn, "attributes": [{"name": "a"}]}), "id: ");
        }
    }

    #[test]
    fn what_every_resource_has_cannot_be_declared() {
        for name in ["ID", "meta", "schemas", "externalid", "$ref"] {
            refuses(&with(&json!({"name": name})), "attributes[0].name: ");
        }
        refuses(
            &json!({"id": "urn:example:2.0:User", "attributes": []}),
            "attributes: expected 1 to 500",
        );
    }

    #[test]
    fn a_misspelt_member_is_not_left_out_in_silence() {
        refuses(
            &with(&json!({"name": "a", "multivalued": true})),
            "attributes[0].multivalued: there is no such member; did you mean `multiValued`?",
        );
        Declaration::parse(&with(&json!({"name": "a", "x-vendor": true}))).unwrap();
    }

    #[test]
    fn contradictions_are_named() {
        refuses(
            &with(&json!({"name": "a", "required": true, "mutability": "readOnly"})),
            "attributes[0].required: ",
        );
        refuses(
            &with(&json!({"name": "a", "required": true, "mutability": "writeOnly"})),
            "attributes[0].required: ",
        );
        refuses(
            &with(&json!({"name": "a", "returned": "default", "mutability": "writeOnly"})),
            "attributes[0].returned: ",
        );
        refuses(
            &with(&json!({"name": "a", "returned": "never", "uniqueness": "server"})),
            "attributes[0].uniqueness: ",
        );
        let part = |sub: Value| {
            with(
                &json!({"name": "a", "type": "complex", "uniqueness": "none",
                "subAttributes": [{"name": "value"}, sub]}),
            )
        };
        refuses(
            &part(json!({"name": "primary"})),
            "attributes[0].subAttributes[1].type: ",
        );
        refuses(
            &part(json!({"name": "$ref"})),
            "attributes[0].subAttributes[1].type: ",
        );
    }
}
