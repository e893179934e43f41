//! Our attributes as Entra ID writes them: one name for each simple value, with the type of a
//! multi-valued one inside it.

use serde_json::{Value, json};

use crate::scim::schema::{Attribute, Mutability, ResourceType, SchemaDocument, Type};

/// What Entra ID calls the objects of a SCIM application.
pub(super) const USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// The same for groups.
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// An attribute definition of a directory, as Microsoft Graph writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    /// `emails[type eq "work"].value`
    pub(super) name: String,
    kind: &'static str,
    required: bool,
    case_exact: bool,
    several: bool,
    refers_to: &'static [&'static str],
}

impl Definition {
    /// An attribute of the directory that people come from.
    pub(super) fn of_source(name: &str) -> Self {
        Self {
            kind: match name {
                "IsSoftDeleted" => "Boolean",
                "manager" | "members" => "Reference",
                _ => "String",
            },
            several: name == "members",
            refers_to: match name {
                "manager" => &["User"],
                "members" => &["User", "Group"],
                _ => &[],
            },
            name: name.to_owned(),
            required: false,
            case_exact: false,
        }
    }

    /// As JSON.
    pub(super) fn to_json(&self) -> Value {
        // By what Entra ID knows an object for good, on its side and on ours.
        let anchor = matches!(self.name.as_str(), "objectId" | "id");
        let refers_to: Vec<Value> = self
            .refers_to
            .iter()
            .map(|object| json!({"referencedObjectName": object, "referencedProperty": null}))
            .collect();
        json!({
            "anchor": anchor,
            "caseExact": self.case_exact,
            "defaultValue": null,
            "flowNullValues": false,
            "multivalued": self.several,
            "mutability": if anchor { "ReadOnly" } else { "ReadWrite" },
            "name": self.name,
            "required": self.required,
            "type": self.kind,
            "apiExpressions": [],
            "metadata": [],
            "referencedObjects": refers_to,
        })
    }
}

/// The attributes of a resource type that an identity provider may set, in the order of its schemas.
pub(super) fn definitions(of: &ResourceType) -> Vec<Definition> {
    let plain = |name: &str| Definition {
        name: name.to_owned(),
        kind: "String",
        required: false,
        case_exact: true,
        several: false,
        refers_to: &[],
    };
    let mut found = vec![plain("id"), plain("externalId")];
    schema("", &of.core, &mut found);
    for extension in &of.extensions {
        schema(
            &format!("{}:", extension.schema.id),
            &extension.schema,
            &mut found,
        );
    }
    found
}

fn schema(prefix: &str, document: &SchemaDocument, found: &mut Vec<Definition>) {
    for attribute in &document.attributes {
        // A password is accepted and thrown away: nobody should map one.
        if is_set(attribute) && !attribute.name.is("password") {
            one(prefix, attribute, found);
        }
    }
}

fn is_set(attribute: &Attribute) -> bool {
    attribute.mutability != Mutability::ReadOnly
}

fn one(prefix: &str, attribute: &Attribute, found: &mut Vec<Definition>) {
    let path = format!("{prefix}{}", attribute.name);
    let refers_to: &[&str] = match attribute.name.as_str() {
        "manager" => &[USER],
        "members" => &[USER, GROUP],
        _ => &[],
    };
    if !refers_to.is_empty() {
        found.push(Definition {
            kind: "Reference",
            several: attribute.multi_valued,
            refers_to,
            ..leaf(path, attribute)
        });
    } else if !attribute.is_complex() {
        found.push(Definition {
            several: attribute.multi_valued,
            ..leaf(path, attribute)
        });
    } else if attribute.multi_valued {
        let values = |path: &str, found: &mut Vec<Definition>| {
            let parts = attribute.sub_attributes.iter().filter(|sub| {
                is_set(sub)
                    && !["type", "primary", "$ref"]
                        .iter()
                        .any(|name| sub.name.is(name))
            });
            found.extend(parts.map(|sub| leaf(format!("{path}.{}", sub.name), sub)));
        };
        let types = attribute.sub("type").map(|sub| &sub.canonical_values);
        match types {
            Some(types) if !types.is_empty() => {
                for kind in types {
                    values(&format!("{path}[type eq \"{kind}\"]"), found);
                }
            }
            // Entra ID has no other way to name one of several values without a type.
            _ => values(&format!("{path}[primary eq \"True\"]"), found),
        }
    } else {
        let parts = attribute.sub_attributes.iter().filter(|sub| is_set(sub));
        found.extend(parts.map(|sub| leaf(format!("{path}.{}", sub.name), sub)));
    }
}

fn leaf(name: String, attribute: &Attribute) -> Definition {
    Definition {
        name,
        kind: match attribute.kind {
            Type::Boolean => "Boolean",
            Type::Integer => "Integer",
            Type::DateTime => "DateTime",
            Type::Binary => "Binary",
            Type::String | Type::Decimal | Type::Reference | Type::Complex | Type::Any => "String",
        },
        required: attribute.required,
        case_exact: attribute.case_exact,
        several: false,
        refers_to: &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Kind;
    use crate::scim::schema::Schemas;

    fn names(kind: Kind) -> Vec<String> {
        let schemas = Schemas::builtin().unwrap();
        let definitions = definitions(schemas.resource_type(kind));
        definitions.into_iter().map(|one| one.name).collect()
    }

    #[test]
    fn every_attribute_has_the_name_that_entra_gives_it() {
        let users = names(Kind::User);
        for name in [
            "id",
            "externalId",
            "userName",
            "active",
            "name.givenName",
            "emails[type eq \"work\"].value",
            "phoneNumbers[type eq \"mobile\"].value",
            "addresses[type eq \"work\"].streetAddress",
            "roles[primary eq \"True\"].value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        ] {
            assert!(users.iter().any(|known| known == name), "{name}: {users:?}");
        }
        for absent in ["password", "groups", "meta"] {
            assert!(
                !users.iter().any(|name| name.starts_with(absent)),
                "{absent}"
            );
        }
        assert_eq!(
            names(Kind::Group),
            ["id", "externalId", "displayName", "members"]
        );
        let mut once = users.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), users.len());
    }
}
