//! From a failure to an answer: the only place that picks a status for our own faults.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use crate::provision::Failure;
use crate::scim::{ScimError, Urn};
use crate::store::StoreError;

/// The media type of every answer (RFC 7644 §8.1).
pub(super) const SCIM_JSON: &str = "application/scim+json";

/// A failure on its way out.
#[derive(Debug)]
pub struct Answer(Failure);

impl<F: Into<Failure>> From<F> for Answer {
    fn from(failure: F) -> Self {
        Self(failure.into())
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Answer {
    fn status_code(&self) -> StatusCode {
        match &self.0 {
            Failure::Refused(error) | Failure::Withheld(error) => status(error.status()),
            Failure::Broken(error) => own_fault(error).0,
        }
    }

    fn error_response(&self) -> HttpResponse {
        answer(&self.0)
    }
}

/// The answer to a request that was not carried out.
pub(super) fn answer(failure: &Failure) -> HttpResponse {
    match failure {
        Failure::Refused(error) | Failure::Withheld(error) => refused(error),
        Failure::Broken(error) => {
            log(error);
            let (status, retry_after, detail) = own_fault(error);
            broken(status, retry_after, detail)
        }
    }
}

/// The answer to a request that was the client's fault.
pub(super) fn refused(error: &ScimError) -> HttpResponse {
    let mut response = HttpResponse::build(status(error.status()));
    response.content_type(SCIM_JSON);
    response.insert_header((CACHE_CONTROL, "no-store"));
    if error.status() == 401 {
        response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"scim\""));
    }
    if let Some(seconds) = error.retry_after() {
        response.insert_header((RETRY_AFTER, seconds));
    }
    response.body(error.body().to_string())
}

/// 404 for an address that we never have.
pub(super) fn nothing() -> ScimError {
    ScimError::not_found(
        "nothing is here; the base is /scim/v2, with Users, Groups, Bulk, Schemas, ResourceTypes and \
         ServiceProviderConfig below it",
    )
}

/// 405 with the methods that would be right.
pub(super) fn method_not_allowed(allowed: &'static str) -> HttpResponse {
    let error = ScimError::method_not_allowed(format_args!("this address answers {allowed}"));
    let mut response = refused(&error);
    response.headers_mut().insert(
        ALLOW,
        actix_web::http::header::HeaderValue::from_static(allowed),
    );
    response
}

/// A fault of ours, without a word of its cause: that is in the log, under the request id.
pub(super) fn broken(status: StatusCode, retry_after: Option<u32>, detail: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.content_type(SCIM_JSON);
    response.insert_header((CACHE_CONTROL, "no-store"));
    if let Some(seconds) = retry_after {
        response.insert_header((RETRY_AFTER, seconds));
    }
    response.body(
        json!({
            "schemas": [Urn::ERROR],
            "status": status.as_str(),
            "detail": detail,
        })
        .to_string(),
    )
}

/// The line of a request that was not carried out through no fault of the client. When there is only more to
/// do than can be done, whoever asked is told to come again, and nothing is wrong.
pub(super) fn log(error: &StoreError) {
    let fault = error as &dyn std::error::Error;
    if own_fault(error).0 == StatusCode::SERVICE_UNAVAILABLE {
        tracing::warn!(error = fault, "a request was put off");
    } else {
        tracing::error!(error = fault, "a request broke");
    }
}

/// Status, `Retry-After` in seconds, and detail for a fault of ours.
pub(super) const fn own_fault(error: &StoreError) -> (StatusCode, Option<u32>, &'static str) {
    match error {
        // A command beside the server may hold the lock for seconds, when it works on everything.
        StoreError::Busy | StoreError::Locked | StoreError::Stopped => (
            StatusCode::SERVICE_UNAVAILABLE,
            Some(2),
            "the server has more to do than it can; try again shortly",
        ),
        StoreError::Full => (
            StatusCode::INSUFFICIENT_STORAGE,
            Some(30),
            "the server's disk is full, or takes nothing; nothing was changed; try again later",
        ),
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            None,
            "the server failed; nothing was changed; its log has the reason under this request's id",
        ),
    }
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
