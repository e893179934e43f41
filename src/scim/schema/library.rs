//! Everything that was declared beyond the RFC's own schemas, and what it makes together with them.

use std::sync::Arc;

use super::amend::amend;
use super::builtin;
use super::declaration::Declaration;
use super::document::{SchemaDocument, SchemaFlaw};
use super::field::Field;
use super::registry::Schemas;
use crate::scim::path::AttrPath;
use crate::scim::urn::Urn;

/// The operator's declarations, in the order in which they were made. They hold for every connection.
#[derive(Debug, Clone, Default)]
pub struct Library {
    declared: Vec<Declaration>,
    /// What was built already, by the packs that are in it.
    built: Vec<(Vec<&'static str>, Arc<Schemas>)>,
}

/// Schemas that a profile brings along to its connections.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name; equal names mean equal schemas.
    pub name: &'static str,
    /// What it declares.
    pub declarations: Vec<Declaration>,
}

impl Library {
    /// A library with these declarations, which were checked when they were made.
    pub const fn new(declared: Vec<Declaration>) -> Self {
        Self {
            declared,
            built: Vec::new(),
        }
    }

    /// What the operator declared.
    pub fn declared(&self) -> &[Declaration] {
        &self.declared
    }

    /// The operator's declaration with this URN, in any letter case.
    pub fn find(&self, urn: &str) -> Option<&Declaration> {
        self.declared
            .iter()
            .find(|declaration| declaration.document.id.is(urn))
    }

    /// The schemas of a connection with these packs: the RFC's own, then the operator's, then those of
    /// the packs; what is there already stays as it is. Built once for each list of packs.
    pub fn with(&mut self, packs: &[Pack]) -> Result<Arc<Schemas>, SchemaFlaw> {
        let names: Vec<&'static str> = packs.iter().map(|pack| pack.name).collect();
        if let Some((_, schemas)) = self.built.iter().find(|(known, _)| *known == names) {
            return Ok(Arc::clone(schemas));
        }
        let of_packs = packs.iter().flat_map(|pack| &pack.declarations);
        let schemas = Arc::new(Schemas::extended(self.declared.iter().chain(of_packs))?);
        self.built.push((names, Arc::clone(&schemas)));
        Ok(schemas)
    }

    /// Adds a declaration; one of a URN that is there already amends it. What belongs to the RFC
    /// stays as it is, and is passed over when it is repeated.
    pub fn declare(&mut self, new: Declaration) -> Result<(), SchemaFlaw> {
        let Declaration {
            mut document,
            named,
        } = new;
        let enterprise = builtin::enterprise_user()?;
        if document.id == enterprise.id {
            without(&mut document, &enterprise)?;
            if document.attributes.is_empty() {
                return Ok(());
            }
        }
        for other in self.documents().chain([&enterprise]) {
            check_apart(&document, other)?;
        }
        self.built.clear();
        match self
            .declared
            .iter_mut()
            .find(|known| known.document.id == document.id)
        {
            Some(known) => {
                let before = known.extends();
                let more: Vec<_> = named
                    .into_iter()
                    .filter(|kind| !before.contains(kind))
                    .collect();
                if !more.is_empty() {
                    known.named = before.into_iter().chain(more).collect();
                }
                amend(&mut known.document, document);
            }
            None => self.declared.push(Declaration { document, named }),
        }
        Ok(())
    }

    /// Adds one attribute; of one that is there already only the type changes.
    pub fn declare_field(&mut self, field: &Field) -> Result<(), SchemaFlaw> {
        let mut new = field.declaration()?;
        let known = self
            .find(&field.urn)
            .and_then(|declaration| declaration.document.attribute(&field.name));
        if let Some(known) = known {
            let mut attribute = known.as_ref().clone();
            attribute.kind = field.kind.unwrap_or(known.kind);
            if !attribute.is_complex() {
                attribute.sub_attributes.clear();
            }
            new.document.attributes = vec![Arc::new(attribute)];
        }
        self.declare(new).map_err(|flaw| {
            SchemaFlaw::new(format!("{}:{}", field.urn, field.name), flaw.complaint)
        })
    }

