//! What this connection is told the server can do.

use serde_json::Value;

use super::cursor;
use crate::base::Limits;
use crate::provision::caller::Ask;
use crate::scim::discovery;

/// The service provider configuration; the same for every connection, but for the address where clients of
/// OAuth 2.0 get their access tokens.
pub fn service_provider_config(base: &str, limits: &Limits, token_endpoint: Option<&str>) -> Value {
    discovery::service_provider_config(base, limits, cursor::LIFETIME.as_secs(), token_endpoint)
}

/// The resource types of the connection.
pub fn resource_types(ask: &Ask) -> Vec<Value> {
    discovery::resource_types(&ask.base, ask.schemas(), ask.kinds())
}

/// The schemas of the connection.
pub fn schemas(ask: &Ask) -> Vec<Value> {
    discovery::schemas(&ask.base, ask.schemas(), ask.kinds())
}
