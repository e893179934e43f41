//! A schema document (RFC 7643 §7): read from JSON with complaints that name the member, and
//! printed back for `/Schemas`.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::scim::name::AttrName;
use crate::scim::schema::attribute::Attribute;
use crate::scim::schema::attribute::Mutability;
use crate::scim::schema::attribute::Returned;
use crate::scim::schema::attribute::Type;
use crate::scim::schema::attribute::Uniqueness;
use crate::scim::urn::Urn;

/// A schema: its URN, and the attributes that it declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaDocument {
    /// The URN.
    pub id: Urn,
    /// A name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it declares.
    pub attributes: Vec<Arc<Attribute>>,
}

/// What is wrong with a schema document, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {complaint}")]
pub struct SchemaFlaw {
    /// The member, e.g. `attributes[3].subAttributes[0].type`.
    pub place: String,
    /// What is wrong and what would be right.
    pub complaint: String,
}

impl SchemaFlaw {
    /// A complaint about a member.
    pub(super) fn new(place: impl Into<String>, complaint: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            complaint: complaint.into(),
        }
    }
}

impl SchemaDocument {
    /// The attribute with this name, in any letter case.
    pub fn attribute(&self, name: &str) -> Option<&Arc<Attribute>> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.is(name))
    }

    /// Reads a schema document; the first flaw ends it. Members that RFC 7643 §7 does not know are
    /// left out, and characteristics that are absent take the defaults of RFC 7643 §2.2.
    pub fn parse(json: &Value) -> Result<Self, SchemaFlaw> {
        let object = object(json, "document")?;
        let id = text(object, "", "id")?.ok_or_else(|| flaw("id", "expected the schema's URN"))?;
        if !id
            .split_once(':')
            .is_some_and(|(scheme, rest)| scheme.eq_ignore_ascii_case("urn") && !rest.is_empty())
            || !id
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"()[]\\".contains(&byte))
        {
            return Err(flaw("id", "expected a URN such as urn:example:2.0:User"));
        }
        Ok(Self {
            id: Urn::new(id),
            name: text(object, "", "name")?.unwrap_or_default().to_owned(),
            description: text(object, "", "description")?
                .unwrap_or_default()
                .to_owned(),
            attributes: attributes(object, "attributes", 0)?,
        })
    }

    /// The document in full, as [`Self::parse`] reads it.
    pub fn to_json(&self) -> Map<String, Value> {
        self.print(Type::as_str)
    }

    /// The document as `/Schemas` shows it, without `meta`. The RFC has no type *any*: such a value is
    /// nearly always a text, and that is what it is called there, because clients refuse a document
    /// with a type that they do not know.
    pub fn published(&self) -> Map<String, Value> {
        self.print(|kind| match kind {
            Type::Any => Type::String.as_str(),
            known => known.as_str(),
        })
    }

    fn print(&self, kind: fn(Type) -> &'static str) -> Map<String, Value> {
        let mut json = Map::new();
        json.insert("schemas".into(), json!([Urn::SCHEMA]));
        json.insert("id".into(), json!(self.id.as_str()));
        json.insert("name".into(), json!(self.name));
        json.insert("description".into(), json!(self.description));
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|attribute| print(attribute, kind));
        json.insert("attributes".into(), attributes.collect());
        json
    }
}

fn flaw(place: &str, complaint: &str) -> SchemaFlaw {
    SchemaFlaw::new(place, complaint)
}

fn join(place: &str, member: &str) -> String {
    if place.is_empty() {
        member.to_owned()
    } else {
        format!("{place}.{member}")
    }
}

fn object<'a>(json: &'a Value, place: &str) -> Result<&'a Map<String, Value>, SchemaFlaw> {
    json.as_object()
        .ok_or_else(|| flaw(place, "expected an object"))
}

fn text<'a>(
    object: &'a Map<String, Value>,
    place: &str,
    member: &str,
) -> Result<Option<&'a str>, SchemaFlaw> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(flaw(&join(place, member), "expected a text")),
    }
}

fn flag(object: &Map<String, Value>, place: &str, member: &str) -> Result<bool, SchemaFlaw> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(flaw(&join(place, member), "expected true or false")),
    }
}

