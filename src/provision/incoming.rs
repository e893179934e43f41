//! The body of a POST or a PUT, from what was sent to what is meant.

use serde_json::Value;

use crate::provision::caller::Ask;
use crate::provision::tolerated::Tolerated;
use crate::scim::{Attributes, Kind, MemberRef, Reading, ScimError, dialect, validate};

/// A resource as a client describes it: rewritten by the dialect of the connection, checked against
/// its schemas. Made before the request waits for the writer.
#[derive(Debug)]
pub struct Incoming {
    pub(super) attributes: Attributes,
    /// `None` when the body does not speak of members.
    pub(super) members: Option<Vec<MemberRef>>,
    tolerated: Vec<Tolerated>,
}

impl Incoming {
    /// Reads the body of a POST or a PUT.
    pub fn read(ask: &Ask, kind: Kind, body: Value) -> Result<Self, ScimError> {
        ask.check_kind(kind)?;
        let policy = ask.policy();
        let (body, rewrites) = dialect::rewrite_body(policy.dialect, kind, ask.schemas(), body);
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax(format_args!(
                "expected a {kind} as a JSON object"
            )));
        };
        let reading = Reading::new(policy, &ask.limits);
        let incoming = validate::incoming(body, kind, ask.schemas(), &reading)?;
        Ok(Self {
            attributes: incoming.attributes,
            members: incoming.members,
            tolerated: Tolerated::list(rewrites, incoming.dropped),
        })
    }

    /// What was bent or left out.
    pub fn tolerated(&self) -> &[Tolerated] {
        &self.tolerated
    }
}
