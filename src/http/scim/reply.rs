//! What goes back: one resource, a list, or nothing but a status.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LOCATION, ETAG, LOCATION};

use super::super::error::{Answer, SCIM_JSON};
use crate::provision::{Outcome, Shown};
use crate::scim::project::Projection;

/// 200 with JSON that is ready to be sent.
pub(super) fn json(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(SCIM_JSON)
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text)
}

/// One resource as `text`, with its version and its location; RFC 7643 §3.1 wants `Content-Location` to say the
/// same as `meta.location`.
pub(super) fn written(status: StatusCode, shown: &Shown, base: &str, text: String) -> HttpResponse {
    let location = shown.location(base);
    HttpResponse::build(status)
        .content_type(SCIM_JSON)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((ETAG, shown.etag().to_string()))
        .insert_header((CONTENT_LOCATION, location.as_str()))
        .insert_header((LOCATION, location))
        .body(text)
}

/// 304: the reader has the present version.
pub(super) fn not_modified(shown: &Shown) -> HttpResponse {
    HttpResponse::NotModified()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((ETAG, shown.etag().to_string()))
        .finish()
}

/// 201 for what came to be, 200 for what changed or stayed.
pub(super) fn outcome(
    outcome: &Outcome,
    base: &str,
    projection: &Projection,
) -> Result<HttpResponse, Answer> {
    let whole = |status, shown: &Shown| {
        let text = shown.text(base, projection)?;
        Ok(written(status, shown, base, text))
    };
    match outcome {
        Outcome::Created(shown) => whole(StatusCode::CREATED, shown),
        Outcome::Changed(shown) | Outcome::Unchanged(shown) => whole(StatusCode::OK, shown),
        Outcome::Gone => Ok(no_content(None)),
        Outcome::Forbidden(error) => Err(error.clone().into()),
    }
}

/// 204, with the version where there still is one.
pub(super) fn no_content(shown: Option<&Shown>) -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response.insert_header((CACHE_CONTROL, "no-store"));
    if let Some(shown) = shown {
        response.insert_header((ETAG, shown.etag().to_string()));
    }
    response.finish()
}
