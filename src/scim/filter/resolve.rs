//! Names to attributes and values to types: a [`Filter`] becomes a [`Condition`], or is refused.

use super::ast::{Check, Column, Filter, Literal, Test};
use super::condition::{self, Condition, Operand, Operator};
use super::lex::refuse;
use super::logic::{all, any, not};
use super::matches::passes;
use super::names;
use super::operand::operand;
use crate::scim::schema::{Holder, Resolved, Schemas};
use crate::scim::{AttrPath, Kind, ScimError, fold};

/// The condition that `filter` puts on resources of `kind`. A name that no schema knows, a value of
/// the wrong type, a comparison that makes no sense, and an attribute that nobody may read are 400
/// `invalidFilter`.
pub fn resolve(filter: &Filter, schemas: &Schemas, kind: Kind) -> Result<Condition, ScimError> {
    Scope::Resource {
        schemas,
        kind,
        among: &[kind],
    }
    .condition(filter)
}

/// The conditions that `filter` puts on resources of each of `kinds`, for a query across them. An
/// attribute that only some of the kinds have counts as absent in the others (RFC 7644 §3.4.2.1);
/// otherwise as [`resolve`].
pub fn resolve_among(
    filter: &Filter,
    schemas: &Schemas,
    kinds: &[Kind],
) -> Result<Vec<(Kind, Condition)>, ScimError> {
    kinds
        .iter()
        .map(|&kind| {
            let scope = Scope::Resource {
                schemas,
                kind,
                among: kinds,
            };
            Ok((kind, scope.condition(filter)?))
        })
        .collect()
}

/// The condition that `filter`, taken from the brackets of a PATCH path, puts on one element of
/// `attribute`: its names are sub-attributes, or `value` where the elements have no parts. Refuses
/// what [`resolve`] refuses.
pub fn resolve_element(
    filter: &Filter,
    _: &Schemas,
    attribute: &Resolved,
) -> Result<Condition, ScimError> {
    Scope::Element {
        attribute,
        kind: None,
    }
    .condition(filter)
}

/// What names mean.
enum Scope<'a> {
    /// Attributes of a resource of `kind`, in a query among several.
    Resource {
        schemas: &'a Schemas,
        kind: Kind,
        among: &'a [Kind],
    },
    /// Parts of one element, in a resource of `kind` if that is known.
    Element {
        attribute: &'a Resolved,
        kind: Option<Kind>,
    },
}

