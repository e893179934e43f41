//! What is logged of requests: one line each, with numbers and ids. Never a query, a header, a body or
//! a path as it was sent. What matters most is in the sentence too, which is all that `journalctl` shows
//! unless it is asked for more.

use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;

use super::exchanges::known;
use super::route;
use super::visit::Visit;
use crate::scim::ResourceId;

/// The line of a request that was answered.
pub(super) fn request(
    visit: &Visit,
    method: &Method,
    response: &ServiceResponse<BoxBody>,
    took: Duration,
) {
    let known_route = route::of_path(response.request().path());
    let (route, id) = known_route.unwrap_or(("-", None));
    let resource = id
        .and_then(|id| id.parse::<ResourceId>().ok())
        .map(|id| id.to_string());
    let connection = visit
        .caller
        .as_ref()
        .map_or("-", |caller| caller.entrance.connection.name.as_str());
    let method = known(method);
    let status = response.status().as_u16();
    tracing::info!(
        request = &*visit.request,
        connection,
        token = visit.caller.as_ref().map(|caller| caller.token),
        method,
        route,
        resource,
        status,
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "{method} {route}: {status}"
    );
}

/// The line that says why a credential was not accepted; the client is not told.
pub(super) fn denied(visit: &Visit, why: &str) {
    tracing::warn!(
        request = &*visit.request,
        address = visit.peer.map(|peer| peer.to_string()),
        why,
        "credential refused: {why}"
    );
}
