//! The door: every request passes it, whatever it asks for, so that no route can be forgotten.
//!
//! It gives the request its id, tidies its path, and lets in only who shows a valid token. A handler
//! that panics is answered 500 here, and what happened is logged in one line.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use futures_util::FutureExt;

use super::address;
use super::app::App;
use super::credential;
use super::entry;
use super::error;
use super::exchanges::{self, Asked};
use super::gzip;
use super::log;
use super::scim::body::DEADLINE;
use super::throttle::Later;
use super::unread::Unread;
use super::visit::{RefusedCredential, Visit};
use crate::provision::Failure;
use crate::scim::ScimError;

/// The header under which the request id is returned.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Lets a request in, or answers it at the door.
pub(super) async fn pass(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return Ok(request.into_response(panicked()));
    };
    address::tidy(&mut request);
    let unread = Unread::watch(&mut request);
    let mut visit = Visit {
        request: app.next_request(),
        now: app.clock.now(),
        // A listener for both families sees a client of IPv4 as `::ffff:…`, which nobody writes in
        // `trusted_proxies`.
        peer: request
            .peer_addr()
            .map(|address| address.ip().to_canonical()),
        caller: None,
        refused: None,
    };
    let asked = Asked {
        method: request.method().clone(),
        uri: request.uri().clone(),
    };
    let gzip_accepted = gzip::accepted(request.headers());
    let admitted = admit(&app, &request, &mut visit).await;
    let mut response = match admitted {
        Ok(()) => {
            if let Some(caller) = &visit.caller {
                app.note_use(caller.token, visit.now, visit.peer);
            }
            request.extensions_mut().insert(visit.clone());
            let handled = AssertUnwindSafe(next.call(request)).catch_unwind().await;
            let Ok(response) = handled else {
                tracing::error!(request = &*visit.request, "a handler panicked");
                let took = started.elapsed();
                measure(
                    &app,
                    &visit,
                    &asked.method,
                    StatusCode::INTERNAL_SERVER_ERROR,
                    took,
                );
                exchanges::record_panic(&app, &visit, asked, took);
                let response = with_id(panicked(), &visit);
                return Err(InternalError::from_response("panicked", response).into());
            };
            let response = response?.map_into_boxed_body();
            if let Some(known) = response.request().extensions_mut().remove::<Visit>() {
                visit = known;
            }
            response
        }
        Err(failure) => request.into_response(error::answer(&failure)),
    };
    if let Ok(id) = HeaderValue::from_str(&visit.request) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let took = started.elapsed();
    if let Some(caller) = &visit.caller {
        let connection = caller.entrance.connection.number;
        app.tally
            .request(connection, visit.now, response.status().as_u16());
    }
    measure(&app, &visit, &asked.method, response.status(), took);
    log::request(&visit, &asked.method, &response, took);
    let response = exchanges::record(&app, &visit, asked, response, took);
    if let Some(unread) = unread {
        unread
            .finish(DEADLINE.saturating_sub(started.elapsed()))
            .await;
    }
    Ok(gzip::compress(response, gzip_accepted).await)
}

/// Counts an answer for a monitoring system.
fn measure(app: &App, visit: &Visit, method: &Method, status: StatusCode, took: Duration) {
    let connection = visit.entrance().map(|entrance| entrance.connection.number);
    app.meters
        .request(connection, exchanges::known(method), status.as_u16(), took);
}

/// Finds out who asks, if a token is needed; the same 401 for every credential that is not accepted,
/// while the log says what was wrong with it.
async fn admit(app: &App, request: &ServiceRequest, visit: &mut Visit) -> Result<(), Failure> {
    // Whoever asks for a token has none yet; the endpoint finds out by itself who that is.
    if request.path() == address::TOKENS || (app.settings.public_discovery && is_public(request)) {
        return Ok(());
    }
    match credential::caller(app, request.headers(), visit.now).await? {
        Ok(caller) => {
            let checked = entry::check(app, &caller);
            // Even whoever is told to come later is known from here on.
            visit.caller = Some(caller);
            Ok(checked?)
        }
        Err(refused) => Err(denied(app, visit, refused)),
    }
}

/// The answer to a credential that was not accepted.
fn denied(app: &App, visit: &mut Visit, refused: RefusedCredential) -> Failure {
    let error = match credential::refuse(app, visit, refused) {
        Ok(()) => ScimError::unauthorized(
            "a valid bearer token is needed: `Authorization: Bearer …`, as `appliance token new` prints it",
        ),
        Err(Later(seconds)) => ScimError::too_many_requests(
            "too many credentials from this address were refused; try again later",
            seconds,
        ),
    };
    Failure::Refused(error)
}

/// Whether this is the one document that the operator may show to everybody.
fn is_public(request: &ServiceRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && request.path().strip_prefix(address::BASE) == Some("/ServiceProviderConfig")
}

fn panicked() -> HttpResponse {
    error::broken(
        StatusCode::INTERNAL_SERVER_ERROR,
        None,
        "the server failed; its log has the reason under this request's id",
    )
}

fn with_id(mut response: HttpResponse, visit: &Visit) -> HttpResponse {
    if let Ok(id) = HeaderValue::from_str(&visit.request) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
