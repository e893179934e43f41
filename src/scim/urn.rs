//! Uniform resource names of schemas and messages.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A schema's or a message's URI. Compares without case (RFC 8141 §3.1 and RFC 7643 §2.1), prints
/// as it was declared.
#[derive(Clone)]
pub struct Urn(Arc<str>);

impl Urn {
    /// Core User, RFC 7643 §4.1.
    pub const USER: &'static str = "urn:ietf:params:scim:schemas:core:2.0:User";
    /// Core Group, RFC 7643 §4.2.
    pub const GROUP: &'static str = "urn:ietf:params:scim:schemas:core:2.0:Group";
    /// Enterprise User extension, RFC 7643 §4.3.
    pub const ENTERPRISE: &'static str =
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    /// Service provider configuration, RFC 7643 §5.
    pub const SERVICE_PROVIDER_CONFIG: &'static str =
        "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    /// Resource type, RFC 7643 §6.
    pub const RESOURCE_TYPE: &'static str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    /// Schema, RFC 7643 §7.
    pub const SCHEMA: &'static str = "urn:ietf:params:scim:schemas:core:2.0:Schema";
    /// A list of resources, RFC 7644 §3.4.2.
    pub const LIST_RESPONSE: &'static str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    /// A query by POST, RFC 7644 §3.4.3.
    pub const SEARCH_REQUEST: &'static str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
    /// A PATCH request, RFC 7644 §3.5.2.
    pub const PATCH_OP: &'static str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    /// A bulk request, RFC 7644 §3.7.
    pub const BULK_REQUEST: &'static str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    /// A bulk response, RFC 7644 §3.7.
    pub const BULK_RESPONSE: &'static str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
    /// An error, RFC 7644 §3.12.
    pub const ERROR: &'static str = "urn:ietf:params:scim:api:messages:2.0:Error";

    /// The URN written as `text`. Nothing is checked: whether it means something is for the
    /// schemas to say.
    pub fn new(text: &str) -> Self {
        Self(Arc::from(text))
    }

    /// The URN as it was declared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this URN, in any letter case.
    pub fn is(&self, text: &str) -> bool {
        self.0.eq_ignore_ascii_case(text)
    }
}

impl PartialEq for Urn {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

impl Eq for Urn {}

impl Hash for Urn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Urn({})", self.0)
    }
}
