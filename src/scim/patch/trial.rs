//! One user and the ways in which the tests of this folder change her.

use serde_json::{Value, json};

use super::{PatchRequest, apply};
use crate::base::{Dialect, Limits, Policy};
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Reading, ScimError, Urn};

/// A user whom every test finds as she is here.
pub(super) fn mira() -> Value {
    json!({
        "userName": "mira.holt@example.net",
        "name": {"givenName": "Mira", "familyName": "Holt"},
        "emails": [
            {"value": "mira@example.net", "type": "work", "primary": true},
            {"value": "mira@example.org", "type": "home"}
        ],
        Urn::ENTERPRISE: {"department": "Audit", "costCenter": "40"}
    })
}

pub(super) fn patched(
    dialect: Dialect,
    before: Value,
    operations: &Value,
) -> Result<Value, ScimError> {
    let schemas = Schemas::builtin().unwrap();
    let reading = Reading::new(&Policy::default(), &Limits::DEFAULT);
    let body = json!({"schemas": [Urn::PATCH_OP], "Operations": operations});
    let request = PatchRequest::parse(body, Kind::User, &schemas, &reading)?;
    let Value::Object(before) = before else {
        panic!("attributes are an object");
    };
    let before = Attributes::from_canonical(before);
    apply(&before, &request, &schemas, Kind::User, dialect)
        .map(|after| Value::Object(after.attributes.into_map()))
}

/// The pointer and what is there after one operation on Mira, in either dialect.
#[track_caller]
pub(super) fn check(operation: &Value, pointer: &str, expected: &Value) {
    for dialect in [Dialect::Strict, Dialect::Tolerant] {
        let after = patched(dialect, mira(), &json!([operation])).unwrap();
        let found = after.pointer(pointer).unwrap_or(&Value::Null);
        assert_eq!(found, expected, "{dialect:?}");
    }
}

#[track_caller]
pub(super) fn unchanged(operation: &Value) {
    check(operation, "", &mira());
}

#[track_caller]
pub(super) fn refused(operation: &Value, keyword: &str) -> String {
    let error = patched(Dialect::Strict, mira(), &json!([operation])).unwrap_err();
    assert_eq!(error.body()["scimType"], keyword, "{}", error.detail());
    assert_eq!(error.status(), 400);
    error.detail().to_owned()
}
