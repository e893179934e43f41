//! Attributes that were written long ago, by schemas that may have changed since.

use super::adapt::adapt;
use super::finish::finish;
use crate::scim::attributes::Attributes;
use crate::scim::error::ScimError;
use crate::scim::resource::Kind;
use crate::scim::schema::Schemas;
use crate::scim::urn::Urn;

/// What the schemas of `today` make of attributes from another day. What they do not know is left out;
/// what has another type by now, or is required and missing, is 400 `invalidValue`. What `rfc` alone
/// declares cannot have changed; everything else is looked at.
pub fn readmit(
    attributes: Attributes,
    kind: Kind,
    rfc: &Schemas,
    today: &Schemas,
) -> Result<Attributes, ScimError> {
    let extensions: Vec<Urn> = attributes
        .iter()
        .filter(|(name, _)| name.contains(':'))
        .map(|(name, _)| Urn::new(name))
        .collect();
    let mut attributes = attributes;
    for urn in &extensions {
        attributes = adapt(&attributes, kind, urn, rfc, today)?.attributes;
    }
    finish(&attributes, kind, today)?;
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Declaration;
    use serde_json::{Value, json};

    const URN: &str = "urn:example:2.0:User";

    #[track_caller]
    fn check(declared: &Value, held: &Value, expected: Result<Value, &str>) {
        let document = json!({"id": URN, "attributes": declared});
        let declaration = Declaration::parse(&document).unwrap();
        let rfc = Schemas::builtin().unwrap();
        let today = Schemas::extended([&declaration]).unwrap();
        let attributes = Attributes::from_canonical(held.as_object().unwrap().clone());
        let found = readmit(attributes, Kind::User, &rfc, &today)
            .map(|attributes| Value::Object(attributes.into_map()))
            .map_err(|error| error.detail().to_owned());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn what_is_not_declared_any_more_stays_behind() {
        let enterprise =
            json!({"department": "Engines", "manager": {"value": "1", "displayName": "C"}});
        check(
            &json!([{"name": "badge", "type": "string"}]),
            &json!({
                "userName": "ada", Urn::ENTERPRISE: enterprise,
                URN: {"badge": "7", "desk": "4"}, "urn:example:old:User": {"x": 1}
            }),
            Ok(json!({"userName": "ada", Urn::ENTERPRISE: enterprise, URN: {"badge": "7"}})),
        );
    }

    #[test]
    fn what_has_another_type_by_now_is_refused() {
        check(
            &json!([{"name": "badge", "type": "integer"}]),
            &json!({"userName": "ada", URN: {"badge": "seven"}}),
            Err("urn:example:2.0:User:badge: expected a whole number, found \"seven\""),
        );
    }
}