    /// Takes away what `text` names: a schema by its URN, or one attribute by the URN with its name
    /// behind. `false` when the operator declared no such thing.
    pub fn retire(&mut self, text: &str) -> bool {
        self.built.clear();
        let before = self.declared.len();
        self.declared
            .retain(|declaration| !declaration.document.id.is(text));
        if self.declared.len() < before {
            return true;
        }
        let Some(AttrPath {
            urn: Some(urn),
            name,
            sub: None,
        }) = AttrPath::parse(text)
        else {
            return false;
        };
        let Some(declaration) = self
            .declared
            .iter_mut()
            .find(|declaration| declaration.document.id == urn)
        else {
            return false;
        };
        let attributes = &mut declaration.document.attributes;
        let before = attributes.len();
        attributes.retain(|attribute| attribute.name != name);
        let found = attributes.len() < before;
        // A schema that says nothing is none.
        self.declared
            .retain(|declaration| !declaration.document.attributes.is_empty());
        found
    }

    fn documents(&self) -> impl Iterator<Item = &SchemaDocument> {
        self.declared
            .iter()
            .map(|declaration| &declaration.document)
    }
}

/// Leaves out of `document` what `own`, a schema of the RFC, says too; what it says otherwise cannot
/// be changed.
fn without(document: &mut SchemaDocument, own: &SchemaDocument) -> Result<(), SchemaFlaw> {
    for (index, attribute) in document.attributes.iter().enumerate() {
        if let Some(known) = own.attribute(attribute.name.as_str())
            && !known.behaves_like(attribute)
        {
            return Err(SchemaFlaw::new(
                format!("attributes[{index}].name"),
                format!("`{}` belongs to RFC 7643 and stays as it is", known.name),
            ));
        }
    }
    document
        .attributes
        .retain(|attribute| own.attribute(attribute.name.as_str()).is_none());
    Ok(())
}

