//! The value that a filter describes, for an operation that selects one which is not there yet.

use serde_json::{Map, Value};

use crate::scim::filter::ast::{Check, Filter, Test};
use crate::scim::filter::{Condition, Operator, matches_element};
use crate::scim::schema::{Attribute, Mutability, Type};
use crate::scim::types::has_type;
use crate::scim::value::is_unassigned;

/// What `[type eq "work" and primary eq true]` says about a value of `attribute`: that and no more.
///
/// `None` when the filter does not say it with `eq` and `and` alone, so that there is no one value
/// to make, and when it says no more than that the value is not the primary one: so is what is not
/// there (RFC 7643 §2.4).
pub(super) fn seed(filter: &Filter, condition: &Condition, attribute: &Attribute) -> Option<Value> {
    let value = if attribute.is_complex() {
        let mut parts = Map::new();
        collect(filter, attribute, &mut parts)?;
        let says_more = |(name, value): (&String, &Value)| name != "primary" || *value != false;
        if !parts.iter().any(says_more) {
            return None;
        }
        Value::Object(parts)
    } else {
        match filter {
            Filter::Test(test) => typed(attribute, equal(test)?)?,
            _ => return None,
        }
    };
    matches_element(condition, &value).then_some(value)
}

/// Adds the parts that `filter` names to `parts`.
fn collect(filter: &Filter, attribute: &Attribute, parts: &mut Map<String, Value>) -> Option<()> {
    match filter {
        Filter::And(all) => all
            .iter()
            .try_for_each(|one| collect(one, attribute, parts).ok_or(()))
            .ok(),
        Filter::Test(test) => {
            let sub = attribute
                .sub(test.path.name.as_str())
                .filter(|sub| sub.mutability != Mutability::ReadOnly)?;
            let value = typed(sub, equal(test)?)?;
            let value = if sub.multi_valued {
                Value::Array(vec![value])
            } else {
                value
            };
            parts.insert(sub.name.as_str().to_owned(), value);
            Some(())
        }
        Filter::Or(_) | Filter::Not(_) | Filter::Element { .. } => None,
    }
}

fn equal(test: &Test) -> Option<&Value> {
    match &test.check {
        Check::Compare(Operator::Equal, literal) => Some(literal.value()),
        _ => None,
    }
}

/// The operand as a value of its attribute. Entra ID writes `primary eq "True"`: the filter
/// understands it, so what is made must not be a text. An empty text describes nothing.
fn typed(attribute: &Attribute, operand: &Value) -> Option<Value> {
    let value = match (attribute.kind, operand) {
        (Type::Boolean, Value::String(text)) => {
            Value::Bool(text.to_ascii_lowercase().parse().ok()?)
        }
        _ => operand.clone(),
    };
    (has_type(attribute, &value) && !is_unassigned(&value)).then_some(value)
}
