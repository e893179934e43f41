//! Every schema of a connection, and the way from a path to the attribute that it names.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::attribute::{Attribute, Mutability, Returned, Type, Uniqueness};
use super::builtin;
use super::declaration::Declaration;
use super::document::{SchemaDocument, SchemaFlaw};
use super::resolved::{Holder, Resolved};
use crate::scim::name::AttrName;
use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::urn::Urn;

/// The schemas of one connection: the RFC's own, and those that the operator or a profile added.
#[derive(Debug, Clone)]
pub struct Schemas {
    user: ResourceType,
    group: ResourceType,
    /// `id`, `externalId`, `meta`, `schemas`: part of every resource (RFC 7643 §3.1), of no schema.
    common: Vec<Arc<Attribute>>,
}

/// A kind of resource: its core schema and its extensions.
#[derive(Debug, Clone)]
pub struct ResourceType {
    /// Which kind.
    pub kind: Kind,
    /// The schema that every resource of this kind has.
    pub core: Arc<SchemaDocument>,
    /// Schemas that it may have besides.
    pub extensions: Vec<Extension>,
}

/// An extension of a resource type.
#[derive(Debug, Clone)]
pub struct Extension {
    /// Its schema.
    pub schema: Arc<SchemaDocument>,
    /// Whether every resource must have it.
    pub required: bool,
}

/// What a path without a sub-attribute can mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An attribute or a sub-attribute.
    Attribute(Resolved),
    /// A whole extension, named by its URN alone.
    Extension(Arc<SchemaDocument>),
    /// The resource itself, named by the URN of its core schema alone.
    Resource,
}

impl Schemas {
    /// The RFC's own schemas and nothing else.
    pub fn builtin() -> Result<Self, SchemaFlaw> {
        Self::extended([])
    }

    /// The RFC's own schemas and `documents` as further extensions of User: [`Self::extended`].
    pub fn with_user_extensions(documents: Vec<SchemaDocument>) -> Result<Self, SchemaFlaw> {
        let declarations: Vec<Declaration> = documents
            .into_iter()
            .map(|document| Declaration {
                document,
                named: vec![Kind::User],
            })
            .collect();
        Self::extended(&declarations)
    }