fn texts(
    object: &Map<String, Value>,
    place: &str,
    member: &str,
) -> Result<Vec<String>, SchemaFlaw> {
    let complaint = || flaw(&join(place, member), "expected a list of texts");
    match object.get(member) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(values)) => values
            .iter()
            .map(|value| value.as_str().map(ToOwned::to_owned).ok_or_else(complaint))
            .collect(),
        Some(_) => Err(complaint()),
    }
}

/// One of several keywords, or the default where the member is absent.
fn keyword<T: Copy>(
    object: &Map<String, Value>,
    place: &str,
    member: &str,
    known: &[(&str, T)],
    default: T,
) -> Result<T, SchemaFlaw> {
    let Some(word) = text(object, place, member)? else {
        return Ok(default);
    };
    known
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(word))
        .map(|(_, value)| *value)
        .ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            flaw(
                &join(place, member),
                &format!("`{word}`: expected one of {}", names.join(", ")),
            )
        })
}

/// Every type by its keyword.
pub(super) const TYPES: [(&str, Type); 9] = [
    ("string", Type::String),
    ("boolean", Type::Boolean),
    ("decimal", Type::Decimal),
    ("integer", Type::Integer),
    ("dateTime", Type::DateTime),
    ("binary", Type::Binary),
    ("reference", Type::Reference),
    ("complex", Type::Complex),
    ("any", Type::Any),
];
const MUTABILITIES: [(&str, Mutability); 4] = [
    ("readOnly", Mutability::ReadOnly),
    ("readWrite", Mutability::ReadWrite),
    ("immutable", Mutability::Immutable),
    ("writeOnly", Mutability::WriteOnly),
];
const RETURNED: [(&str, Returned); 4] = [
    ("always", Returned::Always),
    ("never", Returned::Never),
    ("default", Returned::Default),
    ("request", Returned::Request),
];
const UNIQUENESSES: [(&str, Uniqueness); 3] = [
    ("none", Uniqueness::None),
    ("server", Uniqueness::Server),
    ("global", Uniqueness::Global),
];

/// A list of attributes; `depth` 1 is inside a complex attribute, and deeper there is nothing
/// (RFC 7643 §2.3.8: complex values hold no complex values).
fn attributes(
    parent: &Map<String, Value>,
    place: &str,
    depth: u8,
) -> Result<Vec<Arc<Attribute>>, SchemaFlaw> {
    let member = place.rsplit('.').next().unwrap_or(place);
    let list = match parent.get(member) {
        Some(Value::Array(list)) => list,
        None | Some(Value::Null) if depth > 0 => return Ok(Vec::new()),
        _ => return Err(flaw(place, "expected a list of attributes")),
    };
    let mut read: Vec<Arc<Attribute>> = Vec::with_capacity(list.len());
    for (index, json) in list.iter().enumerate() {
        let place = format!("{place}[{index}]");
        let attribute = attribute(json, &place, depth)?;
        if read.iter().any(|other| other.name == attribute.name) {
            return Err(flaw(
                &join(&place, "name"),
                &format!("`{}` is declared twice", attribute.name),
            ));
        }
        read.push(Arc::new(attribute));
    }
    Ok(read)
}

