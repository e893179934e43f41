//! What the schemas say about showing attributes (RFC 7643 §7, `returned`).

use std::collections::HashMap;
use std::sync::Arc;

use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Holder, Returned, Schemas};

/// What a schema says about showing one attribute, where it is not the default.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) returned: Returned,
    pub(super) subs: HashMap<String, Returned>,
}

impl Rule {
    pub(super) fn hides_sub(&self) -> bool {
        self.subs
            .values()
            .any(|returned| matches!(returned, Returned::Request | Returned::Never))
    }
}

/// What the schemas of one kind say about showing attributes, where it is not the default. Found once
/// and shared: finding it was a twentieth of a match query.
#[derive(Debug, Clone, Default)]
pub struct Rules(Arc<HashMap<String, Rule>>);

impl Rules {
    /// What the schemas say of this kind.
    pub fn of(kind: Kind, schemas: &Schemas) -> Self {
        Self(Arc::new(rules(kind, schemas)))
    }

    /// What is said of the attribute with this key.
    pub(super) fn get(&self, key: &str) -> Option<&Rule> {
        self.0.get(key)
    }

    /// Whether nothing is hidden unless it is asked for.
    pub(super) fn hide_nothing(&self) -> bool {
        self.0
            .values()
            .all(|rule| rule.returned != Returned::Request && !rule.hides_sub())
    }
}

fn rules(kind: Kind, schemas: &Schemas) -> HashMap<String, Rule> {
    let resource_type = schemas.resource_type(kind);
    let mut rules = HashMap::new();
    let mut add = |holder: Holder, attribute: &Attribute| {
        let subs: HashMap<String, Returned> = attribute
            .sub_attributes
            .iter()
            .filter(|sub| sub.returned != Returned::Default)
            .map(|sub| (sub.name.as_str().to_owned(), sub.returned))
            .collect();
        if attribute.returned != Returned::Default || !subs.is_empty() {
            let key = match holder {
                Holder::Core => attribute.name.as_str().to_owned(),
                Holder::Extension(document) => format!("{}:{}", document.id, attribute.name),
            };
            let returned = attribute.returned;
            rules.insert(key, Rule { returned, subs });
        }
    };
    for name in ["schemas", "id", "externalId", "meta"] {
        if let Some(attribute) = schemas.common(name) {
            add(Holder::Core, attribute);
        }
    }
    for attribute in &resource_type.core.attributes {
        add(Holder::Core, attribute);
    }
    for extension in &resource_type.extensions {
        for attribute in &extension.schema.attributes {
            add(Holder::Extension(extension.schema.clone()), attribute);
        }
    }
    rules
}
