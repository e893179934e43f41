//! What the messages of the protocol have in common (RFC 7644 §3.1).

use serde_json::{Map, Value};

use super::error::ScimError;
use super::urn::Urn;
use crate::base::Dialect;

/// Refuses a body that says it is another message than `expected`; in the strict dialect also one
/// that does not say what it is. 400 `invalidSyntax`.
pub(super) fn check(
    body: &Map<String, Value>,
    expected: &str,
    dialect: Dialect,
) -> Result<(), ScimError> {
    let given = body
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("schemas"))
        .map_or(&Value::Null, |(_, value)| value);
    let urn = Urn::new(expected);
    let fits = match given {
        Value::Array(list) if !list.is_empty() => {
            list.iter().filter_map(Value::as_str).any(|one| urn.is(one))
        }
        Value::Null | Value::Array(_) => dialect == Dialect::Tolerant,
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(ScimError::invalid_syntax(format_args!("expected [\"{expected}\"]")).at("schemas"))
}

/// Takes a member out of an object, by its name in any letter case.
pub(super) fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = object
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))
        .cloned()?;
    object.shift_remove(&key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_message_says_what_it_is_and_the_tolerant_dialect_forgives_silence() {
        let fits = |schemas: Value, dialect| {
            let body = json!({"Schemas": schemas});
            check(body.as_object().unwrap(), Urn::BULK_REQUEST, dialect).is_ok()
        };
        let right = json!(["urn:example:other", Urn::BULK_REQUEST]);
        for dialect in [Dialect::Strict, Dialect::Tolerant] {
            assert!(fits(right.clone(), dialect));
            assert!(!fits(json!([Urn::SEARCH_REQUEST]), dialect));
            assert!(!fits(json!("x"), dialect));
        }
        for silent in [json!(null), json!([])] {
            assert!(!fits(silent.clone(), Dialect::Strict));
            assert!(fits(silent, Dialect::Tolerant));
        }
        assert!(check(&Map::new(), Urn::BULK_REQUEST, Dialect::Strict).is_err());
    }
}
