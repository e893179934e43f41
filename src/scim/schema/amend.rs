//! What an addition makes of a schema that is there already: it changes what it names and leaves the
//! rest; only a removal takes away.

use std::sync::Arc;

use super::attribute::Attribute;
use super::document::SchemaDocument;

/// Puts what `with` says into `known`. Names keep the spelling that they have: data are kept under it.
pub(super) fn amend(known: &mut SchemaDocument, with: SchemaDocument) {
    if !with.name.is_empty() {
        known.name = with.name;
    }
    if !with.description.is_empty() {
        known.description = with.description;
    }
    put(&mut known.attributes, with.attributes);
}

fn put(known: &mut Vec<Arc<Attribute>>, with: Vec<Arc<Attribute>>) {
    for new in with {
        match known.iter_mut().find(|known| known.name == new.name) {
            Some(known) => *known = Arc::new(amended(known, &new)),
            None => known.push(new),
        }
    }
}

fn amended(known: &Attribute, new: &Attribute) -> Attribute {
    let mut sub_attributes = Vec::new();
    if new.is_complex() {
        sub_attributes.clone_from(&known.sub_attributes);
        put(&mut sub_attributes, new.sub_attributes.clone());
    }
    let description = if new.description.is_empty() {
        &known.description
    } else {
        &new.description
    };
    Attribute {
        name: known.name.clone(),
        description: description.clone(),
        sub_attributes,
        ..new.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Type;
    use serde_json::{Value, json};

    fn document(attributes: &Value) -> SchemaDocument {
        SchemaDocument::parse(&json!({"id": "urn:example:2.0:User", "attributes": attributes}))
            .unwrap()
    }

    #[test]
    fn what_is_not_named_stays() {
        let mut known = document(&json!([
            {"name": "badge", "description": "The badge."},
            {"name": "site", "type": "complex", "subAttributes": [{"name": "value"}, {"name": "door"}]}
        ]));
        let with = document(&json!([
            {"name": "BADGE", "type": "integer"},
            {"name": "site", "type": "complex", "subAttributes": [
                {"name": "Door", "type": "integer"}, {"name": "floor"}]},
            {"name": "since", "type": "dateTime"}
        ]));
        amend(&mut known, with);
        let names: Vec<&str> = known
            .attributes
            .iter()
            .map(|attribute| attribute.name.as_str())
            .collect();
        assert_eq!(names, ["badge", "site", "since"]);
        assert_eq!(known.attribute("badge").unwrap().kind, Type::Integer);
        assert_eq!(known.attribute("badge").unwrap().description, "The badge.");
        let site = known.attribute("site").unwrap();
        let parts: Vec<(&str, Type)> = site
            .sub_attributes
            .iter()
            .map(|sub| (sub.name.as_str(), sub.kind))
            .collect();
        assert_eq!(
            parts,
            [
                ("value", Type::String),
                ("door", Type::Integer),
                ("floor", Type::String)
            ]
        );
    }
}
