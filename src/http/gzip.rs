//! Long answers are compressed for clients that take them so (RFC 7644 §3.13 leaves it to HTTP).

use std::io::Write;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderValue, VARY,
};
use actix_web::web::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::aside::{LONG, aside};

/// Bytes below which compressing costs more than it saves: about two packets.
const WORTH_IT: u64 = 2_800;

/// The answer, compressed when it is long and the client accepts gzip.
pub(super) async fn compress(
    response: ServiceResponse<BoxBody>,
    accepts: bool,
) -> ServiceResponse<BoxBody> {
    let long =
        matches!(response.response().body().size(), BodySize::Sized(size) if size >= WORTH_IT);
    if !accepts || !long {
        return response;
    }
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(plain) => match packed(&plain).await {
            Some(packed) => {
                let headers = head.headers_mut();
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
                headers.remove(CONTENT_LENGTH);
                BoxBody::new(packed)
            }
            None => BoxBody::new(plain),
        },
        Err(body) => body,
    };
    ServiceResponse::new(request, head.set_body(body))
}

/// The bytes compressed, a long answer on a thread of its own; `None`: they are sent as they are.
async fn packed(plain: &Bytes) -> Option<Vec<u8>> {
    if plain.len() < LONG {
        return gzip(plain);
    }
    let plain = plain.clone();
    aside(move || gzip(&plain)).await.ok().flatten()
}

/// Whether a client takes gzip: named, and not with a weight of nought (RFC 9110 §12.5.3).
pub(super) fn accepted(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            name.trim().eq_ignore_ascii_case("gzip")
                && weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
        })
}

/// The bytes compressed; `None` if the encoder fails, which it does not when it writes to memory.
fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn gzip_is_used_only_where_it_is_accepted() {
        assert!(accepted(&headers("deflate, gzip;q=0.5")));
        assert!(accepted(&headers("GZIP")));
        assert!(!accepted(&headers("gzip;q=0")));
        assert!(!accepted(&headers("br")));
        assert!(!accepted(&HeaderMap::new()));
    }
}
