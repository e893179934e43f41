//! `Accept`: whether the client takes the only thing that we can answer, JSON.

use actix_web::http::header::{ACCEPT, HeaderMap};

use crate::scim::ScimError;

/// 406 for a client that says what it takes and leaves every kind of JSON out. One that says nothing,
/// or nothing that can be understood, takes what it gets.
///
/// RFC 7644 §3.8 has `application/scim+json` and `application/json` be the same document, so either
/// will do.
pub(super) fn check(headers: &HeaderMap) -> Result<(), ScimError> {
    let ranges: Vec<Range<'_>> = headers
        .get_all(ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(Range::read)
        .collect();
    if ranges.is_empty() || ranges.iter().any(Range::takes_json) {
        return Ok(());
    }
    Err(ScimError::not_acceptable(
        "Accept: the answers of this server are application/scim+json",
    ))
}

/// One media range with its weight (RFC 9110 §12.5.1).
struct Range<'a> {
    media: &'a str,
    weight: f32,
}

impl<'a> Range<'a> {
    /// `None` for what is no media range. The lone `*` of old Java clients is one.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let media = parts
            .next()
            .filter(|media| media.contains('/') || *media == "*")?;
        let weight = parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .and_then(|(_, weight)| weight.trim().parse().ok())
            .unwrap_or(1.0);
        Some(Self { media, weight })
    }

    fn takes_json(&self) -> bool {
        self.weight > 0.0
            && [
                "application/scim+json",
                "application/json",
                "text/json",
                "application/*",
                "*/*",
                "*",
            ]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(self.media))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[track_caller]
    fn takes(values: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(ACCEPT, HeaderValue::from_static(value));
        }
        check(&headers).is_ok()
    }

    #[test]
    fn json_by_either_name_and_every_wildcard_is_taken() {
        assert!(takes(&[]));
        assert!(takes(&[""]));
        assert!(takes(&["application/scim+json"]));
        assert!(takes(&["application/json; charset=utf-8"]));
        assert!(takes(&["text/html,application/xhtml+xml,*/*;q=0.8"]));
        assert!(takes(&["text/html, image/gif, *; q=.2"]));
        assert!(takes(&["application/xml", "Application/*"]));
        assert!(takes(&["gibberish"]));
    }

    #[test]
    fn who_takes_no_json_is_told_so() {
        assert!(!takes(&["application/xml"]));
        assert!(!takes(&["text/csv;q=1, application/json;q=0"]));
        assert!(!takes(&["text/*"]));
    }
}
