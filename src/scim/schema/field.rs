//! One attribute in one line: `urn:example:2.0:User:badge:integer`.

use serde_json::{Value, json};

use super::attribute::Type;
use super::declaration::Declaration;
use super::document::{SchemaFlaw, TYPES};
use crate::scim::resource::Kind;

/// An attribute as it is declared on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The URN of its schema.
    pub urn: String,
    /// Its name.
    pub name: String,
    /// Its type, where that was said.
    pub kind: Option<Type>,
}

impl Field {
    /// Reads `urn:…:User:name` or `urn:…:User:name:type`, with `User` or `Group`, by which the URN is
    /// told from the name.
    pub fn parse(text: &str) -> Result<Self, SchemaFlaw> {
        let flaw = |complaint: &str| Err(SchemaFlaw::new(text, complaint));
        let parts: Vec<&str> = text.split(':').collect();
        let is_kind = |part: &&str| {
            Kind::ALL
                .iter()
                .any(|kind| part.eq_ignore_ascii_case(kind.name()))
        };
        let Some(kind_at) = parts
            .split_last()
            .and_then(|(_, before)| before.iter().rposition(is_kind))
        else {
            return flaw(
                "expected urn:…:User:name or urn:…:User:name:type, with User or Group; for another \
                 URN give a document",
            );
        };
        let (urn, rest) = parts.split_at(kind_at + 1);
        let (name, kind) = match rest {
            [name] => (*name, None),
            [name, keyword] => (*name, Some(simple(text, keyword)?)),
            _ => return flaw("expected a name, or a name and a type, behind User or Group"),
        };
        Ok(Self {
            urn: urn.join(":"),
            name: name.to_owned(),
            kind,
        })
    }

    /// The declaration of this attribute alone. Where no type was said it is *any*: such a field takes
    /// what an identity provider has for it.
    pub fn declaration(&self) -> Result<Declaration, SchemaFlaw> {
        let kind = self.kind.unwrap_or(Type::Any);
        Declaration::parse(&json!({
            "id": self.urn,
            "attributes": [{"name": self.name, "type": kind.as_str()}],
        }))
        .map_err(|flaw| SchemaFlaw::new(format!("{}:{}", self.urn, self.name), flaw.complaint))
    }
}

fn simple(text: &str, keyword: &str) -> Result<Type, SchemaFlaw> {
    let simple = TYPES.iter().filter(|(_, kind)| *kind != Type::Complex);
    let found = simple
        .clone()
        .find(|(name, _)| name.eq_ignore_ascii_case(keyword));
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let names: Vec<&str> = simple.map(|(name, _)| *name).collect();
        let shown = Value::from(keyword);
        SchemaFlaw::new(
            text,
            format!("{shown} is no type; expected one of {}", names.join(", ")),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, urn: &str, name: &str, kind: Option<Type>) {
        let field = Field::parse(text).unwrap();
        assert_eq!(
            (field.urn.as_str(), field.name.as_str(), field.kind),
            (urn, name, kind)
        );
        field.declaration().unwrap();
    }

    #[test]
    fn a_field_is_a_name_and_perhaps_a_type_behind_a_urn() {
        let custom = "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User";
        check(&format!("{custom}:postalCode"), custom, "postalCode", None);
        check(
            &format!("{custom}:postalCode:any"),
            custom,
            "postalCode",
            Some(Type::Any),
        );
        check(
            "urn:example:2.0:user:since:DATETIME",
            "urn:example:2.0:user",
            "since",
            Some(Type::DateTime),
        );
        check(
            "urn:example:2.0:User:string",
            "urn:example:2.0:User",
            "string",
            None,
        );
        check(
            "urn:example:User:2.0:Group:x",
            "urn:example:User:2.0:Group",
            "x",
            None,
        );
    }

    #[test]
    fn a_slip_declares_nothing() {
        for text in [
            "urn:example:2.0:User",
            "urn:example:2.0:hr:badge",
            "urn:example:2.0:User:badge:strng",
            "urn:example:2.0:User:badge:complex",
            "urn:example:2.0:User:badge:string:unique",
            "User",
        ] {
            let flaw = Field::parse(text).unwrap_err();
            assert_eq!(flaw.place, text);
        }
        for text in [
            "urn:example:2.0:User:id",
            "urn:example:2.0:User:",
            "urn:example:2.0:User:a b",
            "badge:User:x",
        ] {
            let field = Field::parse(text).unwrap();
            assert_eq!(field.declaration().unwrap_err().place, text);
        }
    }
}
