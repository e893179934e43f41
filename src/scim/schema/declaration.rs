//! A schema that an operator or a profile declares: what RFC 7643 §7 lets a document say, which
//! resource types it extends.

use serde_json::{Map, Value, json};

use super::checks;
use super::document::{SchemaDocument, SchemaFlaw};
use crate::scim::resource::Kind;
use crate::scim::urn::Urn;

/// A schema document and what it extends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The schema.
    pub document: SchemaDocument,
    /// The resource types that the document names in its member `extends`; empty where it leaves that
    /// to its URN.
    pub named: Vec<Kind>,
}

impl Declaration {
    /// Reads a document as an operator writes it: RFC 7643 §7, and beside it the member `extends`
    /// with `User`, `Group`, or a list of both. The first flaw ends it, and names the member.
    pub fn parse(json: &Value) -> Result<Self, SchemaFlaw> {
        let document = SchemaDocument::parse(json)?;
        checks::check(json, &document)?;
        let named = extends(json)?;
        if document.id.is(Urn::ENTERPRISE) && named.contains(&Kind::Group) {
            return Err(SchemaFlaw::new(
                "extends",
                "the enterprise extension of RFC 7643 §4.3 extends User only",
            ));
        }
        Ok(Self { document, named })
    }

    /// The resource types that the schema extends: those that the document names, else the one at the
    /// end of its URN, else User.
    pub fn extends(&self) -> Vec<Kind> {
        if !self.named.is_empty() {
            return self.named.clone();
        }
        let last = self.document.id.as_str().rsplit(':').next();
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| last.is_some_and(|last| last.eq_ignore_ascii_case(kind.name())));
        vec![kind.unwrap_or(Kind::User)]
    }

    /// The declaration as [`Self::parse`] reads it.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut json = self.document.to_json();
        let names: Vec<&str> = self.extends().into_iter().map(Kind::name).collect();
        json.insert("extends".into(), json!(names));
        json
    }
}

fn extends(json: &Value) -> Result<Vec<Kind>, SchemaFlaw> {
    let complaint = || SchemaFlaw::new("extends", "expected User, Group, or a list of both");
    let names = match json.get("extends") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(names)) => names.as_slice(),
        Some(name) => std::slice::from_ref(name),
    };
    let mut kinds = Vec::new();
    for name in names {
        let name = name.as_str().ok_or_else(complaint)?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
            .ok_or_else(complaint)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        return Err(complaint());
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_extended_is_named_or_follows_from_the_urn() {
        let (group, user) = (Kind::Group, Kind::User);
        let extends = |urn: &str, named: Value| {
            let document = json!({"id": urn, "attributes": [{"name": "a"}], "extends": named});
            Declaration::parse(&document).map(|declaration| declaration.extends())
        };
        assert_eq!(
            extends("urn:example:2.0:group", json!(null)),
            Ok(vec![group])
        );
        assert_eq!(
            extends("urn:example:2.0:Thing", json!(null)),
            Ok(vec![user])
        );
        assert_eq!(
            extends("urn:example:2.0:User", json!("Group")),
            Ok(vec![group])
        );
        assert_eq!(
            extends("urn:example:2.0", json!(["group", "User"])),
            Ok(vec![group, user])
        );
        for wrong in [json!([]), json!("Device"), json!(7)] {
            assert!(extends("urn:example:2.0:User", wrong).is_err());
        }
        assert!(extends(Urn::ENTERPRISE, json!(["Group"])).is_err());
    }

    #[test]
    fn a_declaration_prints_what_it_parses() {
        let document = json!({"id": "urn:example:2.0", "extends": "Group", "attributes": [
            {"name": "pin", "mutability": "writeOnly"}, {"name": "x", "type": "any"}]});
        let declaration = Declaration::parse(&document).unwrap();
        let again = Declaration::parse(&Value::Object(declaration.to_json())).unwrap();
        assert_eq!(again, declaration);
    }
}
