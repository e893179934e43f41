//! Whether a simple value has the type of its attribute (RFC 7643 §2.3), and the words for it when
//! it has not.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
use serde_json::Value;

use super::compare::fold;
use super::error::ScimError;
use super::place::Place;
use super::schema::{Attribute, Type};

/// Whether `value`, neither a list nor an object, has the type of `attribute`.
pub(super) fn has_type(attribute: &Attribute, value: &Value) -> bool {
    match (attribute.kind, value) {
        (Type::Integer, Value::Number(number)) => number.is_i64(),
        // `fold` reads instants; a date alone and a zone by name are none (RFC 7643 §2.3.5).
        (Type::DateTime, Value::String(text)) => {
            text.contains(['T', 't']) && !text.contains('[') && fold(attribute, value).is_some()
        }
        (Type::Binary, Value::String(text)) => is_base64(text),
        _ => fold(attribute, value).is_some(),
    }
}

/// RFC 7643 §2.3.6: either alphabet of RFC 4648; the padding may be left out.
fn is_base64(text: &str) -> bool {
    [BASE64, BASE64URL, BASE64_NOPAD, BASE64URL_NOPAD]
        .iter()
        .any(|encoding| encoding.decode(text.as_bytes()).is_ok())
}

/// What a value of this type looks like, in words.
pub(super) const fn expected(kind: Type) -> &'static str {
    match kind {
        Type::String | Type::Reference => "a text",
        Type::Boolean => "true or false",
        Type::Decimal => "a number",
        Type::Integer => "a whole number",
        Type::DateTime => "a date and time such as 2026-11-20T09:30:00Z",
        Type::Binary => "base64",
        Type::Complex => "an object",
        Type::Any => "a text, a number, true or false",
    }
}

/// 400 `invalidValue`: what should be there, and what is.
pub(super) fn mismatch(
    place: &Place<'_>,
    attribute: &Attribute,
    expected: &str,
    found: &Value,
) -> ScimError {
    let found = match found {
        // A secret is not quoted, whatever is wrong with it.
        _ if is_hidden(attribute) => "something else".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => Value::from(excerpt(text)).to_string(),
        other => other.to_string(),
    };
    ScimError::invalid_value(format_args!("{place}: expected {expected}, found {found}"))
}

/// Whether values of `attribute` are accepted but never kept, such as `password`.
pub(super) const fn is_hidden(attribute: &Attribute) -> bool {
    attribute.is_hidden()
}

/// Enough of a text to recognise it.
fn excerpt(text: &str) -> String {
    const LETTERS: usize = 60;
    let mut short: String = text.chars().take(LETTERS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
