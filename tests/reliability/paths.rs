//! R18: no spelling of a path gives data to somebody without a token, or lets somebody with one out of
//! the connection.

use super::catalogue::{Catalogue, unless};
use super::house::server::House;

/// Ways to write a path that some router, somewhere, has taken for `/scim/v2/Users`.
fn spellings(id: &str, authority: &str) -> Vec<String> {
    let users = "/scim/v2/Users";
    let mut list: Vec<String> = [
        "/scim/v2/%55sers",
        "/scim/v2/%2555sers",
        "/scim/v2/Users%00",
        "/scim/v2/Users%20",
        "/scim/v2/Users%2f",
        "/scim/v2/Users%2F..%2FUsers",
        "/scim/v2%2FUsers",
        "/scim%2Fv2%2FUsers",
        "/%73cim/v2/Users",
        "//scim/v2/Users",
        "/scim//v2///Users",
        "///scim/v2/Users//",
        "/scim/v2/./Users",
        "/scim/v2/x/../Users",
        "/scim/v2/%2e/Users",
        "/scim/v2/x/%2e%2e/Users",
        "/scim/v2/Schemas/../Users",
        "/scim/v2/ServiceProviderConfig/../Users",
        "/scim/v2/ServiceProviderConfig/%2e%2e/Users",
        "/scim/v2/ServiceProviderConfig%2f..%2fUsers",
        "/scim/v2/ServiceProviderConfig;/../Users",
        "/scim/v2/ServiceProviderConfig?/../Users",
        "/healthz/../scim/v2/Users",
        "/healthz%2f..%2fscim%2fv2%2fUsers",
        "/metrics/..;/scim/v2/Users",
        "/SCIM/V2/USERS",
        "/Scim/v2/users",
        "/scim/v2/users",
        "/scim/v2/USERS",
        "/scim/V2/Users",
        "/scim/v2/Users;a=b",
        "/scim/v2;x/Users",
        "/scim/v2/Users/;/",
        "/scim/v2/Users.",
        "/scim/v2/Users.json",
        "/scim/v2/Users/.",
        "/scim/v2/Users/..",
        "/scim/v2/Users/../Users",
        "/scim/v2\\Users",
        "/scim/v2/%5cUsers",
        "/scim/v2/..%5cUsers",
        "/scim/v2/?aadOptscim062020/Users",
        "/scim/v2?aadOptscim062020/Users",
        "/scim/v2/Users?",
        "/scim/v2/Users/?",
        "/scim/v2/Users#",
        "/scim/v2/Users%23",
        "/scim/v2/Users%3fcount=1",
        "/scim/v2/Users/*",
        "/scim/v2/*",
        "*",
        "/scim/v2/Us\u{435}rs",
        "/scim/v2/\u{ff35}sers",
    ]
    .iter()
    .map(|path| (*path).to_owned())
    .collect();
    list.extend([
        format!("http://{authority}{users}"),
        format!("https://{authority}{users}"),
        format!("http://localhost{users}"),
        format!("{users}/{id}"),
        format!("{users}/{id}/"),
        format!("{users}//{id}"),
        format!("{users}/%20{id}"),
        format!("{users}/{id}%00"),
        format!("{users}/{}", id.to_uppercase()),
        format!("{users}/{{{id}}}"),
        format!("{users}/urn:uuid:{id}"),
    ]);
    list
}

#[test]
fn no_spelling_of_a_path_gives_anything_without_a_token() {
    let house = House::open();
    let idp = house.idp();
    let id = idp.user("canary@example.net");
    let stranger = house.stranger();
    let authority = house.address().socket.to_string();
    let mut catalogue = Catalogue::of("paths without a token");
    for path in spellings(&id, &authority) {
        for (method, further) in [
            ("GET", ""),
            (
                "GET",
                "X-Original-URL: /scim/v2/Users\r\nX-Rewrite-URL: /scim/v2/Users\r\n",
            ),
            ("POST", "X-HTTP-Method-Override: GET\r\n"),
            ("HEAD", ""),
        ] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\n{further}Content-Length: 0\r\n\r\n"
            );
            let mut wire = stranger.wire();
            wire.send(request.as_bytes()).unwrap();
            let flaw = match wire.reply_to(method) {
                Ok(reply) => unless((400..500).contains(&reply.status), || reply.told())
                    .or_else(|| unless(!reply.text().contains("canary"), || reply.told()))
                    .or_else(|| unless(!reply.text().contains(&id), || reply.told())),
                // A head that is no HTTP may simply end the connection.
                Err(_) => None,
            };
            catalogue.case(&format!("{method} {path:?} {further:?}"), flaw);
        }
    }
    catalogue.holds(50);
    idp.get("/Users").counts(1);
}

#[test]
fn no_spelling_of_a_path_shows_another_connection() {
    let house = House::open();
    let idp = house.idp();
    let other = house.connection("other", &[]);
    let id = idp.user("canary@example.net");
    let group = idp.group("canary", &[&id]);
    let authority = house.address().socket.to_string();
    let mut catalogue = Catalogue::of("paths with another connection's token");
    let mut paths = spellings(&id, &authority);
    paths.extend([
        format!("/scim/v2/Groups/{group}"),
        format!("/scim/v2/Groups/{id}"),
        format!("/scim/v2/Users/{group}"),
        "/scim/v2".to_owned(),
        "/scim/v2/Groups".to_owned(),
    ]);
    for path in paths {
        for method in ["GET", "DELETE", "PATCH", "PUT"] {
            let body = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"userName":"eve","displayName":"eve","Operations":[{"op":"replace","path":"displayName","value":"eve"}]}"#;
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{body}",
                other.token(),
                body.len()
            );
            let flaw = match other.raw(request.as_bytes()) {
                Ok(reply) => unless(reply.status < 500, || reply.told())
                    .or_else(|| unless(!reply.text().contains("canary"), || reply.told())),
                Err(_) => None,
            };
            catalogue.case(&format!("{method} {path:?}"), flaw);
        }
    }
    catalogue.holds(50);
    idp.get(&format!("/Users/{id}")).is(200);
    idp.get(&format!("/Groups/{group}")).is(200);
    other.get("/Users").counts(0);
}

#[test]
fn harmless_spellings_still_reach_the_right_place() {
    let house = House::open();
    let idp = house.idp();
    idp.user("ada@example.net");
    for path in [
        "/scim/v2//Users",
        "//scim/v2/Users/",
        "/scim/v2/Users/?",
        "/scim/v2/Users?unknown=1&aadOptscim062020",
        "/scim/v2/?aadOptscim062020/Users",
        "/scim/v2/%55sers",
    ] {
        let reply = idp.absolute("GET", path).send().is(200);
        assert_eq!(reply.at("/totalResults"), 1, "{path}");
    }
}
