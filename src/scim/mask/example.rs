//! The place in a request that a remark is about, masked.

use serde_json::{Value, json};

use super::body::{readable, request};
use super::keep::first;

/// Bytes that are enough to recognise a place.
const ENOUGH: usize = 300;
/// Bodies that are searched; a longer one is a Bulk, where one place would not be enough anyway.
const LONGEST: usize = 64 << 10;

/// The smallest part of a body that has to do with the attribute at the path `subject`, masked: the
/// operation of a PATCH, or the member of a resource. Nothing when there is none.
pub fn example(body: &[u8], subject: &str) -> String {
    if body.len() > LONGEST {
        return String::new();
    }
    let Ok(body) = serde_json::from_str::<Value>(readable(body)) else {
        return String::new();
    };
    let Some(part) = find(&body, first(subject)) else {
        return String::new();
    };
    let masked = |part: &Value| request(part.to_string().as_bytes(), ENOUGH, false).text;
    if part.get("op").is_none() {
        return masked(&part);
    }
    // An operation is read as one only in its list.
    let list = masked(&json!({"Operations": [part]}));
    let list = list.strip_prefix("{\"Operations\":[").unwrap_or_default();
    list.strip_suffix("]}").unwrap_or(list).to_owned()
}

fn find(value: &Value, wanted: &str) -> Option<Value> {
    match value {
        Value::Array(list) => list.iter().find_map(|value| find(value, wanted)),
        Value::Object(members) => {
            let path = members.get("path").and_then(Value::as_str);
            let meant = path.is_some_and(|path| has(path, wanted)) || wanted == "op";
            if meant && members.contains_key("op") {
                return Some(value.clone());
            }
            let member = members.iter().find(|(name, _)| has(name, wanted));
            if let Some((name, value)) = member {
                return Some(json!({ name: value }));
            }
            members.values().find_map(|value| find(value, wanted))
        }
        _ => None,
    }
}

/// Whether a path or a key names the attribute.
fn has(path: &str, wanted: &str) -> bool {
    path.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '$' && letter != '_')
        .any(|name| name.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, subject: &str, expected: &str) {
        assert_eq!(example(body.as_bytes(), subject), expected);
    }

    #[test]
    fn the_place_is_shown_without_its_values() {
        let patch = r#"{"Operations":[{"op":"Add","path":"title","value":"Countess"},
            {"op":"Replace","path":"active","value":"False"}]}"#;
        check(
            patch,
            "active",
            r#"{"op":"Replace","path":"active","value":"False"}"#,
        );
        check(
            patch,
            "title",
            r#"{"op":"Add","path":"title","value":"«C… 8»"}"#,
        );
        let user = r#"{"userName":"ada","emails":[{"primary":"True","value":"ada@example.net"}]}"#;
        check(
            user,
            "emails[0].primary",
            r#"{"emails":[{"primary":"True","value":"a…@e….net"}]}"#,
        );
        check(user, "nickName", "");
        check("ada", "nickName", "");
    }
}