fn attribute(json: &Value, place: &str, depth: u8) -> Result<Attribute, SchemaFlaw> {
    let object = object(json, place)?;
    let name = text(object, place, "name")?
        .ok_or_else(|| flaw(&join(place, "name"), "expected the attribute's name"))?;
    let name = AttrName::parse(name).ok_or_else(|| {
        flaw(
            &join(place, "name"),
            "expected letters, digits, `-` and `_`, a letter first",
        )
    })?;
    let kind = keyword(object, place, "type", &TYPES, Type::String)?;
    if kind == Type::Complex && depth > 0 {
        return Err(flaw(
            &join(place, "type"),
            "a complex attribute cannot hold a complex one",
        ));
    }
    let sub_attributes = if kind == Type::Complex {
        attributes(object, &join(place, "subAttributes"), depth + 1)?
    } else {
        Vec::new()
    };
    if kind == Type::Complex && sub_attributes.is_empty() {
        return Err(flaw(
            &join(place, "subAttributes"),
            "a complex attribute needs at least one",
        ));
    }
    let mutability = keyword(
        object,
        place,
        "mutability",
        &MUTABILITIES,
        Mutability::ReadWrite,
    )?;
    // RFC 7643 §7: what is only written is usually never returned; here it always is so.
    let returned = match mutability {
        Mutability::WriteOnly => Returned::Never,
        _ => Returned::Default,
    };
    Ok(Attribute {
        name,
        description: text(object, place, "description")?
            .unwrap_or_default()
            .to_owned(),
        kind,
        multi_valued: flag(object, place, "multiValued")?,
        required: flag(object, place, "required")?,
        // RFC 7643 §2.3.6 and §2.3.7: binary values and references are case exact.
        case_exact: flag(object, place, "caseExact")?
            || matches!(kind, Type::Binary | Type::Reference),
        mutability,
        returned: keyword(object, place, "returned", &RETURNED, returned)?,
        uniqueness: keyword(object, place, "uniqueness", &UNIQUENESSES, Uniqueness::None)?,
        canonical_values: texts(object, place, "canonicalValues")?,
        reference_types: texts(object, place, "referenceTypes")?,
        sub_attributes,
    })
}

fn print(attribute: &Attribute, kind: fn(Type) -> &'static str) -> Value {
    let mut json = Map::new();
    json.insert("name".into(), json!(attribute.name.as_str()));
    json.insert("type".into(), json!(kind(attribute.kind)));
    if attribute.is_complex() {
        let parts = attribute.sub_attributes.iter();
        let parts = parts.map(|sub| print(sub, kind));
        json.insert("subAttributes".into(), parts.collect());
    }
    json.insert("multiValued".into(), json!(attribute.multi_valued));
    json.insert("description".into(), json!(attribute.description));
    json.insert("required".into(), json!(attribute.required));
    if !attribute.canonical_values.is_empty() {
        json.insert("canonicalValues".into(), json!(attribute.canonical_values));
    }
    if !matches!(attribute.kind, Type::Boolean | Type::Complex) {
        json.insert("caseExact".into(), json!(attribute.case_exact));
    }
    json.insert("mutability".into(), json!(attribute.mutability.as_str()));
    json.insert("returned".into(), json!(attribute.returned.as_str()));
    if !matches!(attribute.kind, Type::Boolean) {
        json.insert("uniqueness".into(), json!(attribute.uniqueness.as_str()));
    }
    if matches!(attribute.kind, Type::Reference) {
        json.insert("referenceTypes".into(), json!(attribute.reference_types));
    }
    Value::Object(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(document: &Value) -> String {
        SchemaDocument::parse(document).unwrap_err().to_string()
    }

    #[test]
    fn a_complaint_names_the_member() {
        assert_eq!(complaint(&json!([])), "document: expected an object");
        assert_eq!(
            complaint(&json!({"id": "User"})),
            "id: expected a URN such as urn:example:2.0:User"
        );
        assert_eq!(
            complaint(&json!({"id": "urn:a:b", "attributes": [
                {"name": "ok"},
                {"name": "x", "type": "complex", "subAttributes": [{"name": "y", "type": "text"}]}
            ]})),
            "attributes[1].subAttributes[0].type: `text`: expected one of string, boolean, decimal, \
             integer, dateTime, binary, reference, complex, any"
        );
        assert_eq!(
            complaint(&json!({"id": "urn:a:b", "attributes": [{"name": "a"}, {"name": "A"}]})),
            "attributes[1].name: `A` is declared twice"
        );
    }

    #[test]
    fn a_document_prints_what_it_parses() {
        let document = SchemaDocument::parse(&json!({"id": "urn:a:b", "name": "B", "attributes": [
            {"name": "size", "type": "integer", "required": true},
            {"name": "site", "type": "complex", "multiValued": true, "subAttributes": [
                {"name": "value", "caseExact": true, "canonicalValues": ["x"]}
            ]}
        ]}))
        .unwrap();
        let again = SchemaDocument::parse(&Value::Object(document.to_json())).unwrap();
        assert_eq!(again, document);
    }
}
