//! What came of one operation of a bulk request, and what is answered for it (RFC 7644 §3.7.3).

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::provision::caller::Ask;
use crate::provision::outcome::Outcome;
use crate::scim::bulk::{Malformed, Method, Operation};
use crate::scim::{Kind, ResourceId, ScimError};

/// What came of one operation.
pub(super) struct Ended {
    /// Its part of the answer.
    pub(super) answer: Map<String, Value>,
    /// The resource that it was about; `None` when it failed.
    pub(super) id: Option<ResourceId>,
}

impl Ended {
    pub(super) fn success(
        sent: &Operation,
        outcome: &Outcome,
        id: ResourceId,
        location: &str,
    ) -> Self {
        let mut answer = start(Some(sent.method), sent.bulk_id.as_deref());
        answer.insert("location".into(), json!(location));
        if let Some(shown) = outcome.shown() {
            answer.insert("version".into(), json!(shown.etag().to_string()));
        }
        let status = match (outcome, sent.kind, sent.method) {
            (Outcome::Created(_), ..) => "201",
            (Outcome::Gone, ..) | (_, Kind::Group, Method::Patch) => "204",
            (Outcome::Changed(_) | Outcome::Unchanged(_) | Outcome::Forbidden(_), ..) => "200",
        };
        answer.insert("status".into(), json!(status));
        Self {
            answer,
            id: Some(id),
        }
    }

    pub(super) fn failure(sent: &Operation, location: Option<String>, error: &ScimError) -> Self {
        let answer = start(Some(sent.method), sent.bulk_id.as_deref());
        // RFC 7644 §3.7.3: only a POST that failed has no location.
        Self::refused(
            answer,
            location.filter(|_| sent.method != Method::Post),
            error,
        )
    }

    pub(super) fn malformed(ask: &Ask, malformed: &Malformed) -> Self {
        let answer = start(malformed.method, malformed.bulk_id.as_deref());
        let target = malformed.target.as_ref();
        let location = target
            .filter(|_| malformed.method != Some(Method::Post))
            .map(|(kind, id)| address(ask, *kind, id));
        Self::refused(answer, location, &malformed.error)
    }

    fn refused(
        mut answer: Map<String, Value>,
        location: Option<String>,
        error: &ScimError,
    ) -> Self {
        if let Some(location) = location {
            answer.insert("location".into(), json!(location));
        }
        answer.insert("status".into(), json!(error.status().to_string()));
        answer.insert("response".into(), error.body());
        Self { answer, id: None }
    }
}

/// Where the resource of an operation is, or would be: its id as it was sent, but in a form that can
/// stand in an address. Too long for an id of anybody's, it is left out.
pub(super) fn address(ask: &Ask, kind: Kind, id: &str) -> String {
    const LONGEST: usize = 128;
    let endpoint = format!("{}/{}", ask.base, kind.endpoint());
    if id.len() > LONGEST {
        return endpoint;
    }
    let mut address = endpoint + "/";
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

fn start(method: Option<Method>, name: Option<&str>) -> Map<String, Value> {
    let mut answer = Map::new();
    if let Some(method) = method {
        answer.insert("method".into(), json!(method.as_str()));
    }
    if let Some(name) = name {
        answer.insert("bulkId".into(), json!(name));
    }
    answer
}
