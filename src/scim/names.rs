//! By which names people and groups are called.

use serde_json::{Map, Value};

use super::resource::Kind;

/// The names in the attributes of a resource: of a user `userName`, `externalId` and every address, of a
/// group `displayName` and `externalId`.
pub fn names(kind: Kind, attributes: &Map<String, Value>) -> Vec<&str> {
    let first = match kind {
        Kind::User => "userName",
        Kind::Group => "displayName",
    };
    let emails = match kind {
        Kind::User => attributes.get("emails").and_then(Value::as_array),
        Kind::Group => None,
    };
    let emails = emails.into_iter().flatten().map(|email| email.get("value"));
    [attributes.get(first), attributes.get("externalId")]
        .into_iter()
        .chain(emails)
        .filter_map(|name| name?.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_person_has_more_names_than_a_group() {
        let both = json!({
            "userName": "ada", "displayName": "Ada", "externalId": "1",
            "emails": [{"value": "a@example.net"}, {"type": "home"}]
        });
        let attributes = both.as_object().unwrap();
        assert_eq!(names(Kind::User, attributes), ["ada", "1", "a@example.net"]);
        assert_eq!(names(Kind::Group, attributes), ["Ada", "1"]);
    }
}