    /// The RFC's own schemas, and those that are declared. One with the URN of an extension that is
    /// already there adds its attributes to it; an attribute that is already there stays as it is.
    pub fn extended<'a>(
        declarations: impl IntoIterator<Item = &'a Declaration>,
    ) -> Result<Self, SchemaFlaw> {
        let mut users = vec![builtin::enterprise_user()?];
        let mut groups = Vec::new();
        for declaration in declarations {
            for kind in declaration.extends() {
                let extensions = match kind {
                    Kind::User => &mut users,
                    Kind::Group => &mut groups,
                };
                add(extensions, &declaration.document);
            }
        }
        let extensions = |documents: Vec<SchemaDocument>| {
            let extension = |document| Extension {
                schema: Arc::new(document),
                required: false,
            };
            documents.into_iter().map(extension).collect()
        };
        Ok(Self {
            user: ResourceType {
                kind: Kind::User,
                core: Arc::new(builtin::user()?),
                extensions: extensions(users),
            },
            group: ResourceType {
                kind: Kind::Group,
                core: Arc::new(builtin::group()?),
                extensions: extensions(groups),
            },
            common: common(),
        })
    }

    /// The resource type of this kind.
    pub const fn resource_type(&self, kind: Kind) -> &ResourceType {
        match kind {
            Kind::User => &self.user,
            Kind::Group => &self.group,
        }
    }

    /// The common attribute with this name.
    pub fn common(&self, name: &str) -> Option<&Arc<Attribute>> {
        self.common.iter().find(|attribute| attribute.name.is(name))
    }

    /// The attribute that `path` names in resources of `kind`; `None` when there is none.
    ///
    /// Without a URN the core schema and the common attributes are searched; with one, the schema
    /// of that URN.
    pub fn resolve(&self, kind: Kind, path: &AttrPath) -> Option<Resolved> {
        let (holder, attribute) = self.holder_and_attribute(kind, path)?;
        let sub = match &path.sub {
            Some(sub) => Some(Arc::clone(attribute.sub(sub.as_str())?)),
            None => None,
        };
        Some(Resolved {
            holder,
            attribute,
            sub,
        })
    }

    /// What `path` means when it may also name a whole schema, as in PATCH and `attributes`.
    pub fn target(&self, kind: Kind, path: &AttrPath) -> Option<Target> {
        path.whole()
            .and_then(|urn| self.whole(kind, urn.as_str()))
            .or_else(|| self.resolve(kind, path).map(Target::Attribute))
    }

    /// The schema that `text` is the URN of. A URN need not be a path by grammar: the last part of
    /// `urn:example:2.0` is no name of an attribute.
    pub fn whole(&self, kind: Kind, text: &str) -> Option<Target> {
        let resource_type = self.resource_type(kind);
        if resource_type.core.id.is(text) {
            return Some(Target::Resource);
        }
        let extension = resource_type.extension(text)?;
        Some(Target::Extension(Arc::clone(&extension.schema)))
    }

    fn holder_and_attribute(
        &self,
        kind: Kind,
        path: &AttrPath,
    ) -> Option<(Holder, Arc<Attribute>)> {
        let resource_type = self.resource_type(kind);
        let name = path.name.as_str();
        match &path.urn {
            Some(urn) if resource_type.core.id != *urn => {
                let schema = &resource_type.extension(urn.as_str())?.schema;
                let attribute = Arc::clone(schema.attribute(name)?);
                Some((Holder::Extension(Arc::clone(schema)), attribute))
            }
            _ => {
                let attribute = resource_type
                    .core
                    .attribute(name)
                    .or_else(|| self.common(name))?;
                Some((Holder::Core, Arc::clone(attribute)))
            }
        }
    }

    /// Every schema document that describes resources of these kinds, as `/Schemas` shows it but
    /// without `meta`: resource schemas first, then those of the discovery documents.
    pub fn documents(&self, kinds: &[Kind]) -> Vec<Map<String, Value>> {
        let mut schemas: Vec<&SchemaDocument> = Vec::new();
        for kind in kinds {
            let resource_type = self.resource_type(*kind);
            schemas.push(&resource_type.core);
            for Extension { schema, .. } in &resource_type.extensions {
                // One schema may extend both kinds.
                if !schemas.iter().any(|known| known.id == schema.id) {
                    schemas.push(schema);
                }
            }
        }
        let published = schemas.into_iter().map(SchemaDocument::published);
        let mut documents: Vec<_> = published.collect();
        for text in builtin::DISCOVERY {
            if let Ok(Value::Object(read)) = serde_json::from_str(text) {
                let mut document = Map::new();
                document.insert("schemas".into(), json!([Urn::SCHEMA]));
                document.extend(read);
                documents.push(document);
            }
        }
        documents
    }
}

impl ResourceType {
    /// The extension with this URN, in any letter case.
    pub fn extension(&self, urn: &str) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.schema.id.is(urn))
    }

    /// Every attribute and sub-attribute whose values may occur only once.
    pub fn unique(&self) -> Vec<Resolved> {
        let core = std::iter::once((Holder::Core, &self.core));
        let extensions = self
            .extensions
            .iter()
            .map(|Extension { schema, .. }| (Holder::Extension(Arc::clone(schema)), schema));
        let mut unique = Vec::new();
        for (holder, document) in core.chain(extensions) {
            for attribute in &document.attributes {
                let whole = Resolved {
                    holder: holder.clone(),
                    attribute: Arc::clone(attribute),
                    sub: None,
                };
                for sub in &attribute.sub_attributes {
                    if sub.uniqueness != Uniqueness::None {
                        unique.push(whole.with_sub(Arc::clone(sub)));
                    }
                }
                if attribute.uniqueness != Uniqueness::None && !attribute.is_complex() {
                    unique.push(whole);
                }
            }
        }
        unique
    }
}

