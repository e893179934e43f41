//! What a client is told when its request is not carried out (RFC 7644 §3.12).

use std::fmt;

use serde_json::{Map, Value, json};
use thiserror::Error;

use crate::scim::urn::Urn;

/// An error in the words of RFC 7644 §3.12: a status, perhaps a `scimType`, and a detail that names
/// the place and the remedy. Only constructors, so that no other status can be made by accident.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{detail}")]
pub struct ScimError {
    status: u16,
    scim_type: Option<ScimType>,
    detail: String,
    retry_after: Option<u32>,
}

/// The `scimType` keywords of RFC 7644 table 9 and RFC 9865 §2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScimType {
    /// The filter's syntax is wrong, or it compares what cannot be compared.
    InvalidFilter,
    /// The query yields more than the server is willing to calculate.
    TooMany,
    /// A value is taken by another resource.
    Uniqueness,
    /// An attribute cannot be changed so.
    Mutability,
    /// The body is not the message that it should be.
    InvalidSyntax,
    /// A path names nothing.
    InvalidPath,
    /// A path with a filter that matches nothing.
    NoTarget,
    /// A value of the wrong type, or one that is required and missing.
    InvalidValue,
    /// A cursor that this server did not make, or made for another query.
    InvalidCursor,
    /// A cursor that was valid once.
    ExpiredCursor,
    /// A `count` that cannot be combined with this cursor.
    InvalidCount,
}

impl ScimType {
    /// The keyword as it stands in the body.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// The longest detail that leaves: what a client sent may be quoted, but not at any length.
const LONGEST_DETAIL: usize = 1_000;

impl ScimError {
    fn new(status: u16, scim_type: Option<ScimType>, detail: impl fmt::Display) -> Self {
        let mut detail = detail.to_string();
        if detail.len() > LONGEST_DETAIL {
            detail.truncate(detail.floor_char_boundary(LONGEST_DETAIL));
            detail.push('…');
        }
        Self {
            status,
            scim_type,
            detail,
            retry_after: None,
        }
    }