/// Whether every name means one thing: `urn:a:User:b` cannot be an attribute of `urn:a:User` and a
/// schema of its own.
fn check_apart(left: &SchemaDocument, right: &SchemaDocument) -> Result<(), SchemaFlaw> {
    for (schema, other) in [(left, right), (right, left)] {
        let is_attribute = |urn: &Urn| {
            urn.as_str().rsplit_once(':').is_some_and(|(front, name)| {
                schema.id.is(front) && schema.attribute(name).is_some()
            })
        };
        if is_attribute(&other.id) {
            return Err(SchemaFlaw::new(
                "id",
                format!("{} would be an attribute of {} too", other.id, schema.id),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Kind;
    use crate::scim::schema::Type;
    use serde_json::{Value, json};

    fn declaration(json: &Value) -> Declaration {
        Declaration::parse(json).unwrap()
    }

    fn key(library: &mut Library, kind: Kind, path: &str) -> Option<String> {
        let schemas = library.with(&[]).unwrap();
        let found = schemas.resolve(kind, &AttrPath::parse(path).unwrap());
        found.map(|resolved| resolved.key())
    }

    #[test]
    fn what_is_declared_is_an_equal_citizen() {
        let mut library = Library::default();
        let field = Field::parse("urn:example:2.0:User:badge").unwrap();
        library.declare_field(&field).unwrap();
        library
            .declare(declaration(&json!({"id": Urn::ENTERPRISE, "attributes": [
                {"name": "hireDate"}, {"name": "Department"}]})))
            .unwrap();
        library
            .declare(declaration(
                &json!({"id": "urn:example:2.0", "extends": ["User", "Group"],
                    "attributes": [{"name": "owner"}]}),
            ))
            .unwrap();
        for (kind, path, known) in [
            (
                Kind::User,
                "urn:EXAMPLE:2.0:User:Badge",
                Some("urn:example:2.0:User:badge"),
            ),
            (Kind::Group, "urn:example:2.0:User:badge", None),
            (
                Kind::Group,
                "urn:example:2.0:owner",
                Some("urn:example:2.0:owner"),
            ),
            (
                Kind::User,
                "urn:example:2.0:owner",
                Some("urn:example:2.0:owner"),
            ),
        ] {
            assert_eq!(key(&mut library, kind, path).as_deref(), known);
        }
        let hire_date = format!("{}:hireDate", Urn::ENTERPRISE);
        assert_eq!(key(&mut library, Kind::User, &hire_date), Some(hire_date));
        assert_eq!(
            library
                .find(Urn::ENTERPRISE)
                .unwrap()
                .document
                .attributes
                .len(),
            1
        );
        let ids = library.with(&[]).unwrap().documents(&Kind::ALL);
        let owners = ids.iter().filter(|json| json["id"] == "urn:example:2.0");
        assert_eq!(owners.count(), 1);
    }

    #[test]
    fn a_field_changes_nothing_but_its_type() {
        let mut library = Library::default();
        library
            .declare(declaration(
                &json!({"id": "urn:example:2.0:User", "attributes": [
                {"name": "badge", "uniqueness": "server", "caseExact": true}]}),
            ))
            .unwrap();
        let before = library.declared().to_vec();
        let field = Field::parse("urn:example:2.0:user:BADGE").unwrap();
        library.declare_field(&field).unwrap();
        assert_eq!(library.declared(), before);
        let field = Field::parse("urn:example:2.0:User:badge:integer").unwrap();
        library.declare_field(&field).unwrap();
        let badge = library.declared()[0].document.attribute("badge").unwrap();
        assert_eq!(badge.kind, Type::Integer);
        assert!(badge.case_exact);
    }

    #[test]
    fn what_belongs_to_the_rfc_stays() {
        let mut library = Library::default();
        let flaw = library
            .declare(declaration(&json!({"id": Urn::ENTERPRISE, "attributes": [
                {"name": "x"}, {"name": "division", "type": "integer"}]})))
            .unwrap_err();
        assert_eq!(
            flaw.to_string(),
            "attributes[1].name: `division` belongs to RFC 7643 and stays as it is"
        );
        let manager = format!("{}:manager", Urn::ENTERPRISE);
        let flaw = library
            .declare(declaration(
                &json!({"id": manager, "attributes": [{"name": "x"}]}),
            ))
            .unwrap_err();
        assert_eq!(flaw.place, "id");
        assert!(library.declared().is_empty());
    }

    #[test]
    fn a_removal_takes_a_schema_or_one_attribute() {
        let mut library = Library::default();
        for text in [
            "urn:example:2.0:User:a",
            "urn:example:2.0:User:b",
            "urn:example:2.1:User:c",
        ] {
            library.declare_field(&Field::parse(text).unwrap()).unwrap();
        }
        assert!(!library.retire("urn:example:2.0:User:x"));
        assert!(!library.retire(Urn::ENTERPRISE));
        assert!(library.retire("URN:example:2.0:user:A"));
        assert_eq!(
            key(&mut library, Kind::User, "urn:example:2.0:User:a"),
            None
        );
        assert!(library.retire("urn:example:2.0:User:b"));
        assert!(library.retire("urn:example:2.1:User"));
        assert!(library.declared().is_empty());
    }

    #[test]
    fn connections_with_the_same_packs_share_their_schemas() {
        let pack = Pack {
            name: "training",
            declarations: vec![declaration(
                &json!({"id": "urn:example:2.0:User", "attributes": [{"name": "level"}]}),
            )],
        };
        let mut library = Library::default();
        let (plain, again) = (library.with(&[]).unwrap(), library.with(&[]).unwrap());
        assert!(Arc::ptr_eq(&plain, &again));
        let packed = library.with(std::slice::from_ref(&pack)).unwrap();
        let extensions = |schemas: &Schemas| schemas.resource_type(Kind::User).extensions.len();
        assert_eq!((extensions(&plain), extensions(&packed)), (1, 2));
    }
}
