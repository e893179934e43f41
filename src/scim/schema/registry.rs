//! Every schema of a connection, and the way from a path to the attribute that it names.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::builtin;
use crate::scim::name::AttrName;
use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::schema::attribute::Attribute;
use crate::scim::schema::attribute::Mutability;
use crate::scim::schema::attribute::Returned;
use crate::scim::schema::attribute::Type;
use crate::scim::schema::attribute::Uniqueness;
use crate::scim::schema::document::SchemaDocument;
use crate::scim::schema::document::SchemaFlaw;
use crate::scim::schema::resolved::Holder;
use crate::scim::schema::resolved::Resolved;
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
        Self::with_user_extensions(Vec::new())
    }

    /// The RFC's own schemas and `documents` as further extensions of User. A document with the URN
    /// of an extension that is already there adds its attributes to it; an attribute that is already
    /// there stays as it is.
    pub fn with_user_extensions(documents: Vec<SchemaDocument>) -> Result<Self, SchemaFlaw> {
        let mut extensions = vec![builtin::enterprise_user()?];
        for document in documents {
            match extensions.iter_mut().find(|known| known.id == document.id) {
                Some(known) => {
                    for attribute in document.attributes {
                        if known.attribute(attribute.name.as_str()).is_none() {
                            known.attributes.push(attribute);
                        }
                    }
                }
                None => extensions.push(document),
            }
        }
        let extensions = extensions
            .into_iter()
            .map(|document| Extension {
                schema: Arc::new(document),
                required: false,
            })
            .collect();
        Ok(Self {
            user: ResourceType {
                kind: Kind::User,
                core: Arc::new(builtin::user()?),
                extensions,
            },
            group: ResourceType {
                kind: Kind::Group,
                core: Arc::new(builtin::group()?),
                extensions: Vec::new(),
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
        let resource_type = self.resource_type(kind);
        if let Some(urn) = path.whole() {
            if resource_type.core.id == urn {
                return Some(Target::Resource);
            }
            if let Some(extension) = resource_type.extension(urn.as_str()) {
                return Some(Target::Extension(Arc::clone(&extension.schema)));
            }
        }
        self.resolve(kind, path).map(Target::Attribute)
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
        let mut documents = Vec::new();
        for kind in kinds {
            let resource_type = self.resource_type(*kind);
            documents.push(resource_type.core.to_json());
            for extension in &resource_type.extensions {
                documents.push(extension.schema.to_json());
            }
        }
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
