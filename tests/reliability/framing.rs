//! R32: a request that is no proper HTTP is refused, and nothing of an address reaches a header or the
//! log as it came.

use std::fmt::Write;
use std::time::Duration;

use super::catalogue::{Catalogue, population, unless};
use super::house::client::Client;
use super::house::server::House;

/// Requests that contradict themselves or are not HTTP. In capitals what [`written`] fills in.
const BROKEN: [(&str, &str); 53] = [
    (
        "two different lengths",
        "HEADContent-Length: 5\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "two lengths in one header",
        "HEADContent-Length: 5, 23\r\n\r\nBODY",
    ),
    ("a negative length", "HEADContent-Length: -1\r\n\r\nBODY"),
    (
        "a length with a plus",
        "HEADContent-Length: +23\r\n\r\nBODY",
    ),
    (
        "a length in hexadecimal",
        "HEADContent-Length: 0x17\r\n\r\nBODY",
    ),
    (
        "a length with a point",
        "HEADContent-Length: 23.0\r\n\r\nBODY",
    ),
    ("a length in words", "HEADContent-Length: many\r\n\r\nBODY"),
    ("an empty length", "HEADContent-Length:\r\n\r\nBODY"),
    (
        "a length beyond numbers",
        "HEADContent-Length: 99999999999999999999999\r\n\r\nBODY",
    ),
    (
        "length and chunks",
        "HEADContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHIDDEN",
    ),
    (
        "chunks and length",
        "HEADTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nHIDDEN",
    ),
    (
        "an unknown transfer encoding",
        "HEADTransfer-Encoding: x\r\n\r\nBODY",
    ),
    (
        "chunks that are not last",
        "HEADTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nHIDDEN",
    ),
    (
        "chunks twice",
        "HEADTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nHIDDEN",
    ),
    (
        "a vertical tab before chunked",
        "HEADTransfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\nHIDDEN",
    ),
    (
        "gzip transfer",
        "HEADTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "a chunk size in words",
        "HEADTransfer-Encoding: chunked\r\n\r\nxyz\r\nBODY\r\n0\r\n\r\n",
    ),
    (
        "a negative chunk",
        "HEADTransfer-Encoding: chunked\r\n\r\n-1\r\nBODY\r\n0\r\n\r\n",
    ),
    (
        "a chunk beyond numbers",
        "HEADTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nBODY",
    ),
    (
        "a chunk that is longer than told",
        "HEADTransfer-Encoding: chunked\r\n\r\n2\r\nBODY\r\n0\r\n\r\n",
    ),
    (
        "a blank before the colon",
        "HEADContent-Length : 23\r\n\r\nBODY",
    ),
    (
        "a blank before the name",
        "HEAD Content-Length: 23\r\n\r\nBODY",
    ),
    (
        "a folded header",
        "HEADX-A: a\r\n b\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "a header without a colon",
        "HEADNonsense\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "a header without a name",
        "HEAD: x\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "NUL in a header",
        "HEADX-A: a\0b\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "NUL in a name",
        "HEADX\0A: b\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "a bare CR in a header",
        "HEADX-A: a\rX-B: b\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "a blank in a name",
        "HEADX A: b\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    (
        "a control sign in a name",
        "HEADX\u{1}: b\r\nContent-Length: 23\r\n\r\nBODY",
    ),
    ("two hosts", "GETUSERSHost: a\r\nHost: b\r\nAUTH\r\n\r\n"),
    ("no version", "GET /scim/v2/Users\r\n\r\n"),
    ("an empty version", "GET /scim/v2/Users \r\n\r\n"),
    (
        "version 0.9",
        "GET /scim/v2/Users HTTP/0.9\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "version 3",
        "GET /scim/v2/Users HTTP/3.0\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "a version with letters",
        "GET /scim/v2/Users HTTP/1.x\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "a version in small letters",
        "GET /scim/v2/Users http/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "another protocol",
        "GET /scim/v2/Users ICAP/1.0\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    ("the greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    (
        "a blank in the path",
        "GET /scim/v2/Us ers HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "a tab in the path",
        "GET /scim/v2/Us\ters HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "NUL in the path",
        "GET /scim/v2/Users\0 HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "no slash",
        "GET scim/v2/Users HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "an empty target",
        "GET  HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "an empty method",
        " /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "a method with a blank",
        "GE T /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "a method with a sign",
        "GE(T /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "an authority as target",
        "GET x:443 HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "CONNECT",
        "CONNECT x:443 HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
    ),
    (
        "an upgrade",
        "GETUSERSHost: x\r\nAUTH\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ),
    (
        "a TLS greeting inside",
        "\u{16}\u{3}\u{1}\0\u{5}hello\r\n\r\n",
    ),
    ("nonsense", "hello\r\n\r\n"),
    ("blank lines", "\r\n\r\n\r\n\r\n"),
];

/// A broken request in full.
fn written(request: &str, auth: &str, victim: &str) -> String {
    request
        .replace(
            "HIDDEN",
            "DELETE /scim/v2/Users/VICTIM HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n",
        )
        .replace(
            "HEAD",
            "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAUTH\r\n",
        )
        .replace("GETUSERS", "GET /scim/v2/Users HTTP/1.1\r\n")
        .replace("BODY", "{\"userName\":\"smuggled\"}")
        .replace("AUTH", auth)
        .replace("VICTIM", victim)
}

/// Requests that are too much of a good thing.
fn excessive() -> [(&'static str, String); 4] {
    [
        (
            "a header of a megabyte",
            format!("GETUSERSHost: x\r\nX-A: {}\r\n\r\n", "a".repeat(1 << 20)),
        ),
        (
            "a thousand headers",
            format!("GETUSERSHost: x\r\n{}\r\n", "X-A: b\r\n".repeat(1_000)),
        ),
        (
            "a path of a megabyte",
            format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20)),
        ),
        ("NULs", "\0".repeat(100)),
    ]
}

/// All replies on a connection until it is quiet or ended.
fn replies(client: &Client, bytes: &[u8]) -> Vec<u16> {
    let mut wire = client.wire();
    // The server may end the connection while we still send.
    let _ = wire.send(bytes);
    wire.patience(Duration::from_millis(700));
    let mut statuses = Vec::new();
    while let Ok(reply) = wire.reply() {
        statuses.push(reply.status);
        if statuses.len() > 5 {
            break;
        }
        wire.patience(Duration::from_millis(250));
    }
    statuses
}

#[test]
fn broken_requests_are_refused_and_hide_no_second_one() {
    let mut house = House::open();
    let idp = house.idp();
    let victim = idp.user("victim@example.net");
    let before = population(&idp);
    let auth = format!("Authorization: Bearer {}", idp.token());
    let mut catalogue = Catalogue::of("broken requests");
    let broken = BROKEN.map(|(name, request)| (name, request.to_owned()));
    for (name, request) in broken.into_iter().chain(excessive()) {
        let request = written(&request, &auth, &victim);
        let statuses = replies(&idp, request.as_bytes());
        let sane = statuses
            .iter()
            .all(|status| *status < 500 || *status == 501 || *status == 505);
        let flaw = unless(sane, || format!("answered {statuses:?}"));
        let untouched = || {
            let now = population(&idp);
            unless(now == before, || {
                format!("answered {statuses:?}, and now there is {now}")
            })
        };
        catalogue.case(name, flaw.or_else(untouched));
    }
    catalogue.holds(49);
    idp.get(&format!("/Users/{victim}")).is(200);
    house.stop();
    let log = house.log();
    // Whoever scans a network does not fill the log with errors.
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn nothing_of_an_address_reaches_a_header_or_the_log_as_it_came() {
    let mut house = House::open();
    let idp = house.idp();
    let id = idp.user("ada@example.net");
    let mut catalogue = Catalogue::of("injected headers");
    let breaks = [
        "%0d%0a",
        "%0a",
        "%0d",
        "%250d%250a",
        "%E5%98%8A%E5%98%8D",
        "%00",
        "%c0%8a",
        "\\r\\n",
    ];
    for line_break in breaks {
        let poison = format!("x{line_break}Injected:%20yes{line_break}{line_break}<script>");
        for (method, path) in [
            ("GET", format!("/scim/v2/Users/{poison}")),
            ("PUT", format!("/scim/v2/Users/{poison}")),
            ("PATCH", format!("/scim/v2/Users/{poison}")),
            ("DELETE", format!("/scim/v2/Groups/{poison}")),
            ("GET", format!("/scim/v2/Users/{id}?attributes={poison}")),
            ("GET", format!("/scim/v2/Users?filter={poison}")),
            ("GET", format!("/scim/v2/Schemas/{poison}")),
            ("GET", format!("/scim/v2/ResourceTypes/{poison}")),
            ("POST", format!("/scim/v2/{poison}")),
            ("GET", format!("/{poison}")),
        ] {
            let request = idp
                .absolute(method, &path)
                .json(&serde_json::json!({"userName": "x", "Operations": []}));
            let reply = match request.try_send() {
                Ok(reply) => reply,
                Err((_, error)) => {
                    catalogue.case(&path, Some(format!("no answer: {error}")));
                    continue;
                }
            };
            let injected = reply.headers.iter().any(|(name, value)| {
                name.contains("injected") || value.to_lowercase().contains("injected")
            });
            let flaw = unless(!injected, || format!("{:?}", reply.headers))
                .or_else(|| unless(reply.status < 500, || reply.told()))
                .or_else(|| {
                    unless(
                        !reply.text().contains("<script>")
                            || reply.header("content-type") == Some("application/scim+json"),
                        || reply.told(),
                    )
                });
            catalogue.case(&format!("{method} {path}"), flaw);
        }
    }
    for (name, value) in [
        ("Host", "evil\"><script>"),
        ("X-Forwarded-Host", "evil.example"),
        ("Forwarded", "host=evil.example;proto=http"),
        ("X-Forwarded-Proto", "javascript"),
        ("X-Request-Id", "evil-request"),
    ] {
        let mut head = format!("GET /scim/v2/Users/{id} HTTP/1.1\r\n");
        if name != "Host" {
            head.push_str("Host: localhost\r\n");
        }
        let _ = write!(
            head,
            "{name}: {value}\r\nAuthorization: Bearer {}\r\n\r\n",
            idp.token()
        );
        let reply = idp.raw(head.as_bytes()).unwrap();
        let text = format!("{:?}{}", reply.headers, reply.text());
        catalogue.case(
            name,
            unless(
                !text.contains("evil") && !text.contains("javascript"),
                || text.clone(),
            ),
        );
    }
    catalogue.holds(24);
    house.stop();
    let log = house.log();
    assert!(!log.to_lowercase().contains("injected") && !log.contains("<script>"));
}

#[test]
fn requests_in_a_row_on_one_connection_are_answered_in_order() {
    let house = House::open();
    let idp = house.idp();
    let auth = format!("Authorization: Bearer {}", idp.token());
    let one = format!("GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n{auth}\r\n\r\n");
    let two = format!("GET /scim/v2/Users/nobody HTTP/1.1\r\nHost: x\r\n{auth}\r\n\r\n");
    let three = "GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\n\r\n";
    let statuses = replies(&idp, format!("{one}{two}{three}{one}").as_bytes());
    assert_eq!(statuses, [200, 404, 401, 200]);
}
