//! References of one resource to another inside a complex attribute, such as `manager`: the id in
//! `value` is what counts, and `$ref` is kept in step with it.

use serde_json::{Map, Value};

use super::resource::Kind;
use super::schema::{Attribute, Type};

/// The kind of resource that `attribute` points at, if it is a complex attribute whose `value` is
/// the id and whose `$ref` is the address of a resource of that one kind.
///
/// `members` is not among them: it may point at two kinds.
pub(super) fn target(attribute: &Attribute) -> Option<Kind> {
    attribute
        .sub("value")
        .filter(|value| value.kind == Type::String)?;
    let reference = attribute
        .sub("$ref")
        .filter(|reference| reference.kind == Type::Reference)?;
    let [only] = reference.reference_types.as_slice() else {
        return None;
    };
    Kind::ALL.into_iter().find(|kind| kind.name() == only)
}

/// The id at the end of an address such as `../Users/2819c223` (RFC 7643 §2.3.7).
pub(super) fn id_in(reference: &str, kind: Kind) -> Option<&str> {
    let (before, id) = reference.rsplit_once('/')?;
    let endpoint = before.rsplit('/').next()?;
    (endpoint == kind.endpoint() && !id.is_empty()).then_some(id)
}

/// The address of a resource as it is kept, relative to any base.
pub(super) fn relative(kind: Kind, id: &str) -> String {
    format!("../{}/{id}", kind.endpoint())
}

/// Makes `$ref` of a value of `attribute` say what `value` says: a relative address, as in the
/// enterprise user of RFC 7643 §8.3. Without a `value` there is no `$ref` either.
pub(super) fn settle(attribute: &Attribute, parts: &mut Map<String, Value>) {
    let Some(kind) = target(attribute) else {
        return;
    };
    let reference = parts
        .get("value")
        .and_then(Value::as_str)
        .filter(|id| fits_in_a_uri(id))
        .map(|id| relative(kind, id));
    match reference {
        Some(reference) => {
            parts.insert("$ref".into(), reference.into());
        }
        None => {
            parts.shift_remove("$ref");
        }
    }
}

/// Whether `id` can stand in an address as it is (the unreserved characters of RFC 3986 §2.3).
fn fits_in_a_uri(id: &str) -> bool {
    !id.starts_with('.')
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Schemas;
    use crate::scim::{AttrPath, Urn};
    use serde_json::json;

    fn settled(parts: Value) -> Value {
        let schemas = Schemas::builtin().unwrap();
        let path = AttrPath::parse(&format!("{}:manager", Urn::ENTERPRISE)).unwrap();
        let manager = schemas.resolve(Kind::User, &path).unwrap();
        let Value::Object(mut parts) = parts else {
            panic!("an object");
        };
        settle(manager.leaf(), &mut parts);
        Value::Object(parts)
    }

    #[test]
    fn the_address_of_a_manager_follows_the_id() {
        assert_eq!(
            settled(json!({"value": "26118915", "$ref": "https://elsewhere.example.net/x"})),
            json!({"value": "26118915", "$ref": "../Users/26118915"})
        );
        assert_eq!(settled(json!({"$ref": "../Users/7"})), json!({}));
        assert_eq!(
            settled(json!({"value": "../../admin"})),
            json!({"value": "../../admin"})
        );
    }

    #[test]
    fn an_id_is_read_from_an_address_of_the_right_kind() {
        assert_eq!(id_in("../Users/7", Kind::User), Some("7"));
        assert_eq!(
            id_in("https://scim.example.net/scim/v2/Users/7", Kind::User),
            Some("7")
        );
        assert_eq!(id_in("../Groups/7", Kind::User), None);
        assert_eq!(id_in("7", Kind::User), None);
    }
}
