//! The text of one cell.

use serde_json::Value;

use crate::operate::sheet::BETWEEN;

/// A value as text: a list with `; ` between its values, an object by its `value`, or else as JSON.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => joined(items.iter().map(text)),
        Value::Object(parts) => parts.get("value").map_or_else(|| value.to_string(), text),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// Several values in one cell.
pub(super) fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn several_values_share_a_cell() {
        assert_eq!(text(&json!(["a", 1, true])), "a; 1; true");
        assert_eq!(
            text(&json!([{"value": "a", "type": "x"}, {"value": "b"}])),
            "a; b"
        );
        assert_eq!(text(&json!({"site": "Berlin"})), r#"{"site":"Berlin"}"#);
        assert_eq!(text(&Value::Null), "");
    }
}
