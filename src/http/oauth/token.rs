//! A client asks for an access token.

use actix_web::http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::json;

use super::error::OauthError;
use super::form::{self, Wanted};
use crate::base::{PlainToken, Refusal, Timestamp, TokenDigest};
use crate::http::app::App;
use crate::http::credential;
use crate::http::entry;
use crate::http::error::log;
use crate::http::scim::body;
use crate::http::visit::{RefusedCredential, Visit};
use crate::provision::{self, Client, Failure};
use crate::store::{Access, Scope, StoreError};

/// The longest form that is read.
const LONGEST: usize = 16 << 10;

/// Answers with an access token, or with the reason why not in the words of RFC 6749.
pub(in crate::http) async fn token(
    request: HttpRequest,
    payload: Payload,
    app: Data<App>,
) -> HttpResponse {
    match given(&request, payload, &app).await {
        Ok(answer) => answer,
        Err(error) => {
            if let OauthError::Broken(error) = &error {
                log(error);
            }
            error.answer()
        }
    }
}

/// RFC 6749 §3.2: tokens are asked for with POST.
pub(in crate::http) fn not_allowed() -> HttpResponse {
    let mut answer = OauthError::Request("tokens are asked for with POST").answer();
    *answer.status_mut() = actix_web::http::StatusCode::METHOD_NOT_ALLOWED;
    let allowed = actix_web::http::header::HeaderValue::from_static("POST, OPTIONS");
    answer.headers_mut().insert(ALLOW, allowed);
    answer
}

async fn given(
    request: &HttpRequest,
    payload: Payload,
    app: &App,
) -> Result<HttpResponse, OauthError> {
    let wanted = wanted(request, payload).await?;
    let client = identify(request, app, &wanted)?;
    if wanted.grant != "client_credentials" {
        return Err(OauthError::Grant);
    }
    let scope = scope(&client, wanted.scope.as_deref())?;
    entry::check(app, &client.caller).map_err(OauthError::Refused)?;
    let token = PlainToken::generate().map_err(|failed| OauthError::Broken(failed.into()))?;
    let access = client.access(token.digest(), scope, app.clock.now())?;
    let kept = access.clone();
    app.store
        .try_write::<_, Failure>(move |tx| provision::grant(tx, &kept))
        .await?;
    Ok(answer(&token, &access))
}

async fn wanted(request: &HttpRequest, payload: Payload) -> Result<Wanted, OauthError> {
    let form = "Content-Type: expected application/x-www-form-urlencoded";
    let media = request.headers().get(CONTENT_TYPE).map(|value| {
        let text = value.to_str().unwrap_or_default();
        text.split(';').next().unwrap_or_default().trim().to_owned()
    });
    if media.is_none_or(|media| !media.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        return Err(OauthError::Request(form));
    }
    let mut authorization = request.headers().get_all(AUTHORIZATION);
    let header = match (authorization.next(), authorization.next()) {
        (_, Some(_)) => return Err(OauthError::Request("more than one Authorization header")),
        (header, None) => header.map(|value| value.to_str().unwrap_or_default()),
    };
    let bytes = body::bytes(payload.into_inner(), LONGEST, |_| Ok(()))
        .await
        .map_err(OauthError::Refused)?;
    form::read(header, &bytes)
}

/// Finds out which client asks, and leaves it where the door finds it.
fn identify(request: &HttpRequest, app: &App, wanted: &Wanted) -> Result<Client, OauthError> {
    let mut extensions = request.extensions_mut();
    let visit = extensions
        .get_mut::<Visit>()
        .ok_or(OauthError::Broken(StoreError::Stopped))?;
    match find(app, wanted, visit.now)? {
        Ok(client) => {
            visit.caller = Some(client.caller.clone());
            app.note_use(client.caller.token, visit.now, visit.peer);
            Ok(client)
        }
        Err(refused) => {
            credential::refuse(app, visit, refused).map_err(OauthError::Later)?;
            Err(OauthError::Client)
        }
    }
}

fn find(
    app: &App,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Result<Client, RefusedCredential>, Failure> {
    let Some(shown) = &wanted.client else {
        let why = "no client id and secret";
        return Ok(Err(RefusedCredential::strange(Refusal::Missing, why)));
    };
    let secret = match TokenDigest::of(&shown.secret) {
        Ok(secret) => secret,
        Err(flaw) => return Ok(Err(flaw.into())),
    };
    let found = app.directory()?.client(&shown.id, &secret, now);
    Ok(found.map_err(|why| credential::denied(app, why)))
}

/// What the access token will allow: what the client may do, or less if it asks for less (RFC 6749 §3.3).
fn scope(client: &Client, asked: Option<&str>) -> Result<Scope, OauthError> {
    match (asked, client.caller.scope) {
        (None, own) => Ok(own),
        (Some("read"), _) => Ok(Scope::Read),
        (Some("provision"), Scope::Provision) => Ok(Scope::Provision),
        _ => Err(OauthError::Scope),
    }
}

fn answer(token: &PlainToken, access: &Access) -> HttpResponse {
    let seconds = access.expires.since(access.created).as_secs();
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .body(
            json!({
                "access_token": token.expose(),
                "token_type": "Bearer",
                "expires_in": seconds,
                "scope": access.scope.as_str(),
            })
            .to_string(),
        )
}
