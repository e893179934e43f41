//! The path of a PATCH operation, and the names in `attributes` and `sortBy`.

use appliance::scim::list::SortBy;
use appliance::scim::patch::{PatchRequest, apply};
use appliance::scim::project::{Projection, Rules};
use appliance::scim::{AttrPath, Kind, Urn};
use serde_json::{Value, json};

use super::sample::{DIALECTS, PEOPLE, SCHEMAS, assert_canonical, assert_civil, reading};

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Some(path) = AttrPath::parse(text) {
        assert_eq!(AttrPath::parse(&path.to_string()), Some(path));
    }
    for kind in Kind::ALL {
        if let Err(error) = SortBy::parse(text, false, &SCHEMAS, &[kind]) {
            assert_civil(&error);
        }
        let shown =
            json!({"id": "7", "schemas": [], "userName": "m", "emails": [{"type": "work"}]});
        for (only, except) in [(Some(text), None), (None, Some(text))] {
            match Projection::parse(only, except, kind, &SCHEMAS, &Rules::of(kind, &SCHEMAS)) {
                // Whatever is selected, the id is always there (RFC 7643 §3.1).
                Ok(selected) => assert_eq!(selected.apply(shown.clone())["id"], "7"),
                Err(error) => assert_civil(&error),
            }
        }
    }
    for operation in [
        json!({"op": "remove", "path": text}),
        json!({"op": "add", "path": text, "value": "x"}),
        json!({"op": "replace", "path": text, "value": {"value": "x", "type": "work"}}),
        json!({"op": "add", "path": text, "value": [{"value": "x", "primary": true}]}),
        json!({"op": "replace", "path": text, "value": true}),
    ] {
        carry_out(&operation);
    }
}

fn carry_out(operation: &Value) {
    let body = json!({"schemas": [Urn::PATCH_OP], "Operations": [operation]});
    for (kind, before) in &*PEOPLE {
        let request = match PatchRequest::parse(body.clone(), *kind, &SCHEMAS, &reading()) {
            Ok(request) => request.split_members().0,
            Err(error) => {
                assert_civil(&error);
                continue;
            }
        };
        for dialect in DIALECTS {
            match apply(before, &request, &SCHEMAS, *kind, dialect) {
                Ok(after) => assert_canonical(*kind, &after.attributes),
                Err(error) => assert_civil(&error),
            }
        }
    }
}
