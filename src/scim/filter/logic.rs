//! Conditions put together, with what is known beforehand left out: no list is empty or has one
//! member, none holds a list of its own sort, and a constant stands alone.

use super::condition::Condition;

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
