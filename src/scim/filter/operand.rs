//! The value of a comparison, in the form in which values of its attribute are compared, and what
//! each operator makes of two such values.

use std::cmp::Ordering;

use serde_json::Value;

use super::ast::{Literal, word};
use super::condition::Operator;
use super::lex::{excerpt, refuse};
use crate::scim::compare::Folded;
use crate::scim::compare::fold;
use crate::scim::error::ScimError;
use crate::scim::link;
use crate::scim::schema::{Resolved, Type};

/// What `attribute` is compared with. 400 `invalidFilter` if the operator makes no sense for the
/// attribute's type, or the value has another type.
pub(super) fn operand(
    attribute: &Resolved,
    operator: Operator,
    literal: &Literal,
) -> Result<Folded, ScimError> {
    let kind = attribute.leaf().kind;
    let column = literal.column().0;
    if !allows(kind, operator) {
        return Err(refuse(
            column,
            format_args!(
                "{} is of type {}, which `{}` cannot compare",
                attribute.key(),
                kind.as_str(),
                word(operator)
            ),
        ));
    }
    let folded = match flag(kind, literal.value()) {
        Some(flag) => fold(attribute.leaf(), &Value::Bool(flag)),
        None => fold(attribute.leaf(), literal.value()),
    };
    match folded {
        // Of an attribute without a type, a part of a number is asked for: there is none.
        Some(Folded::Integer(_) | Folded::Real(_)) if is_textual(operator) => Err(refuse(
            column,
            format_args!("`{}` needs a text in double quotes", word(operator)),
        )),
        Some(folded) => Ok(kept(attribute, operator, folded)),
        None => Err(refuse(
            column,
            format_args!(
                "{}: expected {}, found {}",
                attribute.key(),
                expected(kind),
                excerpt(&literal.value().to_string())
            ),
        )),
    }
}

/// The operand in the form in which the value is kept: references to resources are kept relative and
/// shown with the full address, and asked for either way (RFC 7643 §2.4 on `$ref`).
fn kept(attribute: &Resolved, operator: Operator, folded: Folded) -> Folded {
    let is_reference = attribute
        .sub
        .as_ref()
        .is_some_and(|sub| sub.name.is("$ref"));
    match (link::target(&attribute.attribute), &folded) {
        (Some(kind), Folded::Text(text)) if is_reference && operator == Operator::Equal => {
            link::id_in(text, kind)
                .map_or(folded.clone(), |id| Folded::Text(link::relative(kind, id)))
        }
        _ => folded,
    }
}

/// Whether a value and an operand stand to each other as the operator says. The order is that of
/// [`Folded`]; a text is part of texts only.
pub(super) fn passes(operator: Operator, value: &Folded, operand: &Folded) -> bool {
    let order = value.cmp(operand);
    let part = |holds: fn(&str, &str) -> bool| match (value, operand) {
        (Folded::Text(value), Folded::Text(part)) => holds(value, part),
        _ => false,
    };
    match operator {
        Operator::Equal => order == Ordering::Equal,
        Operator::Contains => part(|value, part| value.contains(part)),
        Operator::StartsWith => part(|value, part| value.starts_with(part)),
        Operator::EndsWith => part(|value, part| value.ends_with(part)),
        Operator::Greater => order == Ordering::Greater,
        Operator::GreaterOrEqual => order != Ordering::Less,
        Operator::Less => order == Ordering::Less,
        Operator::LessOrEqual => order != Ordering::Greater,
    }
}

/// RFC 7644 table 3: no order among booleans or binary values; parts only of texts.
const fn allows(kind: Type, operator: Operator) -> bool {
    match kind {
        Type::String | Type::Reference | Type::Any => true,
        Type::Boolean | Type::Binary => matches!(operator, Operator::Equal),
        Type::Decimal | Type::Integer | Type::DateTime => !is_textual(operator),
        Type::Complex => false,
    }
}

const fn is_textual(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Contains | Operator::StartsWith | Operator::EndsWith
    )
}

/// A boolean in quotes. Entra ID asks for `roles[primary eq "True"]`.
fn flag(kind: Type, value: &Value) -> Option<bool> {
    let text = value.as_str().filter(|_| kind == Type::Boolean)?;
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

const fn expected(kind: Type) -> &'static str {
    match kind {
        Type::String | Type::Reference => "a text in double quotes",
        Type::Binary => "base64 in double quotes",
        Type::Boolean => "true or false",
        Type::Decimal => "a number",
        Type::Integer => "a whole number",
        Type::DateTime => "a date and time such as \"2026-11-20T09:30:00Z\"",
        Type::Any | Type::Complex => "a text, a number, true or false",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_value_and_texts_are_no_parts_of_them() {
        let one = Folded::Integer(1);
        assert!(passes(Operator::Equal, &Folded::Real(1.0), &one));
        assert!(passes(Operator::Less, &one, &Folded::Real(1.5)));
        assert!(!passes(Operator::Contains, &one, &Folded::Text("1".into())));
    }
}