fn add(extensions: &mut Vec<SchemaDocument>, document: &SchemaDocument) {
    match extensions.iter_mut().find(|known| known.id == document.id) {
        Some(known) => {
            for attribute in &document.attributes {
                if known.attribute(attribute.name.as_str()).is_none() {
                    known.attributes.push(Arc::clone(attribute));
                }
            }
        }
        None => extensions.push(document.clone()),
    }
}

/// The common attributes of RFC 7643 §3 and §3.1, which no schema document declares.
fn common() -> Vec<Arc<Attribute>> {
    let plain = |name: &'static str, kind, mutability, returned| Attribute {
        name: AttrName::constant(name),
        description: String::new(),
        kind,
        multi_valued: false,
        required: false,
        case_exact: true,
        mutability,
        returned,
        uniqueness: Uniqueness::None,
        canonical_values: Vec::new(),
        reference_types: Vec::new(),
        sub_attributes: Vec::new(),
    };
    let read_only = |name, kind| plain(name, kind, Mutability::ReadOnly, Returned::Default);
    let meta = Attribute {
        sub_attributes: [
            read_only("resourceType", Type::String),
            read_only("created", Type::DateTime),
            read_only("lastModified", Type::DateTime),
            read_only("location", Type::Reference),
            read_only("version", Type::String),
        ]
        .map(Arc::new)
        .into(),
        ..read_only("meta", Type::Complex)
    };
    let schemas = Attribute {
        multi_valued: true,
        ..plain(
            "schemas",
            Type::Reference,
            Mutability::ReadWrite,
            Returned::Always,
        )
    };
    [
        schemas,
        plain("id", Type::String, Mutability::ReadOnly, Returned::Always),
        plain(
            "externalId",
            Type::String,
            Mutability::ReadWrite,
            Returned::Default,
        ),
        meta,
    ]
    .map(Arc::new)
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kind: Kind, path: &str) -> Option<String> {
        let schemas = Schemas::builtin().unwrap();
        schemas
            .resolve(kind, &AttrPath::parse(path).unwrap())
            .map(|resolved| resolved.key())
    }

    #[test]
    fn names_are_found_in_any_case_and_with_their_urn() {
        assert_eq!(key(Kind::User, "USERNAME").unwrap(), "userName");
        assert_eq!(key(Kind::User, "emails.Value").unwrap(), "emails.value");
        assert_eq!(
            key(Kind::User, "META.lastmodified").unwrap(),
            "meta.lastModified"
        );
        assert_eq!(
            key(
                Kind::User,
                "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName"
            )
            .unwrap(),
            "name.givenName"
        );
        assert_eq!(
            key(
                Kind::User,
                "URN:ietf:params:scim:schemas:extension:enterprise:2.0:user:Manager.Value"
            ),
            Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value".into())
        );
        assert_eq!(key(Kind::User, "department"), None);
        assert_eq!(key(Kind::User, "userName.x"), None);
        assert_eq!(key(Kind::Group, "userName"), None);
        assert_eq!(key(Kind::Group, "members.value").unwrap(), "members.value");
    }

    #[test]
    fn a_urn_alone_is_a_whole_schema() {
        let schemas = Schemas::builtin().unwrap();
        let target = |text: &str| schemas.target(Kind::User, &AttrPath::parse(text).unwrap());
        assert!(matches!(
            target(Urn::ENTERPRISE),
            Some(Target::Extension(_))
        ));
        assert_eq!(target(Urn::USER), Some(Target::Resource));
        assert_eq!(target(Urn::GROUP), None);
    }

    #[test]
    fn an_extension_may_be_extended() {
        let more = json!({"id": Urn::ENTERPRISE, "attributes": [
            {"name": "hireDate"}, {"name": "department", "type": "integer"}
        ]});
        let schemas =
            Schemas::with_user_extensions(vec![SchemaDocument::parse(&more).unwrap()]).unwrap();
        let user = schemas.resource_type(Kind::User);
        let enterprise = &user.extension(Urn::ENTERPRISE).unwrap().schema;
        assert!(enterprise.attribute("hireDate").is_some());
        assert_eq!(
            enterprise.attribute("department").unwrap().kind,
            Type::String
        );
        assert_eq!(schemas.documents(&Kind::ALL).len(), 6);
    }
}
