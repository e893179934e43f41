//! RFC 7643 section 5: `authenticationSchemes` names what opens the connection that asks, and nothing else.

use serde_json::Value;

use super::clients::{ask, client, token};
use super::house::client::Client;
use super::house::server::House;

/// The types of the schemes in order, and where access tokens are said to be.
#[track_caller]
fn schemes(client: &Client) -> (Vec<String>, Option<String>) {
    let config = client.get("/ServiceProviderConfig").is(200);
    let Value::Array(schemes) = config.at("/authenticationSchemes") else {
        panic!("no schemes: {}", config.told());
    };
    let text = |scheme: &Value, name: &str| scheme[name].as_str().unwrap().to_owned();
    let endpoint = schemes
        .iter()
        .find(|scheme| scheme["type"] == "oauth2")
        .map(|scheme| text(scheme, "description"))
        .and_then(|words| {
            let mut words = words.split(' ').map(str::to_owned);
            words.find(|word| word.starts_with("https://"))
        });
    for scheme in &schemes {
        assert!(text(scheme, "specUri").starts_with("https://www.rfc-editor.org/"));
        assert_eq!(scheme["primary"], scheme["type"] == "oauthbearertoken");
    }
    let types = schemes.iter().map(|scheme| text(scheme, "type")).collect();
    (types, endpoint)
}

#[test]
fn oauth2_is_named_while_a_client_of_the_connection_could_come_in() {
    let house = House::open();
    let idp = house.idp();
    let other = house.connection("other", &[]);
    let bearer = (vec!["oauthbearertoken".to_owned()], None);
    assert_eq!(schemes(&idp), bearer);

    let ping = client(&house, &["--name", "ping"]);
    let (types, endpoint) = schemes(&idp);
    assert_eq!(types, ["oauthbearertoken", "oauth2"]);
    assert_eq!(schemes(&other), bearer);
    let endpoint = endpoint.unwrap();
    let path = endpoint.strip_prefix(house.url().strip_suffix("/scim/v2").unwrap());
    assert_eq!(path, Some("/oauth/token"), "{endpoint}");
    let reply = ask(
        &house.stranger(),
        Some(&ping.basic()),
        "grant_type=client_credentials",
    );
    assert_eq!(schemes(&house.client(&token(&reply.is(200)))).0, types);

    let listed = house.cli(&["token", "list", "--json"]).prints();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let listed = listed.as_array().unwrap();
    let ping = listed.iter().find(|token| token["name"] == "ping").unwrap();
    house
        .cli(&["token", "revoke", &ping["id"].to_string()])
        .exits(0);
    assert_eq!(schemes(&idp), bearer);
}

#[test]
fn whoever_shows_no_token_is_told_of_all_connections() {
    let house = House::with(&["--public-discovery"]);
    let stranger = house.stranger();
    assert_eq!(schemes(&stranger).0, ["oauthbearertoken"]);
    house.connection("ping", &[]);
    client(&house, &["--connection", "ping"]);
    assert_eq!(schemes(&stranger).0, ["oauthbearertoken", "oauth2"]);
    assert_eq!(schemes(&house.idp()).0.len(), 2);
}