impl Scope<'_> {
    const fn kind(&self) -> Option<Kind> {
        match self {
            Self::Resource { kind, .. } => Some(*kind),
            Self::Element { kind, .. } => *kind,
        }
    }

    fn condition(&self, filter: &Filter) -> Result<Condition, ScimError> {
        match filter {
            Filter::And(parts) => self.each(parts).map(all),
            Filter::Or(parts) => self.each(parts).map(any),
            Filter::Not(inner) => self.condition(inner).map(not),
            Filter::Test(test) => match self.find(&test.path, test.column)? {
                Some(attribute) => {
                    let (holds, condition) = self.positive(attribute, &test.check)?;
                    Ok(if holds { condition } else { not(condition) })
                }
                None => Ok(absent(&test.check)),
            },
            Filter::Element {
                path,
                column,
                inner,
                then,
            } => self.element(path, *column, inner, then.as_ref()),
        }
    }

    fn each(&self, parts: &[Filter]) -> Result<Vec<Condition>, ScimError> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    /// The attribute that `path` names; `None` if only another kind of this query has it.
    fn find(&self, path: &AttrPath, column: Column) -> Result<Option<Resolved>, ScimError> {
        let found = match self {
            Self::Element { attribute, .. } => names::part(attribute, path)
                .ok_or_else(|| refuse(column.0, names::unknown_part(attribute, path)))?,
            Self::Resource {
                schemas,
                kind,
                among,
            } => match names::find(schemas, *kind, path) {
                Some(found) => found,
                None => {
                    let mut others = among.iter();
                    return if others.any(|kind| names::find(schemas, *kind, path).is_some()) {
                        Ok(None)
                    } else {
                        Err(refuse(column.0, names::unknown(schemas, among, path)))
                    };
                }
            },
        };
        if names::is_hidden(&found) {
            return Err(refuse(
                column.0,
                format_args!("{} is never returned and cannot be searched", found.key()),
            ));
        }
        Ok(Some(found))
    }

    /// A value path, perhaps with a test behind it.
    fn element(
        &self,
        path: &AttrPath,
        column: Column,
        inner: &Filter,
        then: Option<&Test>,
    ) -> Result<Condition, ScimError> {
        if matches!(self, Self::Element { .. }) {
            return Err(refuse(column.0, "there can be no brackets inside brackets"));
        }
        let Some(attribute) = self.find(path, column)? else {
            return Ok(then.map_or(Condition::Constant(false), |test| absent(&test.check)));
        };
        if attribute.sub.is_some()
            || !(attribute.attribute.is_complex() || attribute.attribute.multi_valued)
        {
            return Err(refuse(
                column.0,
                format_args!(
                    "brackets belong behind a complex or multi-valued attribute, which {} is not",
                    attribute.key()
                ),
            ));
        }
        let inside = Scope::Element {
            attribute: &attribute,
            kind: self.kind(),
        };
        let inner = inside.condition(inner)?;
        let Some(test) = then else {
            return Ok(element(attribute, inner));
        };
        let Some(part) = inside.find(&test.path, test.column)? else {
            return Ok(absent(&test.check));
        };
        // As without brackets, `ne` asks that none of the chosen elements has the value.
        let (holds, tested) = inside.positive(part, &test.check)?;
        let found = element(attribute, all(vec![inner, tested]));
        Ok(if holds { found } else { not(found) })
    }

    /// A test without a negation, and whether it must hold or must not: `ne` means that nothing is
    /// equal, and `eq null` that nothing is there.
    fn positive(&self, attribute: Resolved, check: &Check) -> Result<(bool, Condition), ScimError> {
        let (holds, operator, literal) = match check {
            Check::Present => return Ok((true, present(attribute))),
            Check::Differs(literal) => (false, Operator::Equal, literal),
            Check::Compare(operator, literal) => (true, *operator, literal),
        };
        if !literal.value().is_null() {
            return Ok((holds, self.compare(attribute, operator, literal)?));
        }
        if operator != Operator::Equal {
            return Err(refuse(
                literal.column().0,
                "null can only be compared with eq and ne",
            ));
        }
        Ok((!holds, present(attribute)))
    }

    fn compare(
        &self,
        attribute: Resolved,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Condition, ScimError> {
        let attribute = names::comparable(attribute)
            .map_err(|complaint| refuse(literal.column().0, complaint))?;
        let operand = operand(&attribute, operator, literal)?;
        // The type of the resource is known before any resource is looked at.
        if let Some(kind) = self.kind().filter(|_| is_resource_type(&attribute)) {
            let name = fold(attribute.leaf(), &kind.name().into());
            return Ok(Condition::Constant(
                name.is_some_and(|name| passes(operator, &name, &operand)),
            ));
        }
        Ok(Condition::Test(condition::Test {
            attribute,
            operand: Operand::Compare(operator, operand),
        }))
    }
}

fn present(attribute: Resolved) -> Condition {
    if is_always_there(&attribute) {
        return Condition::Constant(true);
    }
    Condition::Test(condition::Test {
        attribute,
        operand: Operand::Present,
    })
}

/// One element fulfils `inner`.
fn element(attribute: Resolved, inner: Condition) -> Condition {
    match inner {
        Condition::Constant(false) => Condition::Constant(false),
        Condition::Constant(true) => present(attribute),
        // A single value that is always there: brackets behind it add nothing.
        inner if is_meta(&attribute) => inner,
        inner => Condition::Element {
            attribute,
            inner: Box::new(inner),
        },
    }
}

/// What a test yields of an attribute that a resource of this kind cannot have.
fn absent(check: &Check) -> Condition {
    Condition::Constant(match check {
        Check::Present => false,
        Check::Differs(literal) => !literal.value().is_null(),
        Check::Compare(_, literal) => literal.value().is_null(),
    })
}

fn is_meta(attribute: &Resolved) -> bool {
    attribute.holder == Holder::Core && attribute.attribute.name.is("meta")
}

fn is_resource_type(attribute: &Resolved) -> bool {
    is_meta(attribute) && attribute.leaf().name.is("resourceType")
}

/// What the server gives to every resource (RFC 7643 §3.1).
fn is_always_there(attribute: &Resolved) -> bool {
    is_meta(attribute)
        || (attribute.holder == Holder::Core
            && ["id", "schemas"]
                .iter()
                .any(|name| attribute.attribute.name.is(name)))
}
