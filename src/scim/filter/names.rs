//! Which attribute a name in a query means.

use crate::scim::name::AttrName;
use crate::scim::path::AttrPath;
use crate::scim::resource::Kind;
use crate::scim::schema::{Attribute, Mutability, Resolved, Returned, Schemas};
use crate::scim::urn::Urn;

use super::lex::excerpt;

/// Names that are understood without the URN that belongs in front of them: kind, name, URN.
///
/// Entra ID asks `id eq "…" and manager eq "…"` before it sets a manager and means the enterprise
/// attribute, which RFC 7644 §3.10 wants written with its URN. Nobody else's name is in the way: the
/// core schema is searched first.
const WITHOUT_URN: [(Kind, &str, &str); 1] = [(Kind::User, "manager", Urn::ENTERPRISE)];

/// The attribute that `path` names in resources of `kind`; `None` if there is none.
pub(in crate::scim) fn find(schemas: &Schemas, kind: Kind, path: &AttrPath) -> Option<Resolved> {
    schemas.resolve(kind, path).or_else(|| {
        let (.., urn) = WITHOUT_URN
            .iter()
            .filter(|_| path.urn.is_none())
            .find(|(of, name, _)| *of == kind && path.name.is(name))?;
        let urn = Some(Urn::new(urn));
        schemas.resolve(
            kind,
            &AttrPath {
                urn,
                ..path.clone()
            },
        )
    })
}

/// The attribute whose values are compared when `attribute` is: a complex attribute stands for its
/// `value`, as in `emails co "@example.org"` (RFC 7644 §3.4.2.2). The error says what to name
/// instead, if it has none.
pub(in crate::scim) fn comparable(attribute: Resolved) -> Result<Resolved, String> {
    if !attribute.leaf().is_complex() {
        return Ok(attribute);
    }
    match attribute.attribute.default_sub() {
        Some(value) => Ok(attribute.with_sub(value.clone())),
        None => Err(format!(
            "{} is complex: name one of its parts, {}",
            attribute.key(),
            parts(&attribute.attribute)
        )),
    }
}

/// Whether nobody may read the attribute. Then no query may either: it would tell value by value
/// what no answer shows.
pub(in crate::scim) fn is_hidden(attribute: &Resolved) -> bool {
    let hides = |attribute: &Attribute| {
        attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly
    };
    hides(&attribute.attribute) || attribute.sub.as_ref().is_some_and(|sub| hides(sub))
}

/// The part of an element of `attribute` that `path` names: a sub-attribute by its plain name, or
/// `value` for an element without parts.
pub(super) fn part(attribute: &Resolved, path: &AttrPath) -> Option<Resolved> {
    if path.urn.is_some() || path.sub.is_some() {
        return None;
    }
    if attribute.attribute.is_complex() {
        let sub = attribute.attribute.sub(path.name.as_str())?;
        return Some(attribute.with_sub(sub.clone()));
    }
    path.name.is("value").then(|| attribute.clone())
}

/// What to say of a name that none of `kinds` has.
pub(in crate::scim) fn unknown(schemas: &Schemas, kinds: &[Kind], path: &AttrPath) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let complaint = format!(
        "`{}` is no attribute of {}",
        excerpt(&path.to_string()),
        names.join(" or ")
    );
    let elsewhere = kinds.iter().find_map(|kind| {
        schemas
            .resource_type(*kind)
            .extensions
            .iter()
            .find_map(|extension| {
                let urn = Some(extension.schema.id.clone());
                schemas.resolve(
                    *kind,
                    &AttrPath {
                        urn,
                        ..path.clone()
                    },
                )
            })
    });
    match elsewhere {
        Some(meant) if path.urn.is_none() => format!("{complaint}; is `{}` meant?", meant.key()),
        _ => complaint,
    }
}

/// What to say of a name inside brackets that names no part of `attribute`.
pub(super) fn unknown_part(attribute: &Resolved, path: &AttrPath) -> String {
    format!(
        "`{}` is no part of {}: expected {}",
        excerpt(&path.to_string()),
        attribute.attribute_key(),
        if attribute.attribute.is_complex() {
            parts(&attribute.attribute)
        } else {
            "`value`".to_owned()
        }
    )
}

fn parts(attribute: &Attribute) -> String {
    let names = attribute.sub_attributes.iter().map(|sub| &sub.name);
    names.map(AttrName::as_str).collect::<Vec<_>>().join(", ")
}
