//! The `schemas` of a message, when the one that must be there is not.

use serde_json::{Map, Value};

use super::fired::Fired;

/// Sees to it that `schemas` names `urn`.
///
/// Wrong: `{"operations": […]}`; right: `{"schemas": ["urn:…:PatchOp"], "Operations": […]}`. Shown by
/// `tests/idp/sequences/entra/patch_without_schemas.json`. Wrong too, from templates that an
/// administrator edits: `"schemas": ["urn:scim:schemas:core:1.0"]` alone. Shown by
/// `tests/idp/sequences/onelogin/template_of_version_1.json`.
pub(super) fn complete(fired: &mut Fired, message: &mut Map<String, Value>, urn: &str) {
    let listed = message
        .iter_mut()
        .find(|(name, _)| name.eq_ignore_ascii_case("schemas"))
        .map(|(_, value)| value);
    let Some(listed) = listed.filter(|value| !value.is_null()) else {
        fired.add("schemas missing", "schemas");
        message.retain(|name, _| !name.eq_ignore_ascii_case("schemas"));
        message.insert("schemas".into(), Value::Array(vec![urn.into()]));
        return;
    };
    let mut urns = match listed.take() {
        Value::Array(urns) => urns,
        single => vec![single],
    };
    let is_named = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case(urn))
    };
    if !urns.iter().any(is_named) {
        fired.add("schemas incomplete", "schemas");
        urns.push(urn.into());
    }
    *listed = Value::Array(urns);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_right_urn_is_added_where_it_is_missing() {
        for (before, after) in [
            (json!({}), json!(["urn:x:y"])),
            (json!({"schemas": null}), json!(["urn:x:y"])),
            (json!({"schemas": []}), json!(["urn:x:y"])),
            (json!({"schemas": "urn:x:y"}), json!(["urn:x:y"])),
            (
                json!({"schemas": ["urn:a:b"]}),
                json!(["urn:a:b", "urn:x:y"]),
            ),
            (json!({"schemas": ["URN:X:Y"]}), json!(["URN:X:Y"])),
        ] {
            let Value::Object(mut message) = before else {
                panic!("an object");
            };
            complete(&mut Fired::default(), &mut message, "urn:x:y");
            assert_eq!(message["schemas"], after);
        }
    }
}
