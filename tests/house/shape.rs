//! Comparing JSON with what a test cares about.

use serde_json::Value;

/// Where `found` is not what `expected` asks; empty when it is.
///
/// An object asks for its members and forbids no others. A list asks for as many elements, each found
/// once, in any order. Texts in double braces stand for something else than themselves:
/// `{{present}}` for anything, `{{absent}}` for nothing at all, `{{has X}}` for a text that contains X.
/// Letter case of names counts: a server answers with the names of the schema.
pub(crate) fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let mut list = Vec::new();
    compare("", expected, Some(found), &mut list);
    list
}

fn compare(place: &str, expected: &Value, found: Option<&Value>, list: &mut Vec<String>) {
    let shown = |value: &Value| value.to_string();
    if let Value::String(text) = expected
        && let Some(mark) = text
            .strip_prefix("{{")
            .and_then(|rest| rest.strip_suffix("}}"))
    {
        let holds = match (mark, found) {
            ("absent", found) => found.is_none(),
            ("present", found) => found.is_some_and(|found| !found.is_null()),
            (mark, Some(Value::String(found))) => mark
                .strip_prefix("has ")
                .is_some_and(|part| found.contains(part)),
            _ => false,
        };
        if !holds {
            let found = found.map_or_else(|| "nothing".into(), shown);
            list.push(format!("{place}: expected {text}, found {found}"));
        }
        return;
    }
    let Some(found) = found else {
        list.push(format!("{place}: expected {expected}, found nothing"));
        return;
    };
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                compare(&format!("{place}/{name}"), value, found.get(name), list);
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            if expected.len() != found.len() {
                list.push(format!(
                    "{place}: expected {} elements, found {}: {}",
                    expected.len(),
                    found.len(),
                    Value::Array(found.clone())
                ));
                return;
            }
            if !pairs_up(expected, found) {
                list.push(format!(
                    "{place}: expected {}, found {}",
                    Value::Array(expected.clone()),
                    Value::Array(found.clone())
                ));
            }
        }
        (expected, found) if expected == found => {}
        (expected, found) => list.push(format!("{place}: expected {expected}, found {found}")),
    }
}

/// Whether each expected element has a found one of its own.
fn pairs_up(expected: &[Value], found: &[Value]) -> bool {
    let mut free: Vec<&Value> = found.iter().collect();
    // The most particular first, so that a vague one does not take its partner.
    let mut wanted: Vec<&Value> = expected.iter().collect();
    wanted.sort_by_key(|value| std::cmp::Reverse(value.to_string().len()));
    wanted.into_iter().all(|value| {
        let partner = free
            .iter()
            .position(|found| differences(value, found).is_empty());
        partner.map(|at| free.swap_remove(at)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_asks_for_its_members_and_a_list_for_its_length() {
        let found = json!({"a": 1, "b": [{"c": "x", "d": 2}, {"c": "y"}]});
        for fits in [
            json!({}),
            json!({"a": 1}),
            json!({"b": [{"c": "y"}, {"d": 2}]}),
            json!({"b": "{{present}}", "z": "{{absent}}"}),
            json!({"b": [{"c": "{{has x}}"}, {}]}),
        ] {
            assert_eq!(differences(&fits, &found), Vec::<String>::new(), "{fits}");
        }
        for wrong in [
            json!({"a": "1"}),
            json!({"a": "{{absent}}"}),
            json!({"z": "{{present}}"}),
            json!({"b": [{"c": "y"}]}),
            json!({"b": [{"c": "y"}, {"c": "z"}]}),
            json!({"b": [{"c": "{{has q}}"}, {}]}),
        ] {
            assert_eq!(differences(&wrong, &found).len(), 1, "{wrong}");
        }
    }
}
