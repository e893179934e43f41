//! R17: whoever shows no valid token learns nothing, whatever else the request is.

use serde_json::json;

use super::catalogue::{Catalogue, population, unless};
use super::house::client::Client;
use super::house::reply::Reply;
use super::house::server::House;

/// Headers that must not open the door. In capitals what [`credentials`] fills in.
const NOT_VALID: [(&str, &str); 51] = [
    ("none", ""),
    ("an empty header", "Authorization:"),
    ("a blank header", "Authorization:   "),
    ("the scheme alone", "Authorization: Bearer"),
    ("the scheme and a blank", "Authorization: Bearer "),
    ("null", "Authorization: Bearer null"),
    ("undefined", "Authorization: Bearer undefined"),
    ("none in words", "Authorization: Bearer None"),
    ("nought", "Authorization: Bearer 0"),
    ("true", "Authorization: Bearer true"),
    ("an empty text", "Authorization: Bearer \"\""),
    ("a quoted token", "Authorization: Bearer \"TOKEN\""),
    ("a token in angle brackets", "Authorization: Bearer <TOKEN>"),
    ("a placeholder", "Authorization: Bearer {token}"),
    ("a star", "Authorization: Bearer *"),
    ("a percent sign", "Authorization: Bearer %"),
    ("SQL", "Authorization: Bearer ' OR '1'='1"),
    ("SQL after the token", "Authorization: Bearer TOKEN' --"),
    ("a path", "Authorization: Bearer ../../appliance.sqlite"),
    ("no scheme", "Authorization: TOKEN"),
    ("an equals sign", "Authorization: Bearer=TOKEN"),
    ("the scheme twice", "Authorization: Bearer Bearer TOKEN"),
    ("Basic", "Authorization: Basic BASE64"),
    ("Token", "Authorization: Token TOKEN"),
    ("Digest", "Authorization: Digest TOKEN"),
    ("DPoP", "Authorization: DPoP TOKEN"),
    ("BearerX", "Authorization: BearerX TOKEN"),
    ("the token twice", "Authorization: Bearer TOKEN TOKEN"),
    ("a parameter", "Authorization: Bearer TOKEN; charset=utf-8"),
    ("the prefix alone", "Authorization: Bearer PREFIX"),
    ("the payload alone", "Authorization: Bearer PAYLOAD"),
    ("another prefix", "Authorization: Bearer appliancesPAYLOAD"),
    ("a letter too many", "Authorization: Bearer TOKENa"),
    ("a sign of filling too many", "Authorization: Bearer TOKEN="),
    ("what is stored", "Authorization: Bearer DIGEST"),
    ("another header", "X-Authorization: Bearer TOKEN"),
    ("an API key", "X-Api-Key: TOKEN"),
    ("an access token", "X-Access-Token: TOKEN"),
    ("a colon behind the scheme", "Authorization: Bearer: TOKEN"),
    ("a comma behind the scheme", "Authorization: Bearer, TOKEN"),
    ("Basic with the token", "Authorization: Basic TOKEN"),
    (
        "two tokens and a comma",
        "Authorization: Bearer TOKEN,TOKEN",
    ),
    (
        "two headers",
        "Authorization: Bearer TOKEN\r\nAuthorization: Bearer TOKEN",
    ),
    (
        "a good and a bad header",
        "Authorization: Bearer TOKEN\r\nAuthorization: Bearer x",
    ),
    (
        "a bad and a good header",
        "Authorization: Bearer x\r\nAuthorization: Bearer TOKEN",
    ),
    (
        "what is stored, with the prefix",
        "Authorization: Bearer PREFIXDIGEST",
    ),
    (
        "a JSON web token",
        "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
    ),
    ("the proxy's header", "Proxy-Authorization: Bearer TOKEN"),
    (
        "a cookie",
        "Cookie: token=TOKEN; access_token=TOKEN; Authorization=Bearer TOKEN",
    ),
    (
        "somebody trusted",
        "X-Forwarded-User: admin\r\nX-Remote-User: admin",
    ),
    (
        "from this machine",
        "X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1",
    ),
];

