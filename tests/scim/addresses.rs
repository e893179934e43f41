//! RFC 7643 §3.1 and RFC 7644 §3.3: the addresses that answers contain are those that the client uses.

use serde_json::json;

use super::house::client::Client;
use super::house::server::House;
use super::people::{group, user};

/// Every address that answers to this client contain begins with `base`.
fn check(idp: &Client, headers: &[(&str, &str)], base: &str) {
    let send = |method: &str, path: &str, body: Option<serde_json::Value>| {
        let mut request = idp.request(method, path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        match body {
            Some(body) => request.json(&body).send(),
            None => request.send(),
        }
    };
    let ada = send("POST", "/Users", Some(user("ada@example.net", json!({})))).is(201);
    let location = format!("{base}/Users/{}", ada.id());
    for found in [
        ada.header("location").unwrap(),
        ada.header("content-location").unwrap(),
        ada.at("/meta/location").as_str().unwrap(),
    ] {
        assert_eq!(found, location, "{}", ada.told());
    }
    let crew = send("POST", "/Groups", Some(group("Crew", &[&ada.id()]))).is(201);
    assert_eq!(crew.at("/members/0/$ref"), location);
    let list = send("GET", "/Users", None);
    assert_eq!(list.at("/Resources/0/meta/location"), location);
    assert_eq!(
        list.at("/Resources/0/groups/0/$ref"),
        format!("{base}/Groups/{}", crew.id())
    );
    let config = send("GET", "/ServiceProviderConfig", None);
    assert_eq!(
        config.at("/meta/location"),
        format!("{base}/ServiceProviderConfig")
    );
    let bulk = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{"method": "DELETE", "path": format!("/Groups/{}", crew.id())},
            {"method": "DELETE", "path": format!("/Users/{}", ada.id())}]
    });
    let done = send("POST", "/Bulk", Some(bulk)).is(200);
    assert_eq!(done.at("/Operations/1/location"), location);
}

const FORWARDED: [(&str, &str); 2] = [
    ("X-Forwarded-Host", "scim.example.org"),
    ("X-Forwarded-Proto", "https"),
];

#[test]
fn without_a_setting_it_is_the_address_that_was_asked() {
    let house = House::open();
    check(&house.idp(), &[], &house.url());
    // Whoever is no proxy of ours may say what they like.
    check(&house.idp(), &FORWARDED, &house.url());
    let forwarded = [("Forwarded", "host=scim.example.org;proto=https")];
    check(&house.idp(), &forwarded, &house.url());
}

#[test]
fn a_proxy_that_is_trusted_says_how_it_was_asked() {
    let house = House::with(&["--trusted-proxies", "127.0.0.1"]);
    let base = "https://scim.example.org/scim/v2";
    check(&house.idp(), &FORWARDED, base);
    let standard = [(
        "Forwarded",
        "for=192.0.2.7;host=\"scim.example.org\";proto=https",
    )];
    check(&house.idp(), &standard, base);
    // What is no host is not repeated.
    let odd = [("X-Forwarded-Host", "a\"b<c>")];
    check(&house.idp(), &odd, &house.url());
}
