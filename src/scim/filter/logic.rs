//! Conditions put together, with what is known beforehand left out: no list is empty or has one
//! member, none holds a list of its own sort, and a constant stands alone.

use super::ast::Check;
use super::condition::{Condition, Operand, Operator, Test};
use crate::scim::compare::Folded;
use crate::scim::schema::{Holder, Resolved, Type};

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

/// What a test yields of an attribute that a resource of this kind cannot have.
pub(super) fn absent(check: &Check) -> Condition {
    Condition::Constant(match check {
        Check::Present => false,
        Check::Differs(literal) => !literal.value().is_null(),
        Check::Compare(_, literal) => literal.value().is_null(),
    })
}

/// What `primary eq false` asks of one of several values: that it is not true. Not given it is assumed
/// to be false (RFC 7643 §2.4). `None` for every other test.
pub(super) fn unless_primary(test: &Test) -> Option<Condition> {
    let sub = test.attribute.sub.as_ref()?;
    let is_flag = sub.kind == Type::Boolean && sub.name.is("primary") && !sub.multi_valued;
    let asks_false = test.operand == Operand::Compare(Operator::Equal, Folded::Integer(0));
    (is_flag && asks_false && test.attribute.attribute.multi_valued).then(|| {
        not(Condition::Test(Test {
            attribute: test.attribute.clone(),
            operand: Operand::Compare(Operator::Equal, Folded::Integer(1)),
        }))
    })
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
