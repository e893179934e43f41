//! The RFC's own schemas, embedded as data: the characteristics are those of RFC 7643 §8.7, the
//! descriptions our own words.

use crate::scim::schema::document::SchemaDocument;
use crate::scim::schema::document::SchemaFlaw;

const USER: &str = include_str!("builtin/user.json");
const GROUP: &str = include_str!("builtin/group.json");
const ENTERPRISE_USER: &str = include_str!("builtin/enterprise_user.json");

/// The schemas that describe the discovery documents themselves (RFC 7643 §8.7.2). No resource is
/// read by them, so they are kept as text; that of schemas nests deeper than a resource may.
pub(super) const DISCOVERY: [&str; 3] = [
    include_str!("builtin/service_provider_config.json"),
    include_str!("builtin/resource_type.json"),
    include_str!("builtin/schema.json"),
];

fn read(text: &str) -> Result<SchemaDocument, SchemaFlaw> {
    let json = serde_json::from_str(text).map_err(|error| SchemaFlaw {
        place: "document".into(),
        complaint: error.to_string(),
    })?;
    SchemaDocument::parse(&json)
}

/// Core User.
pub(super) fn user() -> Result<SchemaDocument, SchemaFlaw> {
    read(USER)
}

/// Core Group.
pub(super) fn group() -> Result<SchemaDocument, SchemaFlaw> {
    read(GROUP)
}

/// Enterprise User.
pub(super) fn enterprise_user() -> Result<SchemaDocument, SchemaFlaw> {
    read(ENTERPRISE_USER)
}
