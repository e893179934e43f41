//! What the entries work on: the schemas, and one resource of each kind.

use std::sync::LazyLock;

use appliance::base::{Dialect, Limits, Policy, Timestamp};
use appliance::scim::schema::Schemas;
use appliance::scim::{Attributes, Kind, Meta, Reading, ResourceId, validate};
use serde_json::{Map, Value, json};

/// The schemas of a fresh connection.
pub(crate) static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::builtin().unwrap());

pub(crate) const DIALECTS: [Dialect; 2] = [Dialect::Strict, Dialect::Tolerant];

/// How bodies are read in a fresh connection.
pub(crate) fn reading() -> Reading {
    Reading::new(&Policy::default(), &Limits::DEFAULT)
}

/// Somebody who has a little of everything, and a group.
pub(crate) static PEOPLE: LazyLock<[(Kind, Attributes); 2]> = LazyLock::new(|| {
    let user = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "Mira.Holt@example.net",
        "externalId": "7D0c",
        "name": {"familyName": "Holt", "givenName": "Mira"},
        "active": true,
        "title": "100%_\\\"Clerk\" ß",
        "emails": [
            {"value": "mira@example.net", "type": "work", "primary": true},
            {"value": "mira@example.org", "type": "home"}
        ],
        "addresses": [{"type": "work", "formatted": "1 Road\nTown"}],
        "x509Certificates": [{"value": "bWlyYQ=="}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "department": "Tooling", "manager": {"value": "26118915"}
        }
    });
    let group = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Crew",
        "externalId": "crew"
    });
    [(Kind::User, user), (Kind::Group, group)].map(|(kind, body)| {
        let incoming = validate::incoming(object(body), kind, &SCHEMAS, &reading()).unwrap();
        (kind, incoming.attributes)
    })
});

/// An identifier and dates.
pub(crate) fn meta() -> (ResourceId, Meta) {
    let now = Timestamp::from_millis(1_795_000_000_000);
    let meta = Meta {
        created: now,
        modified: now,
        version: 7,
    };
    (ResourceId::new(now, [7; 10]), meta)
}

/// Attributes are in the form in which they are kept: as a body, they are read as themselves.
pub(crate) fn assert_canonical(kind: Kind, attributes: &Attributes) {
    let mut body = attributes.as_map().clone();
    let core = SCHEMAS.resource_type(kind).core.id.as_str();
    body.insert("schemas".into(), json!([core]));
    let again = validate::incoming(body, kind, &SCHEMAS, &reading())
        .unwrap_or_else(|error| panic!("{error}: {attributes:?}"));
    assert_eq!(again.attributes, *attributes);
    assert!(again.dropped.is_empty(), "{:?}", again.dropped);
    for name in ["password", "id", "meta", "members", "groups", "schemas"] {
        assert!(attributes.value(name).is_none(), "{name} is kept");
    }
}

/// A refusal is the client's fault and says so in a few words.
pub(crate) fn assert_civil(error: &appliance::scim::ScimError) {
    assert!(matches!(error.status(), 400 | 409 | 412 | 413), "{error}");
    assert!(!error.detail().is_empty() && error.detail().len() < 1_100);
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}
