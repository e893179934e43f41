//! RFC 7644 §3.1, §3.8 and RFC 9110: the manners of HTTP.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::json;

use super::people::{idp, user};

#[test]
fn head_is_get_without_a_body() {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    for path in [
        path.as_str(),
        "/Users",
        "/Groups",
        "/",
        "/ServiceProviderConfig",
        "/Schemas",
        "/ResourceTypes",
    ] {
        let get = idp.get(path);
        let head = idp.request("HEAD", path).send().is(get.status);
        assert!(head.body.is_empty());
        for name in ["content-type", "etag", "location"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
    idp.request("HEAD", "/Users/nobody").send().is(404);
}

#[test]
fn options_and_405_name_the_methods() {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    for (path, allowed, refused) in [
        (
            "/Users",
            &["GET", "POST", "HEAD"][..],
            &["PUT", "PATCH", "DELETE"][..],
        ),
        ("/Groups", &["GET", "POST"], &["PUT", "PATCH", "DELETE"]),
        (path.as_str(), &["GET", "PUT", "PATCH", "DELETE"], &["POST"]),
        ("/Bulk", &["POST"], &["GET", "PUT", "PATCH", "DELETE"]),
        ("/.search", &["POST"], &["GET", "PUT", "DELETE"]),
        ("/Users/.search", &["POST"], &["GET", "PUT", "DELETE"]),
        ("/Schemas", &["GET"], &["POST"]),
    ] {
        let options = idp.request("OPTIONS", path).send();
        assert!(matches!(options.status, 200 | 204), "{}", options.told());
        let allow = options.header("allow").unwrap_or_default().to_owned();
        for method in allowed {
            assert!(allow.contains(method), "{path}: {allow}");
        }
        for method in refused {
            assert!(!allow.contains(method), "{path}: {allow}");
            let reply = idp
                .request(method, path)
                .json(&json!({}))
                .send()
                .refused(405, "");
            assert_eq!(
                reply.header("allow"),
                Some(allow.as_str()),
                "{}",
                reply.told()
            );
        }
    }
    idp.get(&path).is(200);
}

#[test]
fn both_media_types_are_accepted_and_scim_is_answered() {
    let idp = idp();
    for (number, media) in [
        "application/scim+json",
        "application/json",
        "application/scim+json; charset=utf-8",
        "Application/JSON;Charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "",
    ]
    .iter()
    .enumerate()
    {
        let body = user(&format!("u{number}"), json!({}))
            .to_string()
            .into_bytes();
        idp.request("POST", "/Users")
            .body(media, body)
            .send()
            .is(201);
    }
    for media in [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "nonsense",
    ] {
        let body = user("never", json!({})).to_string().into_bytes();
        idp.request("POST", "/Users")
            .body(media, body)
            .send()
            .refused(415, "");
    }
    idp.get("/Users").counts(6);
}

#[test]
fn whatever_is_accepted_gets_scim_json() {
    let idp = idp();
    for accept in [
        "application/scim+json",
        "application/json",
        "*/*",
        "application/*",
        "application/json, text/plain, */*",
        "application/scim+json;q=0.5",
        "",
    ] {
        idp.request("GET", "/Users")
            .header("Accept", accept)
            .send()
            .is(200);
    }
}

#[test]
fn answers_are_not_to_be_stored_and_carry_a_request_id() {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    let mut seen = std::collections::BTreeSet::new();
    for reply in [
        idp.get(&path),
        idp.get("/Users"),
        idp.get("/Users/nobody"),
        idp.get("/Nothing"),
        idp.house.stranger().get("/Users"),
    ] {
        assert!(
            reply
                .header("cache-control")
                .unwrap_or_default()
                .contains("no-store"),
            "{}",
            reply.told()
        );
        seen.insert(reply.header("x-request-id").unwrap().to_owned());
    }
    assert_eq!(seen.len(), 5);
}

#[test]
fn answers_are_compressed_for_those_who_accept_it() {
    let idp = idp();
    let reply = idp
        .request("GET", "/Schemas")
        .header("Accept-Encoding", "gzip")
        .try_send()
        .unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert_eq!(reply.body[..2], [0x1f, 0x8b]);
    assert!(reply.body.len() < idp.get("/Schemas").body.len() / 2);
    assert_eq!(idp.get("/Schemas").header("content-encoding"), None);
}

#[test]
fn what_is_long_is_read_and_compressed_as_what_is_short() {
    let idp = idp();
    // Both longer than the 64 KiB from which another thread goes through them.
    let long = "n".repeat(50_000);
    let person = user("ada@example.net", json!({"nickName": long, "title": long}));
    let made = idp.post("/Users", &person).is(201);
    assert_eq!(made.at("/title"), long);
    let path = format!("/Users/{}", made.id());
    let packed = idp
        .request("GET", &path)
        .header("Accept-Encoding", "gzip")
        .try_send()
        .unwrap();
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut plain = Vec::new();
    GzDecoder::new(&*packed.body)
        .read_to_end(&mut plain)
        .unwrap();
    assert_eq!(plain, idp.get(&path).body);

    let broken = format!("{}]", person.to_string().trim_end_matches('}'));
    idp.request("POST", "/Users")
        .body("application/scim+json", broken.into_bytes())
        .send()
        .refused(400, "invalidSyntax");
}

#[test]
fn everything_below_the_base_that_is_nothing_is_a_scim_404() {
    let idp = idp();
    for path in [
        "/Nothing",
        "/users",
        "/Users/a/b",
        "/Users/.search/x",
        "/Bulk/x",
        "/.search/x",
        "/..",
        "/%00",
        "/Userss",
    ] {
        let reply = idp.get(path);
        assert!(matches!(reply.status, 404 | 405), "{}", reply.told());
    }
}

#[test]
fn a_proxy_that_is_not_trusted_does_not_say_how_we_are_called() {
    let idp = idp();
    let path = format!("/Users/{}", idp.user("ada@example.net"));
    let reply = idp
        .request("GET", &path)
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Proto", "http")
        .header("Forwarded", "host=evil.example;proto=http")
        .send();
    assert!(
        reply
            .header("location")
            .unwrap()
            .starts_with(&idp.house.url())
    );
    assert!(!reply.text().contains("evil.example"));
}

#[test]
fn unknown_parameters_are_harmless_and_names_have_no_case() {
    let idp = idp();
    idp.user("ada@example.net");
    idp.user("bo@example.net");
    idp.get("/Users?aadOptscim062020&x=y&&=&filter2=z")
        .counts(2);
    idp.get("/Users?FILTER=userName%20sw%20%22a%22").counts(1);
    idp.get("/Users?filter=userName+sw+%22a%22&").counts(1);
    idp.get("/Users?").counts(2);
}
