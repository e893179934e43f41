//! What differs between two states of a resource, value by value, each under the path that a client
//! would use for it.

use serde_json::{Map, Value};

use crate::scim::Urn;

/// One value that came, went or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where: `emails[type eq "work"].value`, `urn:…:2.0:User:department`.
    pub path: String,
    /// What it was; `None`: nothing.
    pub before: Option<Value>,
    /// What it is; `None`: nothing.
    pub after: Option<Value>,
}

impl Difference {
    /// The path as people say it: attributes of the enterprise extension without its name.
    pub fn short_path(&self) -> &str {
        self.path
            .strip_prefix(Urn::ENTERPRISE)
            .and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or(&self.path)
    }
}

/// Every value in which the two differ, in the order in which they stand there.
pub(super) fn differences(
    before: Option<&Map<String, Value>>,
    after: Option<&Map<String, Value>>,
) -> Vec<Difference> {
    let [before, after] = [before, after].map(|side| side.map(values).unwrap_or_default());
    let find = |side: &[(String, Value)], path: &str| {
        let found = side.iter().find(|(known, _)| known == path);
        found.map(|(_, value)| value.clone())
    };
    let mut found = Vec::new();
    for (path, was) in &before {
        let is = find(&after, path);
        if is.as_ref() != Some(was) {
            found.push(Difference {
                path: path.clone(),
                before: Some(was.clone()),
                after: is,
            });
        }
    }
    for (path, is) in after {
        if find(&before, &path).is_none() {
            found.push(Difference {
                path,
                before: None,
                after: Some(is),
            });
        }
    }
    found
}

/// The values of a resource with their paths.
fn values(resource: &Map<String, Value>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for (name, value) in resource {
        match value {
            Value::Object(parts) => {
                // The attributes of an extension follow its name behind a colon.
                let sign = if name.contains(':') { ':' } else { '.' };
                for (part, value) in parts {
                    match value {
                        Value::Object(inner) => {
                            for (last, value) in inner {
                                found.push((format!("{name}{sign}{part}.{last}"), value.clone()));
                            }
                        }
                        Value::Array(list) => {
                            elements(&format!("{name}{sign}{part}"), list, &mut found);
                        }
                        simple => found.push((format!("{name}{sign}{part}"), simple.clone())),
                    }
                }
            }
            Value::Array(list) => elements(name, list, &mut found),
            simple => found.push((name.clone(), simple.clone())),
        }
    }
    found
}

/// The elements of a multi-valued attribute: each by its type where that tells them apart, else by its
/// value.
fn elements(name: &str, list: &[Value], found: &mut Vec<(String, Value)>) {
    let mut met: Vec<String> = Vec::new();
    for element in list {
        let Value::Object(parts) = element else {
            found.push((name.to_owned(), Value::Array(list.to_vec())));
            return;
        };
        let text = |part: &str| parts.get(part).and_then(Value::as_str);
        let [by_type, by_value] = ["type", "value"]
            .map(|part| text(part).map(|text| format!("{name}[{part} eq \"{text}\"]")));
        let free = |path: &String| !met.contains(path);
        let path = by_type
            .filter(free)
            .or_else(|| by_value.filter(free))
            .unwrap_or_else(|| format!("{name}[{}]", met.len()));
        for (part, value) in parts.iter().filter(|(part, _)| *part != "type") {
            found.push((format!("{path}.{part}"), value.clone()));
        }
        met.push(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(before: &Value, after: &Value, expected: &[&str]) {
        let said: Vec<String> = differences(before.as_object(), after.as_object())
            .iter()
            .map(|one| {
                let side =
                    |side: &Option<Value>| side.as_ref().map_or("-".to_owned(), Value::to_string);
                format!(
                    "{}: {} → {}",
                    one.short_path(),
                    side(&one.before),
                    side(&one.after)
                )
            })
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn each_value_that_differs_is_named_by_its_path() {
        check(
            &json!({"title": "Clerk", "name": {"familyName": "Byron", "givenName": "Ada"}}),
            &json!({"name": {"familyName": "King", "givenName": "Ada"}, "active": false}),
            &[
                "title: \"Clerk\" → -",
                "name.familyName: \"Byron\" → \"King\"",
                "active: - → false",
            ],
        );
        check(
            &json!({Urn::ENTERPRISE: {"department": "A", "manager": {"value": "1"}}}),
            &json!({Urn::ENTERPRISE: {"department": "B", "manager": {"value": "2"}}}),
            &["department: \"A\" → \"B\"", "manager.value: \"1\" → \"2\""],
        );
    }

    #[test]
    fn elements_are_told_apart_by_their_type_or_their_value() {
        check(
            &json!({"emails": [{"type": "work", "value": "a@example.net"}, {"type": "home", "value": "h"}]}),
            &json!({"emails": [{"type": "home", "value": "h"}, {"type": "work", "value": "b@example.net"}]}),
            &["emails[type eq \"work\"].value: \"a@example.net\" → \"b@example.net\""],
        );
        check(
            &json!({"emails": [{"type": "work", "value": "a"}]}),
            &json!({"emails": [{"type": "work", "value": "a"}, {"type": "work", "value": "b"}]}),
            &["emails[value eq \"b\"].value: - → \"b\""],
        );
        check(
            &json!({"x": ["a"]}),
            &json!({"x": ["a", "b"]}),
            &["x: [\"a\"] → [\"a\",\"b\"]"],
        );
    }
}
