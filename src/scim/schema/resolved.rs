//! An attribute path after its names were found in a schema.

use std::sync::Arc;

use serde_json::Value;

use crate::scim::attributes::Attributes;
use crate::scim::schema::attribute::Attribute;
use crate::scim::schema::document::SchemaDocument;

/// Which object of the resource holds an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// The resource itself: core and common attributes.
    Core,
    /// The object under this extension's URN.
    Extension(Arc<SchemaDocument>),
}

/// An attribute, or one of its sub-attributes, and where it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The object that holds it.
    pub holder: Holder,
    /// The attribute.
    pub attribute: Arc<Attribute>,
    /// The sub-attribute, when the path named one.
    pub sub: Option<Arc<Attribute>>,
}

impl Resolved {
    /// The attribute whose values the path means: the sub-attribute, or the attribute itself.
    pub fn leaf(&self) -> &Arc<Attribute> {
        self.sub.as_ref().unwrap_or(&self.attribute)
    }

    /// The canonical name of the path: `userName`, `emails.value`, `meta.created`,
    /// `urn:…:enterprise:2.0:User:manager.value`. Equal paths have equal keys, however they were
    /// spelled; the store files values under them.
    pub fn key(&self) -> String {
        let mut key = self.attribute_key();
        if let Some(sub) = &self.sub {
            key.push('.');
            key.push_str(sub.name.as_str());
        }
        key
    }

    /// The values of the attribute in a resource, the sub-attribute apart: one, several or none.
    pub fn elements<'a>(&self, attributes: &'a Attributes) -> &'a [Value] {
        let name = self.attribute.name.as_str();
        let value = match &self.holder {
            Holder::Core => attributes.value(name),
            Holder::Extension(document) => attributes
                .value(document.id.as_str())
                .and_then(|extension| extension.get(name)),
        };
        match value {
            Some(Value::Array(list)) => list.as_slice(),
            Some(single) => std::slice::from_ref(single),
            None => &[],
        }
    }

    /// The canonical name of the attribute without its sub-attribute.
    pub fn attribute_key(&self) -> String {
        match &self.holder {
            Holder::Core => self.attribute.name.as_str().to_owned(),
            Holder::Extension(document) => {
                format!("{}:{}", document.id.as_str(), self.attribute.name)
            }
        }
    }

    /// The same path without its sub-attribute.
    #[must_use]
    pub fn whole(&self) -> Self {
        Self {
            sub: None,
            ..self.clone()
        }
    }

    /// The same path with `sub` as its sub-attribute.
    #[must_use]
    pub fn with_sub(&self, sub: Arc<Attribute>) -> Self {
        Self {
            sub: Some(sub),
            ..self.clone()
        }
    }
}
