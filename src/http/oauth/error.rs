//! What a client is told that gets no access token (RFC 6749 §5.2).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use crate::http::error::own_fault;
use crate::http::throttle::Later;
use crate::provision::Failure;
use crate::scim::ScimError;
use crate::store::StoreError;

/// Why there is no access token.
#[derive(Debug)]
pub(super) enum OauthError {
    /// The request is not what RFC 6749 §4.4.2 describes.
    Request(&'static str),
    /// Nobody has this id and this secret, or its time is over: the client is not told which.
    Client,
    /// It asks for a token in another way than with its own credentials.
    Grant,
    /// It asks for more than it may do, or for what nobody knows.
    Scope,
    /// Too many clients from this address were refused.
    Later(Later),
    /// Refused for a reason that has nothing to do with OAuth.
    Refused(ScimError),
    /// A fault of ours.
    Broken(StoreError),
}

impl From<Failure> for OauthError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) | Failure::Withheld(error) => Self::Refused(error),
            Failure::Broken(error) => Self::Broken(error),
        }
    }
}

impl OauthError {
    pub(super) fn answer(&self) -> HttpResponse {
        let (status, word, detail, later) = self.parts();
        let mut response = HttpResponse::build(status);
        response.content_type("application/json");
        response.insert_header((CACHE_CONTROL, "no-store"));
        response.insert_header((PRAGMA, "no-cache"));
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"oauth\", charset=\"UTF-8\""));
        }
        if let Some(seconds) = later {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.body(json!({"error": word, "error_description": detail}).to_string())
    }

    /// Status, word, description, and when to come again. For what RFC 6749 §5.2 has no word, that of
    /// §4.1.2.1 for a server that cannot answer now is used.
    fn parts(&self) -> (StatusCode, &'static str, &str, Option<u32>) {
        const BUSY: &str = "temporarily_unavailable";
        match self {
            Self::Request(detail) => (StatusCode::BAD_REQUEST, "invalid_request", detail, None),
            Self::Client => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "the client id or its secret is wrong, or not good any more",
                None,
            ),
            Self::Grant => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "grant_type: expected client_credentials",
                None,
            ),
            Self::Scope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "scope: expected `provision` or `read`, and no more than the client was made for",
                None,
            ),
            Self::Later(Later(seconds)) => (
                StatusCode::TOO_MANY_REQUESTS,
                BUSY,
                "too many credentials from this address were refused; try again later",
                Some(*seconds),
            ),
            Self::Refused(error) => {
                let status =
                    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
                let word = match error.retry_after() {
                    Some(_) => BUSY,
                    None => "invalid_request",
                };
                (status, word, error.detail(), error.retry_after())
            }
            Self::Broken(error) => {
                let (status, later, detail) = own_fault(error);
                (status, BUSY, detail, later)
            }
        }
    }
}