    /// 400 `invalidFilter`.
    pub fn invalid_filter(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::InvalidFilter), detail)
    }

    /// 400 `tooMany`.
    pub fn too_many(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::TooMany), detail)
    }

    /// 409 `uniqueness`.
    pub fn uniqueness(detail: impl fmt::Display) -> Self {
        Self::new(409, Some(ScimType::Uniqueness), detail)
    }

    /// 400 `mutability`.
    pub fn mutability(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::Mutability), detail)
    }

    /// 400 `invalidSyntax`.
    pub fn invalid_syntax(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::InvalidSyntax), detail)
    }

    /// 400 `invalidPath`.
    pub fn invalid_path(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::InvalidPath), detail)
    }

    /// 400 `noTarget`.
    pub fn no_target(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::NoTarget), detail)
    }

    /// 400 `invalidValue`.
    pub fn invalid_value(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::InvalidValue), detail)
    }

    /// 422 `invalidValue`: a well-formed request that this connection's rules do not allow.
    pub fn unprocessable(detail: impl fmt::Display) -> Self {
        Self::new(422, Some(ScimType::InvalidValue), detail)
    }

    /// 400 `invalidCursor` (RFC 9865 §2.1).
    pub fn invalid_cursor(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::InvalidCursor), detail)
    }

    /// 400 `expiredCursor` (RFC 9865 §2.1).
    pub fn expired_cursor(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::ExpiredCursor), detail)
    }

    /// 400 `invalidCount` (RFC 9865 §2.1).
    pub fn invalid_count(detail: impl fmt::Display) -> Self {
        Self::new(400, Some(ScimType::InvalidCount), detail)
    }

    /// 400 without a keyword: wrong, but none of table 9's rows.
    pub fn bad_request(detail: impl fmt::Display) -> Self {
        Self::new(400, None, detail)
    }

    /// 401: no valid credential.
    pub fn unauthorized(detail: impl fmt::Display) -> Self {
        Self::new(401, None, detail)
    }

    /// 403: a valid credential that does not allow this.
    pub fn forbidden(detail: impl fmt::Display) -> Self {
        Self::new(403, None, detail)
    }

    /// 404: nothing is there.
    pub fn not_found(detail: impl fmt::Display) -> Self {
        Self::new(404, None, detail)
    }

    /// 405: the path exists, the method does not.
    pub fn method_not_allowed(detail: impl fmt::Display) -> Self {
        Self::new(405, None, detail)
    }

    /// 406: no representation that the client accepts.
    pub fn not_acceptable(detail: impl fmt::Display) -> Self {
        Self::new(406, None, detail)
    }

    /// 408: the body did not arrive in time.
    pub fn request_timeout(detail: impl fmt::Display) -> Self {
        Self::new(408, None, detail)
    }

    /// 409 without a keyword: the request contradicts itself or the present state.
    pub fn conflict(detail: impl fmt::Display) -> Self {
        Self::new(409, None, detail)
    }

    /// 412: the resource is not the version that the client has.
    pub fn precondition_failed(detail: impl fmt::Display) -> Self {
        Self::new(412, None, detail)
    }

    /// 413: the request is larger than a limit.
    pub fn too_large(detail: impl fmt::Display) -> Self {
        Self::new(413, None, detail)
    }

    /// 415: a body that we cannot read.
    pub fn unsupported_media_type(detail: impl fmt::Display) -> Self {
        Self::new(415, None, detail)
    }

    /// 429: later, in so many seconds.
    pub fn too_many_requests(detail: impl fmt::Display, retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(429, None, detail)
        }
    }

    /// 501: part of the protocol, but not of this server, which does not advertise it.
    pub fn not_implemented(detail: impl fmt::Display) -> Self {
        Self::new(501, None, detail)
    }

    /// 503 because the operator paused the connection: nothing is wrong, try again in so many seconds.
    pub fn paused(detail: impl fmt::Display, retry_after: u32) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(503, None, detail)
        }
    }

    /// 503 because something changed in between: the same request, sent again in so many seconds, has
    /// every chance.
    pub fn try_again(detail: impl fmt::Display, retry_after: u32) -> Self {
        Self::paused(detail, retry_after)
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The keyword of table 9, if one fits.
    pub const fn scim_type(&self) -> Option<ScimType> {
        self.scim_type
    }

    /// The sentence for whoever repairs the request.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Seconds after which the same request may succeed.
    pub const fn retry_after(&self) -> Option<u32> {
        self.retry_after
    }

    /// The same error with `place` in front of its detail, e.g. `Operations[2]`.
    #[must_use]
    pub fn at(self, place: impl fmt::Display) -> Self {
        Self {
            retry_after: self.retry_after,
            ..Self::new(
                self.status,
                self.scim_type,
                format_args!("{place}: {}", self.detail),
            )
        }
    }

    /// The body: `schemas`, `status` as text, `scimType` and `detail`.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("schemas".into(), json!([Urn::ERROR]));
        body.insert("status".into(), json!(self.status.to_string()));
        if let Some(scim_type) = self.scim_type {
            body.insert("scimType".into(), json!(scim_type.as_str()));
        }
        body.insert("detail".into(), json!(self.detail));
        Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_that_of_rfc_7644_section_3_12() {
        let error = ScimError::mutability("id: the server assigns it").at("Operations[0]");
        assert_eq!(
            error.body(),
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "status": "400",
                "scimType": "mutability",
                "detail": "Operations[0]: id: the server assigns it"
            })
        );
    }

    #[test]
    fn a_detail_is_bounded_whatever_is_quoted() {
        let error = ScimError::invalid_value("é".repeat(10_000));
        assert!(error.detail().len() <= LONGEST_DETAIL + '…'.len_utf8());
    }
}
