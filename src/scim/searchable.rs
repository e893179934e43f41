//! The values of a resource that filters and uniqueness checks can find.

use serde_json::{Map, Value};

use super::schema::{Attribute, Mutability, ResourceType, Returned, Schemas};
use crate::scim::attributes::Attributes;
use crate::scim::compare::Folded;
use crate::scim::compare::fold;
use crate::scim::resource::Kind;
use crate::scim::resource::Meta;

/// One comparable value of a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Searchable {
    /// Its path, as `Resolved::key` spells it.
    pub key: String,
    /// Which of several values, from 0; sub-attributes of one element share its number.
    pub element: u32,
    /// The value as it is compared.
    pub folded: Folded,
}

/// Every comparable value of a resource: its attributes, its dates and its `schemas`.
///
/// Not among them are `id` and the version, which are found elsewhere, memberships, which are no
/// attributes, and what is never returned: a filter on it would betray it.
pub fn searchable(
    kind: Kind,
    attributes: &Attributes,
    meta: &Meta,
    schemas: &Schemas,
) -> Vec<Searchable> {
    searchable_beside(kind, attributes, None, meta, schemas)
}

/// The same without the values of attributes that `beside` has too, just so: what a change leaves alone
/// need not be compared value by value.
pub fn searchable_beside(
    kind: Kind,
    attributes: &Attributes,
    beside: Option<&Attributes>,
    meta: &Meta,
    schemas: &Schemas,
) -> Vec<Searchable> {
    let is_beside =
        |name: &str, value: &Value| beside.is_some_and(|beside| beside.has(name, value));
    let resource_type = schemas.resource_type(kind);
    let mut found = Vec::with_capacity(32);
    let mut urns = vec![resource_type.core.id.as_str()];
    for (name, value) in attributes.iter() {
        if let Some(extension) = name
            .contains(':')
            .then(|| resource_type.extension(name))
            .flatten()
        {
            let urn = extension.schema.id.as_str();
            urns.push(urn);
            if is_beside(name, value) {
                continue;
            }
            for (name, value) in value.as_object().into_iter().flatten() {
                if let Some(attribute) = extension.schema.attribute(name) {
                    let key = format!("{urn}:{}", attribute.name);
                    push_attribute(&mut found, &key, attribute, value);
                }
            }
        } else if !is_beside(name, value)
            && let Some(attribute) = core(resource_type, schemas, name)
        {
            push_attribute(&mut found, attribute.name.as_str(), attribute, value);
        }
    }
    found.extend(urns.into_iter().zip(0..).map(|(urn, element)| Searchable {
        key: "schemas".to_owned(),
        element,
        folded: Folded::Text(urn.to_owned()),
    }));
    found.push(date("meta.created", meta.created.as_millis()));
    found.push(modified(meta));
    found
}

/// The one comparable value that moves with every change: `meta.lastModified`.
pub fn modified(meta: &Meta) -> Searchable {
    date("meta.lastModified", meta.modified.as_millis())
}

/// Whether nobody may read the attribute.
const fn is_hidden(attribute: &Attribute) -> bool {
    matches!(attribute.returned, Returned::Never)
        || matches!(attribute.mutability, Mutability::WriteOnly)
}

/// An instant of `meta`, in the microseconds that a `dateTime` is compared in.
fn date(key: &str, millis: i64) -> Searchable {
    Searchable {
        key: key.to_owned(),
        element: 0,
        folded: Folded::Integer(millis.saturating_mul(1_000)),
    }
}

fn core<'a>(
    resource_type: &'a ResourceType,
    schemas: &'a Schemas,
    name: &str,
) -> Option<&'a Attribute> {
    resource_type
        .core
        .attribute(name)
        .or_else(|| schemas.common(name))
        .map(AsRef::as_ref)
}

fn push_attribute(found: &mut Vec<Searchable>, key: &str, attribute: &Attribute, value: &Value) {
    match value {
        Value::Array(values) if attribute.multi_valued => {
            for (value, element) in values.iter().zip(0..) {
                push_value(found, key, attribute, element, value);
            }
        }
        value => push_value(found, key, attribute, 0, value),
    }
}

