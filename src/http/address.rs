//! The address of a request: tidied before it is routed, and the one under which the client knows us.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::http::uri::{Authority, PathAndQuery};

use crate::base::{Settings, TlsSettings};

/// Where the protocol starts.
pub(super) const BASE: &str = "/scim/v2";

/// Where clients of OAuth 2.0 get their access tokens.
pub(super) const TOKENS: &str = "/oauth/token";

/// Brings the path of a request into its plain form: doubled slashes become one, a trailing one goes,
/// and a path that was glued behind a query of the base (`/scim/v2/?aadOptscim062020/Users?…`, which is
/// what a Tenant URL with a flag becomes when a client only appends) is put where it belongs.
pub(super) fn tidy(request: &mut ServiceRequest) {
    let uri = &request.head().uri;
    let Some(plain) = plain(uri.path(), uri.query().unwrap_or_default()) else {
        return;
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = PathAndQuery::from_str(&plain).ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// The plain form of a path and its query, if it differs.
fn plain(path: &str, query: &str) -> Option<String> {
    let gap = path.split('/').skip(1).any(str::is_empty);
    if !gap && path.len() != BASE.len() {
        return None;
    }
    let mut wanted = String::with_capacity(path.len());
    for part in path.split('/').filter(|part| !part.is_empty()) {
        wanted.push('/');
        wanted.push_str(part);
    }
    let mut query = query;
    if wanted.eq_ignore_ascii_case(BASE) {
        let flag = query.split(['/', '?', '&', '=']).next().unwrap_or_default();
        let glued = query.get(flag.len()..).filter(|rest| rest.starts_with('/'));
        if let Some(glued) = glued {
            let (path, rest) = glued.split_once('?').unwrap_or((glued, ""));
            for part in path.split('/').filter(|part| !part.is_empty()) {
                wanted.push('/');
                wanted.push_str(part);
            }
            query = rest;
        }
    }
    if wanted.is_empty() {
        wanted.push('/');
    }
    if wanted == path {
        return None;
    }
    if !query.is_empty() {
        wanted.push('?');
        wanted.push_str(query);
    }
    Some(wanted)
}

/// The base address under which the client reached us: the operator's public URL; or what a trusted
/// proxy says; or the host that the request names.
pub(super) fn base(settings: &Settings, request: &HttpRequest, peer: Option<IpAddr>) -> String {
    let named = request.uri().authority().map(Authority::as_str);
    address(settings, request.headers(), named, peer)
}

/// Where clients of OAuth 2.0 get their access tokens, beside this base address.
pub(super) fn tokens(base: &str) -> String {
    format!("{}{TOKENS}", base.strip_suffix(BASE).unwrap_or(base))
}

/// `named` is the host in the request line, or the `:authority` of HTTP/2, which has no `Host` header.
fn address(
    settings: &Settings,
    headers: &HeaderMap,
    named: Option<&str>,
    peer: Option<IpAddr>,
) -> String {
    if let Some(url) = &settings.public_url {
        return format!("{}{BASE}", url.trim_end_matches('/'));
    }
    let trusted = peer.is_some_and(|peer| settings.trusted_proxies.contains(&peer));
    let forwarded = |name: &'static str| {
        trusted
            .then(|| headers.get(HeaderName::from_static(name)))
            .flatten()
            .and_then(|value| value.to_str().ok())
    };
    let first = |text: &str| text.split(',').next().unwrap_or_default().trim().to_owned();
    let standard = |wanted: &str| {
        forwarded("forwarded").and_then(|text| {
            first(text).split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.trim()
                    .eq_ignore_ascii_case(wanted)
                    .then(|| value.trim().trim_matches('"').to_owned())
            })
        })
    };
    let scheme = standard("proto")
        .or_else(|| forwarded("x-forwarded-proto").map(first))
        .filter(|scheme| matches!(scheme.as_str(), "http" | "https"))
        .unwrap_or_else(|| {
            match settings.tls {
                TlsSettings::Off { .. } => "http",
                TlsSettings::SelfSigned | TlsSettings::Files { .. } | TlsSettings::Acme(_) => {
                    "https"
                }
            }
            .to_owned()
        });
    let header = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = [
        standard("host"),
        forwarded("x-forwarded-host").map(first),
        named.map(ToOwned::to_owned),
        header.map(ToOwned::to_owned),
    ]
    .into_iter()
    .flatten()
    .find(|host| is_host(host))
    .unwrap_or_else(|| settings.listen.to_string());
    format!("{scheme}://{host}{BASE}")
}

/// Whether `text` is a host with perhaps a port: nothing else may enter an address that we print.
fn is_host(text: &str) -> bool {
    (1..=260).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn slashes_and_a_glued_flag_are_tidied() {
        assert_eq!(plain("/scim/v2/Users", "count=1"), None);
        assert_eq!(
            plain("//scim//v2//Users/", "a=b").unwrap(),
            "/scim/v2/Users?a=b"
        );
        assert_eq!(plain("/", ""), None);
        assert_eq!(plain("/scim/v2/", "").unwrap(), "/scim/v2");
        assert_eq!(
            plain("/scim/v2/", "aadOptscim062020/Users?filter=x").unwrap(),
            "/scim/v2/Users?filter=x"
        );
        assert_eq!(plain("/scim/v2", "aadOptscim062020"), None);
        assert_eq!(plain("/scim/v2", "filter=a/b"), None);
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn only_a_trusted_proxy_says_how_we_are_called() {
        let mut settings = Settings::with_defaults("/nowhere".into());
        let sent = headers(&[
            ("host", "scim.example.org:8443"),
            ("x-forwarded-host", "evil.example"),
        ]);
        let proxy: IpAddr = [127, 0, 0, 1].into();
        let plain = "https://scim.example.org:8443/scim/v2";
        assert_eq!(address(&settings, &sent, None, Some(proxy)), plain);
        settings.trusted_proxies = vec![proxy];
        assert_eq!(
            address(&settings, &sent, None, Some([10, 0, 0, 1].into())),
            plain
        );
        assert_eq!(
            address(&settings, &sent, None, Some(proxy)),
            "https://evil.example/scim/v2"
        );
        let sent = headers(&[(
            "forwarded",
            "for=1.2.3.4;proto=http;host=\"a.example\", by=x",
        )]);
        assert_eq!(
            address(&settings, &sent, None, Some(proxy)),
            "http://a.example/scim/v2"
        );
        settings.public_url = Some("https://scim.example.org/".into());
        assert_eq!(
            address(&settings, &sent, None, Some(proxy)),
            "https://scim.example.org/scim/v2"
        );
    }

    #[test]
    fn a_host_named_beside_the_headers_counts_before_them() {
        let settings = Settings::with_defaults("/nowhere".into());
        let named = |name| address(&settings, &headers(&[("host", "b.example")]), name, None);
        assert_eq!(named(Some("a.example")), "https://a.example/scim/v2");
        assert_eq!(named(Some("user@a.example")), "https://b.example/scim/v2");
        assert_eq!(named(None), "https://b.example/scim/v2");
    }

    #[test]
    fn a_host_that_is_none_is_not_repeated() {
        let settings = Settings::with_defaults("/nowhere".into());
        let sent = headers(&[("host", "a\"><script>")]);
        assert_eq!(
            address(&settings, &sent, None, None),
            "https://[::]:8443/scim/v2"
        );
    }
}
