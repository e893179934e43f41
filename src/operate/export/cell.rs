//! The text of one cell.

use std::borrow::Cow;

use serde_json::Value;

/// Between several values in one cell.
const BETWEEN: &str = "; ";

/// What a spreadsheet may take for the start of a formula, or skip to find one.
const STARTS_A_FORMULA: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0'];

/// The text with a leading apostrophe where a spreadsheet would take it for a formula: values come
/// from outside, and `=HYPERLINK(…)` in a name must stay a name (reliability R37).
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(STARTS_A_FORMULA) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

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
    fn nothing_looks_like_a_formula() {
        for text in [
            "=1+1", "+49 30 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1",
        ] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "Anna", "1+1", "'=1", " =1", "a@example.net"] {
            assert_eq!(guarded(text), text);
        }
    }

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
