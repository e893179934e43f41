//! One person, as commands show them.

use serde_json::{Value, json};

use crate::store::Stored;

/// Who they are, in short.
pub(super) fn in_json(stored: &Stored, connection: &str) -> Value {
    let document = document(stored);
    json!({
        "id": stored.id.to_string(),
        "connection": connection,
        "userName": document.get("userName"),
        "displayName": document.get("displayName"),
        "active": document.get("active"),
        "state": state(&document),
        "created": stored.meta.created.to_string(),
        "lastModified": stored.meta.modified.to_string(),
    })
}

/// What they are called by people: `Mira Holt (mira@example.net)`.
pub(super) fn called(stored: &Stored) -> String {
    let document = document(stored);
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let user_name = text("userName").unwrap_or("?");
    match text("displayName") {
        Some(name) if name != user_name => format!("{name} ({user_name})"),
        _ => user_name.to_owned(),
    }
}

/// Whether somebody with this document is active, in a word.
pub(super) fn state(document: &Value) -> &'static str {
    match document.get("active") {
        Some(Value::Bool(false)) => "inactive",
        _ => "active",
    }
}

/// The attributes; an empty object where they cannot be read.
pub(super) fn document(stored: &Stored) -> Value {
    serde_json::from_str(&stored.document).unwrap_or_default()
}