/// Headers, one to a line, that must not open the door for the owner of `token`.
fn credentials(token: &str, digest: &str) -> Vec<(String, String)> {
    let bearer = |text: &str| format!("Authorization: Bearer {text}");
    let (prefix, payload) = token.split_at(10);
    let swapped = |at: usize| {
        let mut letters: Vec<char> = token.chars().collect();
        letters[at] = if letters[at] == 'a' { 'b' } else { 'a' };
        letters.into_iter().collect::<String>()
    };
    let base64 = data_encoding::BASE64.encode(format!("token:{token}").as_bytes());
    let mut cases: Vec<(String, String)> = NOT_VALID
        .iter()
        .map(|(name, headers)| {
            let headers = headers
                .replace("TOKEN", token)
                .replace("PREFIX", prefix)
                .replace("PAYLOAD", payload)
                .replace("BASE64", &base64)
                .replace("DIGEST", digest);
            ((*name).to_owned(), headers)
        })
        .collect();
    let (start, end) = token.split_at(20);
    for (name, text) in [
        (
            "a prefix in capitals",
            token.replace("appliance", "APPLIANCE"),
        ),
        ("all in capitals", token.to_uppercase()),
        ("reversed", token.chars().rev().collect()),
        ("a blank within", format!("{start} {end}")),
        ("a tab within", format!("{start}\t{end}")),
        ("percent encoding", token.replace('_', "%5F")),
        ("very long", "a".repeat(8_000)),
        (
            "very long behind the token",
            format!("{token}{}", "a".repeat(4_000)),
        ),
    ] {
        cases.push((name.to_owned(), bearer(&text)));
    }
    for cut in [1, 2, 10, 30] {
        let short = &token[..token.len() - cut];
        cases.push((format!("{cut} letters too few"), bearer(short)));
    }
    for at in [10, 11, 35, token.len() - 2, token.len() - 1] {
        cases.push((format!("letter {at} changed"), bearer(&swapped(at))));
    }
    cases
}

fn refusal(reply: &Reply) -> Option<String> {
    let authenticate = reply.header("www-authenticate").unwrap_or_default();
    unless(reply.status == 401, || reply.told())
        .or_else(|| {
            unless(authenticate.starts_with("Bearer"), || {
                "no WWW-Authenticate".into()
            })
        })
        .or_else(|| reply.bad_manners())
        .or_else(|| {
            unless(!reply.text().contains("canary"), || {
                "it told of somebody".into()
            })
        })
}

fn with(client: &Client, method: &str, target: &str, headers: &str, body: &str) -> Reply {
    let gap = if headers.is_empty() { "" } else { "\r\n" };
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}{gap}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    client.raw(request.as_bytes()).unwrap()
}

#[test]
fn whatever_is_no_valid_token_is_refused_with_one_answer() {
    let house = House::open();
    let idp = house.idp();
    idp.user("canary@example.net");
    let before = population(&idp);
    let digest = {
        let bytes = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, idp.token().as_bytes());
        data_encoding::HEXLOWER.encode(bytes.as_ref())
    };
    let stranger = house.stranger();
    let expected = stranger.get("/Users").is(401).text();
    let mut catalogue = Catalogue::of("credentials that are none");
    for (name, headers) in credentials(idp.token(), &digest) {
        for (method, body) in [("GET", ""), ("POST", r#"{"userName":"intruder"}"#)] {
            let reply = with(&stranger, method, "/scim/v2/Users", &headers, body);
            let flaw = refusal(&reply).or_else(|| {
                unless(reply.text() == expected, || {
                    format!("another body: {}", reply.told())
                })
            });
            catalogue.case(&format!("{name}, {method}"), flaw);
        }
    }
    let token = idp.token();
    for query in [
        format!("access_token={token}"),
        format!("token={token}"),
        format!("bearer={token}"),
        format!("Authorization=Bearer%20{token}"),
        format!("api_key={token}"),
        format!("filter=userName%20pr&access_token={token}"),
    ] {
        let reply = with(&stranger, "GET", &format!("/scim/v2/Users?{query}"), "", "");
        catalogue.case(&format!("query {query}"), refusal(&reply));
    }
    let forms = [
        format!("access_token={token}"),
        json!({"access_token": token}).to_string(),
    ];
    for body in forms {
        let reply = with(&stranger, "POST", "/scim/v2/Users", "", &body);
        catalogue.case(&format!("body {body}"), refusal(&reply));
    }
    catalogue.holds(59);
    assert_eq!(population(&idp), before);
}

