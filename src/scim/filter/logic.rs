//! Conditions put together, with what is known beforehand left out: no list is empty or has one
//! member, none holds a list of its own sort, and a constant stands alone.

use super::condition::{Condition, Operand, Test};
use crate::scim::schema::{Holder, Resolved};

/// All of `parts` hold.
pub(super) fn all(parts: Vec<Condition>) -> Condition {
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::Constant(true) => {}
            Condition::Constant(false) => return Condition::Constant(false),
            Condition::All(inner) => kept.extend(inner),
            other => kept.push(other),
        }
    }
    joined(kept, true, Condition::All)
}

/// At least one of `parts` holds.
pub(super) fn any(parts: Vec<Condition>) -> Condition {
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Condition::Constant(false) => {}
            Condition::Constant(true) => return Condition::Constant(true),
            Condition::Any(inner) => kept.extend(inner),
            other => kept.push(other),
        }
    }
    joined(kept, false, Condition::Any)
}

fn joined(
    mut parts: Vec<Condition>,
    of_none: bool,
    join: fn(Vec<Condition>) -> Condition,
) -> Condition {
    match parts.pop() {
        None => Condition::Constant(of_none),
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
    }
}

/// `condition` does not hold.
pub(super) fn not(condition: Condition) -> Condition {
    match condition {
        Condition::Constant(holds) => Condition::Constant(!holds),
        Condition::Not(inner) => *inner,
        other => Condition::Not(Box::new(other)),
    }
}

/// `attribute` has a value.
pub(super) fn present(attribute: Resolved) -> Condition {
    if is_always_there(&attribute) {
        return Condition::Constant(true);
    }
    Condition::Test(Test {
        attribute,
        operand: Operand::Present,
    })
}

/// One element of `attribute` fulfils `inner`.
pub(super) fn element(attribute: Resolved, inner: Condition) -> Condition {
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

fn is_meta(attribute: &Resolved) -> bool {
    attribute.holder == Holder::Core && attribute.attribute.name.is("meta")
}

/// Whether `attribute` is `meta.resourceType`.
pub(super) fn is_resource_type(attribute: &Resolved) -> bool {
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
