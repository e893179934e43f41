//! What this connection is told the server can do.

use serde_json::Value;

use super::cursor;
use crate::base::Limits;
use crate::provision::caller::Ask;
use crate::scim::discovery;

/// The service provider configuration; the same for every connection.
pub fn service_provider_config(base: &str, limits: &Limits) -> Value {
    discovery::service_provider_config(base, limits, cursor::LIFETIME.as_secs())
}

/// The resource types of the connection.
pub fn resource_types(ask: &Ask) -> Vec<Value> {
    discovery::resource_types(&ask.base, ask.schemas(), ask.kinds())
}

/// The schemas of the connection.
pub fn schemas(ask: &Ask) -> Vec<Value> {
    discovery::schemas(&ask.base, ask.schemas(), ask.kinds())
}