#[test]
fn without_a_token_every_request_is_401_before_anything_else_is_looked_at() {
    let house = House::open();
    let idp = house.idp();
    let id = idp.user("canary@example.net");
    let stranger = house.stranger();
    let mut catalogue = Catalogue::of("requests of strangers");
    let deep = "[".repeat(10_000);
    for (method, target, headers, body) in [
        ("GET", "/", "", ""),
        ("GET", "/scim/v2", "", ""),
        ("GET", "/scim/v2/", "", ""),
        ("GET", "/scim/v2/Nothing", "", ""),
        ("GET", "/scim/v1/Users", "", ""),
        ("GET", "/scim/v2/Users/nobody", "", ""),
        ("GET", "/scim/v2/Users?filter=(((", "", ""),
        ("GET", "/scim/v2/Users?count=x", "", ""),
        ("GET", "/scim/v2/Me", "", ""),
        ("GET", "/scim/v2/Schemas", "", ""),
        ("GET", "/scim/v2/ResourceTypes", "", ""),
        ("GET", "/scim/v2/ServiceProviderConfig", "", ""),
        ("PUT", "/scim/v2/Users", "", "{}"),
        ("DELETE", "/scim/v2/Schemas", "", ""),
        ("POST", "/scim/v2/Users", "", "{"),
        ("POST", "/scim/v2/Users", "", ""),
        ("POST", "/scim/v2/Users", "", &deep),
        (
            "POST",
            "/scim/v2/Users",
            "Content-Type: text/plain",
            "hello",
        ),
        ("POST", "/scim/v2/Users", "Content-Encoding: gzip", "hello"),
        ("POST", "/scim/v2/Bulk", "", r#"{"Operations":[]}"#),
        ("POST", "/scim/v2/.search", "", "{}"),
        ("PATCH", "/scim/v2/Users/nobody", "", "{}"),
        ("GET", "/scim/v2/Users", "If-None-Match: W/\"1\"", ""),
        ("DELETE", "/scim/v2/Users", "If-Match: nonsense", ""),
        ("PROPFIND", "/scim/v2/Users", "", ""),
        ("GET", "/metrics", "", ""),
        ("GET", "/healthz", "", ""),
        ("GET", "/.env", "", ""),
    ] {
        let reply = with(&stranger, method, target, headers, body);
        catalogue.case(&format!("{method} {target} {headers}"), refusal(&reply));
    }
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let reply = with(&stranger, method, &format!("/scim/v2/Users/{id}"), "", "{}");
        catalogue.case(&format!("{method} of somebody"), refusal(&reply));
    }
    catalogue.holds(32);
    idp.get(&format!("/Users/{id}")).is(200);
}

#[test]
fn expired_and_revoked_tokens_get_the_answer_of_unknown_ones() {
    let house = House::open();
    let unknown = house
        .client("appliance_nothing")
        .get("/Users")
        .is(401)
        .text();
    let revoked = house.idp();
    house.cli(&["token", "revoke", "1"]).exits(0);
    assert_eq!(revoked.get("/Users").is(401).text(), unknown);
    let expired = house.client(&house.cli(&["token", "new", "--expiry", "1s"]).prints());
    let begun = std::time::Instant::now();
    while expired.get("/Users").status == 200 {
        assert!(begun.elapsed().as_secs() < 5);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(expired.get("/Users").is(401).text(), unknown);
}

#[test]
fn blanks_around_a_good_token_are_forgiven() {
    let house = House::open();
    let idp = house.idp();
    let token = idp.token();
    for value in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!("BEARER {token}"),
        format!("  Bearer   {token}  "),
        format!("Bearer\t{token}"),
    ] {
        let headers = format!("Authorization:{value}");
        let padded = format!("Authorization: {value}");
        assert!(headers.len() < padded.len());
        let reply = with(&house.stranger(), "GET", "/scim/v2/Users", &padded, "");
        assert_eq!(reply.status, 200, "{value:?}: {}", reply.told());
    }
}
