//! The door: every request passes it, whatever it asks for, so that no route can be forgotten.
//!
//! It gives the request its id, tidies its path, and lets in only who shows a valid token. A handler
//! that panics is answered 500 here, and what happened is logged in one line.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse};
use futures_util::FutureExt;

use super::address;
use super::app::App;
use super::error;
use super::exchanges::{self, Asked};
use super::gzip;
use super::log;
use super::throttle::{Later, Rate};
use super::visit::{RefusedCredential, Visit};
use crate::base::TokenDigest;
use crate::provision::{Caller, Failure};
use crate::scim::ScimError;

/// The header under which the request id is returned.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Seconds after which a paused connection may be asked again.
const PAUSED: u32 = 300;

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
    let mut visit = Visit {
        request: app.next_request(),
        now: app.clock.now(),
        peer: request.peer_addr().map(|address| address.ip()),
        caller: None,
        refused: None,
    };
    let asked = Asked {
        method: request.method().clone(),
        uri: request.uri().clone(),
    };
    let gzip_accepted = gzip::accepted(request.headers());
    let admitted = admit(&app, &request, &mut visit);
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
            response?.map_into_boxed_body()
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
    Ok(gzip::compress(response, gzip_accepted))
}

/// Counts an answer for a monitoring system.
fn measure(app: &App, visit: &Visit, method: &Method, status: StatusCode, took: Duration) {
    let connection = visit.entrance().map(|entrance| entrance.connection.number);
    app.meters
        .request(connection, exchanges::known(method), status.as_u16(), took);
}

/// Finds out who asks, if a token is needed; the same 401 for every credential that is not accepted,
/// while the log says what was wrong with it.
fn admit(app: &App, request: &ServiceRequest, visit: &mut Visit) -> Result<(), Failure> {
    if app.settings.public_discovery && is_public(request) {
        return Ok(());
    }
    let digest = match credential(request.headers()) {
        Ok(credential) => TokenDigest::of(credential).map_err(RefusedCredential::from),
        Err(why) => Err(RefusedCredential::strange("missing", why)),
    };
    let digest = digest.map_err(|refused| denied(app, visit, refused))?;
    let caller = match app.caller(&digest, visit.now)? {
        Ok(caller) => caller,
        Err(why) => {
            let refused = RefusedCredential {
                kind: why.kind(),
                why: why.to_string(),
                token: why.whose().map(|(token, _)| token),
                entrance: why
                    .whose()
                    .and_then(|(_, connection)| app.entrance(connection)),
            };
            return Err(denied(app, visit, refused));
        }
    };
    let is_paused = caller.entrance.connection.paused;
    visit.caller = Some(caller);
    if is_paused {
        return Err(ScimError::paused(
            "the operator has paused this connection; nothing is lost, try again later",
            PAUSED,
        )
        .into());
    }
    if let Some(caller) = &visit.caller {
        throttle(app, caller)?;
    }
    Ok(())
}

/// Notes what was wrong with a credential, and whose token it was; the answer does not tell. Whoever
/// comes with too many of them is told to come later, which is no word about the credential either.
fn denied(app: &App, visit: &mut Visit, refused: RefusedCredential) -> Failure {
    app.meters.refusal(refused.kind);
    app.tally
        .refusal(refused.kind, refused.token, visit.now, visit.peer);
    if let Err(Later(seconds)) = app.throttle.refusal(visit.peer, Instant::now()) {
        return Failure::Refused(ScimError::too_many_requests(
            "too many credentials from this address were refused; try again later",
            seconds,
        ));
    }
    log::denied(visit, &refused.why);
    visit.refused = Some(Arc::new(refused));
    Failure::Refused(ScimError::unauthorized(
        "a valid bearer token is needed: `Authorization: Bearer …`, as `appliance token new` prints it",
    ))
}

/// 429 when the connection asks for more than the operator lets in.
fn throttle(app: &App, caller: &Caller) -> Result<(), ScimError> {
    let policy = &caller.entrance.policy;
    let Some(limit) = policy.rate_limit else {
        return Ok(());
    };
    let rate = Rate {
        per_second: limit.get(),
        burst: policy.rate_burst.get(),
    };
    app.throttle
        .request(caller.entrance.connection.number, rate, Instant::now())
        .map_err(|Later(seconds)| {
            let detail = format!(
                "this connection is let in {limit} times a second; nothing was changed, try again later"
            );
            ScimError::too_many_requests(detail, seconds)
        })
}

/// Whether this is the one document that the operator may show to everybody.
fn is_public(request: &ServiceRequest) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
        && request.path().strip_prefix(address::BASE) == Some("/ServiceProviderConfig")
}

/// The bearer token of a request: from exactly one `Authorization` header and from nowhere else
/// (RFC 6750 §2.1).
fn credential(headers: &HeaderMap) -> Result<&str, &'static str> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next().ok_or("no credential")?;
    if values.next().is_some() {
        return Err("more than one Authorization header");
    }
    let value = value
        .to_str()
        .map_err(|_| "a credential that is not text")?;
    let (scheme, token) = value
        .trim()
        .split_once([' ', '\t'])
        .ok_or("an Authorization header without scheme and token")?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token.trim())
    } else {
        Err("another scheme than Bearer")
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (AUTHORIZATION, HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn a_token_comes_from_one_authorization_header() {
        assert_eq!(credential(&headers(&["Bearer abc"])), Ok("abc"));
        assert_eq!(credential(&headers(&["  bearer \t abc  "])), Ok("abc"));
        for wrong in [
            &[][..],
            &["Bearer"],
            &["abc"],
            &["Basic abc"],
            &["Bearer a", "Bearer a"],
        ] {
            assert!(credential(&headers(wrong)).is_err(), "{wrong:?}");
        }
    }
}
