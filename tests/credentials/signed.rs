//! Tokens that Entra ID signs itself, when its Secret Token is left empty.

use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::house::server::House;
use super::issuer::{Issuer, OTHER, TENANT, but, claims, key_set, part, seconds};
use super::key_server::KeyServer;

/// A server whose connection `default` takes the signed tokens of the tenant, with the keys that this one
/// publishes.
pub(crate) fn house(server: &KeyServer) -> House {
    house_and_settings(server).0
}

/// The same, and the file of its settings.
pub(crate) fn house_and_settings(server: &KeyServer) -> (House, tempfile::NamedTempFile) {
    let settings = tempfile::NamedTempFile::new().unwrap();
    let lines = format!(
        "[entra]\nkeys = \"{}\"\nca = \"{}\"\n",
        server.keys(),
        server.authority().display()
    );
    std::fs::write(settings.path(), lines).unwrap();
    (opened(settings.path()), settings)
}

/// The same with the settings in this file.
pub(crate) fn opened(settings: &Path) -> House {
    let house = House::with(&["--config", settings.to_str().unwrap()]);
    let tenant = format!("tenant_id={TENANT}");
    house
        .cli(&["connection", "set", "default", &tenant, "entra_jwt=on"])
        .exits(0);
    house
}

/// What was refused, by what was wrong.
fn counted(house: &mut House) -> Vec<(String, u64)> {
    house.stop();
    let status = house.cli(&["status", "--json"]).stdout;
    let status: Value = serde_json::from_str(&status).unwrap();
    let refused = status["refused"].as_array().unwrap();
    refused
        .iter()
        .map(|refused| {
            let why = refused["why"].as_str().unwrap().to_owned();
            (why, refused["times"].as_u64().unwrap())
        })
        .collect()
}

#[test]
fn a_token_that_entra_signed_opens_the_connection_of_its_tenant() {
    let issuer = Issuer::new("first");
    let server = KeyServer::start(&key_set(&[&issuer]));
    let mut house = house(&server);
    let bearer = house.idp();
    let other = house.connection("other", &[]);
    let idp = house.client(&issuer.token());
    let id = idp.user("ada@example.net");
    idp.patch(
        &format!("/Users/{id}"),
        json!([{"op": "replace", "path": "title", "value": "Countess"}]),
    )
    .is(200);
    bearer.get("/Users").counts(1);
    other.get("/Users").counts(0);
    // One look at the keys is enough for all of them.
    assert_eq!(server.asked(), [format!("/{TENANT}/discovery/keys")]);

    house.stop();
    let listed = house.cli(&["token", "list", "--json"]).prints();
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["kind"], "signed");
    assert_eq!(listed[0]["state"], "active");
    assert_eq!(listed[0]["lastAddress"], "127.0.0.1");
    let history = house.cli(&["user", "history", &id]).exits(0).stdout;
    assert!(
        history.contains("signed by Entra ID (token 1)"),
        "{history}"
    );
    let log = house.log();
    assert!(!log.contains("eyJ"), "a signed token is in the log");
}

/// Tokens that are wrong in one way each, with that way.
fn wrong(
    issuer: &Issuer,
    impostor: &Issuer,
    unpublished: &Issuer,
    good: &str,
) -> Vec<(&'static str, String)> {
    let head = |alg: &str| json!({"alg": alg, "kid": "first"});
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{}.{}.", part(&head("none")), part(&claims(TENANT)));
    let by_public_key = {
        let text = format!("{}.{}", part(&head("HS256")), part(&claims(TENANT)));
        let key = issuer.public().to_string();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, text.as_bytes());
        format!("{text}.{}", BASE64URL_NOPAD.encode(tag.as_ref()))
    };
    let swapped = format!(
        "{}.{}.{signature}",
        part(&head("RS256")),
        part(&claims(TENANT))
    );
    vec![
        ("damaged signed token", good[..100].to_owned()),
        ("damaged signed token", format!("{signed}.=")),
        (
            "damaged signed token",
            issuer.signs(&but("exp", Value::Null)),
        ),
        (
            "damaged signed token",
            issuer.signs(&but("nbf", Value::Null)),
        ),
        (
            "damaged signed token",
            issuer.signs(&but("tid", json!("common"))),
        ),
        ("signed token by another algorithm", unsigned),
        ("signed token by another algorithm", by_public_key),
        (
            "signed token by another algorithm",
            issuer.signs_under(&head("RS512"), &claims(TENANT)),
        ),
        (
            "signed token of another tenant",
            issuer.signs(&claims(OTHER)),
        ),
        (
            "signed token of another issuer",
            issuer.signs(&but(
                "iss",
                json!(format!("https://sts.windows.net/{OTHER}/")),
            )),
        ),
        (
            "signed token for another audience",
            issuer.signs(&but("aud", json!("00000002-0000-0000-c000-000000000000"))),
        ),
        (
            "signed token of another application",
            issuer.signs(&but("appid", json!(OTHER))),
        ),
        (
            "signed token whose time is over",
            issuer.signs(&but("exp", json!(seconds() - 301))),
        ),
        (
            "signed token that is not good yet",
            issuer.signs(&but("nbf", json!(seconds() + 400))),
        ),
        ("signed token with an unknown key", unpublished.token()),
        ("signed token with a wrong signature", impostor.token()),
        ("signed token with a wrong signature", swapped),
        ("signed token with a wrong signature", format!("{signed}.")),
        (
            "signed token with a wrong signature",
            good[..good.len() - 2].to_owned(),
        ),
    ]
}

#[test]
fn whatever_is_wrong_with_a_signed_token_the_answer_is_the_same() {
    let issuer = Issuer::new("first");
    let impostor = Issuer::new("first");
    let unpublished = Issuer::new("second");
    let server = KeyServer::start(&key_set(&[&issuer]));
    let mut house = house(&server);
    let expected = house.client("appliance_x").get("/Users").is(401).text();
    let good = issuer.token();
    house.client(&good).get("/Users").counts(0);

    let cases = wrong(&issuer, &impostor, &unpublished, &good);
    let mut wanted = std::collections::BTreeMap::new();
    for (why, token) in &cases {
        let reply = house.client(token).get("/Users").is(401);
        assert_eq!(reply.text(), expected, "{why}");
        *wanted.entry((*why).to_owned()).or_insert(0) += 1;
    }
    // The clocks may be five minutes apart.
    for fine in [
        but("exp", json!(seconds() - 200)),
        but("nbf", json!(seconds() + 200)),
    ] {
        house.client(&issuer.signs(&fine)).get("/Users").counts(0);
    }
    let counted = counted(&mut house);
    for (why, times) in wanted {
        assert!(
            counted.contains(&(why.clone(), times)),
            "{why}: {counted:?}"
        );
    }
    let status = house.cli(&["status"]).exits(5).stderr;
    let warned =
        "token 1 (`signed by Entra ID`): a signed token for another audience was shown once";
    assert!(status.contains(warned), "{status}");
}