fn push_value(
    found: &mut Vec<Searchable>,
    key: &str,
    attribute: &Attribute,
    element: u32,
    value: &Value,
) {
    if is_hidden(attribute) {
        return;
    }
    if let (true, Value::Object(parts)) = (attribute.is_complex(), value) {
        push_parts(found, key, attribute, element, parts);
    } else if let Some(folded) = fold(attribute, value) {
        found.push(Searchable {
            key: key.to_owned(),
            element,
            folded,
        });
    }
}

fn push_parts(
    found: &mut Vec<Searchable>,
    key: &str,
    attribute: &Attribute,
    element: u32,
    parts: &Map<String, Value>,
) {
    for (name, value) in parts {
        let Some(sub) = attribute.sub(name).filter(|sub| !is_hidden(sub)) else {
            continue;
        };
        // A sub-attribute may itself have several values; they belong to the same element.
        let several = match value {
            Value::Array(values) if sub.multi_valued => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for folded in several.iter().filter_map(|value| fold(sub, value)) {
            found.push(Searchable {
                key: format!("{key}.{}", sub.name),
                element,
                folded,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::scim::Urn;
    use serde_json::json;

    #[test]
    fn every_simple_value_is_found_under_its_canonical_path() {
        let schemas = Schemas::builtin().unwrap();
        let Value::Object(map) = json!({
            "userName": "Ada@Example.NET",
            "externalId": "A-1",
            "active": true,
            "name": {"givenName": "Ada"},
            "emails": [
                {"value": "ada@example.net", "type": "work", "primary": true},
                {"value": "ada@example.org"}
            ],
            Urn::ENTERPRISE: {"department": "Engines", "manager": {"value": "7"}}
        }) else {
            unreachable!()
        };
        let meta = Meta {
            created: Timestamp::from_millis(1),
            modified: Timestamp::from_millis(2),
            version: 1,
        };
        let found = searchable(
            Kind::User,
            &Attributes::from_canonical(map),
            &meta,
            &schemas,
        );
        let printed: Vec<String> = found
            .iter()
            .map(|one| format!("{}[{}] {:?}", one.key, one.element, one.folded))
            .collect();
        let expected = [
            "userName[0] Text(\"ada@example.net\")".to_owned(),
            "externalId[0] Text(\"A-1\")".to_owned(),
            "active[0] Integer(1)".to_owned(),
            "name.givenName[0] Text(\"ada\")".to_owned(),
            "emails.value[0] Text(\"ada@example.net\")".to_owned(),
            "emails.type[0] Text(\"work\")".to_owned(),
            "emails.primary[0] Integer(1)".to_owned(),
            "emails.value[1] Text(\"ada@example.org\")".to_owned(),
            format!("{}:department[0] Text(\"engines\")", Urn::ENTERPRISE),
            format!("{}:manager.value[0] Text(\"7\")", Urn::ENTERPRISE),
            format!("schemas[0] Text({:?})", Urn::USER),
            format!("schemas[1] Text({:?})", Urn::ENTERPRISE),
            "meta.created[0] Integer(1000)".to_owned(),
            "meta.lastModified[0] Integer(2000)".to_owned(),
        ];
        assert_eq!(printed, expected);
    }

    #[test]
    fn what_is_the_same_beside_is_left_out_but_for_dates_and_schemas() {
        let schemas = Schemas::builtin().unwrap();
        let person = |title: &str, department: &str| {
            let Value::Object(map) = json!({
                "userName": "ada",
                "title": title,
                Urn::ENTERPRISE: {"department": department}
            }) else {
                unreachable!()
            };
            Attributes::from_canonical(map)
        };
        let meta = Meta {
            created: Timestamp::from_millis(1),
            modified: Timestamp::from_millis(2),
            version: 1,
        };
        let keys = |is: &Attributes, was: &Attributes| -> Vec<String> {
            searchable_beside(Kind::User, is, Some(was), &meta, &schemas)
                .into_iter()
                .map(|one| one.key)
                .collect()
        };
        let frame = ["schemas", "schemas", "meta.created", "meta.lastModified"];
        let was = person("Clerk", "Engines");
        assert_eq!(keys(&was, &was), frame);
        let moved = [&["title"][..], &frame].concat();
        assert_eq!(keys(&person("Head", "Engines"), &was), moved);
        let department = format!("{}:department", Urn::ENTERPRISE);
        let moved = [&[&*department][..], &frame].concat();
        assert_eq!(keys(&person("Clerk", "Sales"), &was), moved);
    }
}
