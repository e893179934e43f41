//! The body of a request: its media type, its size, the time it may take, and its JSON.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde_json::Value;

use super::super::app::App;
use super::super::aside::{LONG, aside};
use super::super::error::Answer;
use super::super::exchanges::Sent;
use super::super::room::Taken;
use crate::base::Limits;
use crate::scim::{ScimError, json};
use crate::store::StoreError;

/// How long a whole body may take to arrive.
pub(in crate::http) const DEADLINE: Duration = Duration::from_secs(10);

/// The JSON of an ordinary request, and its bytes.
#[derive(Debug)]
pub(in crate::http) struct Body(pub(in crate::http) Value, pub(in crate::http) Bytes);

/// The JSON of a bulk request, which may be larger.
#[derive(Debug)]
pub(in crate::http) struct BulkBody(pub(in crate::http) Value, pub(in crate::http) Bytes);

type Reading<T> = Pin<Box<dyn Future<Output = Result<T, Answer>>>>;

impl FromRequest for Body {
    type Error = Answer;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = read(request, payload.take(), |limits| limits.body);
        Box::pin(async { value.await.map(|(value, bytes)| Self(value, bytes)) })
    }
}

impl FromRequest for BulkBody {
    type Error = Answer;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = read(request, payload.take(), |limits| limits.bulk_body);
        Box::pin(async { value.await.map(|(value, bytes)| Self(value, bytes)) })
    }
}

fn read(
    request: &HttpRequest,
    payload: Payload,
    limit: fn(&Limits) -> usize,
) -> impl Future<Output = Result<(Value, Bytes), Answer>> + 'static {
    let app = request
        .app_data::<Data<App>>()
        .cloned()
        .ok_or(StoreError::Stopped);
    let headers = check(request.headers());
    let announced = announced(request.headers());
    let request = request.clone();
    async move {
        let app = app?;
        headers?;
        let limits = app.settings.limits;
        let limit = limit(&limits);
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large(limit).into());
        }
        let mut taken = Taken::default();
        let hold = |length| app.room.hold(&mut taken, length);
        let bytes = bytes(payload, limit, hold).await?;
        let depth = limits.json_depth;
        let value = if bytes.len() < LONG {
            json::parse(&bytes, depth)
        } else {
            app.room.read(&mut taken, bytes.len()).await?;
            let bytes = bytes.clone();
            aside(move || json::parse(&bytes, depth)).await?
        };
        let mut extensions = request.extensions_mut();
        extensions.insert(Sent(bytes.clone()));
        // Until the request is answered.
        extensions.insert(taken);
        Ok((value?, bytes))
    }
}

/// The bytes of a body, if there are not too many and they arrive in time. `hold` is told how many they are
/// each time that more have come, and may refuse them.
pub(in crate::http) async fn bytes(
    payload: Payload,
    limit: usize,
    hold: impl FnMut(usize) -> Result<(), ScimError>,
) -> Result<Bytes, ScimError> {
    tokio::time::timeout(DEADLINE, collect(payload, limit, hold))
        .await
        .map_err(|_| ScimError::request_timeout("the body did not arrive within 10 seconds"))?
}

async fn collect(
    mut payload: Payload,
    limit: usize,
    mut hold: impl FnMut(usize) -> Result<(), ScimError>,
) -> Result<Bytes, ScimError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|_| ScimError::bad_request("the body ended before it was complete"))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        hold(body.len() + chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(limit: usize) -> ScimError {
    ScimError::too_large(format_args!(
        "the body is larger than {limit} bytes; send less at once"
    ))
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// 415 for a body that we would not understand. A missing content type counts as SCIM, and so do the
/// older name of JSON and any parameter but a foreign character set.
fn check(headers: &HeaderMap) -> Result<(), ScimError> {
    let plain = |value: &str| value.is_empty() || value.eq_ignore_ascii_case("identity");
    let encoding = headers
        .get(CONTENT_ENCODING)
        .map(|value| value.to_str().unwrap_or("unreadable").trim());
    if encoding.is_some_and(|encoding| !plain(encoding)) {
        return Err(ScimError::unsupported_media_type(
            "Content-Encoding: bodies are read as they are; send this one uncompressed",
        ));
    }
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let wrong = || {
        ScimError::unsupported_media_type(
            "Content-Type: expected application/scim+json or application/json, in UTF-8",
        )
    };
    let value = value.to_str().map_err(|_| wrong())?;
    let mut parts = value.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let known = media.is_empty()
        || ["application/scim+json", "application/json", "text/json"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(media));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            matches!(
                value.trim().trim_matches('"').to_ascii_lowercase().as_str(),
                "utf-8" | "utf8" | "us-ascii"
            )
        }
        _ => true,
    });
    if known && utf8 { Ok(()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[track_caller]
    fn status(content_type: &'static str) -> Option<u16> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        check(&headers).err().map(|error| error.status())
    }

    #[test]
    fn json_is_accepted_under_either_name_with_any_charset_that_is_utf8() {
        assert_eq!(status("application/scim+json; charset=UTF-8"), None);
        assert_eq!(
            status("Application/JSON;charset=\"utf-8\"; profile=x"),
            None
        );
        assert_eq!(status(""), None);
        assert_eq!(status("application/xml"), Some(415));
        assert_eq!(status("application/json; charset=utf-16"), Some(415));
        assert_eq!(status("application/x-www-form-urlencoded"), Some(415));
    }
}
