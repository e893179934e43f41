//! Where the keys of signed tokens come from, over HTTPS: fetched when they are needed and no more often, and
//! whatever becomes of their server, those who were let in are let in.

use super::house::client::Client;
use super::house::server::House;
use super::issuer::{Issuer, TENANT, key_set};
use super::key_server::{KeyServer, Published};
use super::signed::{house, house_and_settings, opened};

fn document(issuers: &[&Issuer]) -> Published {
    Published::Document(key_set(issuers))
}

#[track_caller]
fn enters(house: &House, token: &str) {
    house.client(token).get("/Users").counts(0);
}

#[track_caller]
fn is_refused(house: &House, token: &str) {
    house.client(token).get("/Users").is(401);
}

#[test]
fn new_keys_are_fetched_once_a_minute() {
    let (first, second, third) = (Issuer::new("1"), Issuer::new("2"), Issuer::new("3"));
    let server = KeyServer::start(&key_set(&[&first]));
    let house = house(&server);
    enters(&house, &first.token());

    server.publishes(document(&[&first, &second]));
    enters(&house, &second.token());
    let path = format!("/{TENANT}/discovery/keys");
    assert_eq!(server.asked(), [path.as_str(), &path]);
    server.publishes(document(&[&first, &second, &third]));
    for _ in 0..20 {
        is_refused(&house, &third.token());
    }
    assert_eq!(
        server.asked().len(),
        2,
        "invented key ids do not make it knock"
    );
    enters(&house, &first.token());
}

/// The keys of the first issuer are known; then its server does this, and somebody comes with a key that is
/// not known. The log says why.
#[track_caller]
fn old_keys_stay(published: Published, why: &str) {
    let (first, second) = (Issuer::new("1"), Issuer::new("2"));
    let server = KeyServer::start(&key_set(&[&first]));
    let house = house(&server);
    let bearer = house.idp();
    enters(&house, &first.token());
    server.publishes(published);
    is_refused(&house, &second.token());
    is_refused(&house, &second.token());
    assert_eq!(server.asked().len(), 2);
    enters(&house, &first.token());
    bearer.get("/Users").counts(0);
    let log = house.log_when(|log| log.contains("cannot be fetched"));
    assert!(log.contains(why), "{log}");
}

#[test]
fn old_keys_stay_while_their_server_fails() {
    old_keys_stay(Published::Failure, "answered 500");
}

#[test]
fn old_keys_stay_while_their_server_answers_something_else() {
    let page = "<html>Have you tried turning it off and on again?</html>";
    old_keys_stay(Published::Document(page.to_owned()), "no JSON Web Key Set");
    let none = "{\"keys\": []}";
    old_keys_stay(Published::Document(none.to_owned()), "no JSON Web Key Set");
}

#[test]
fn old_keys_stay_while_their_server_says_nothing() {
    old_keys_stay(Published::Silence, "timeout");
}

#[test]
fn old_keys_stay_while_their_server_never_ends() {
    old_keys_stay(Published::Endless, "more than is read");
}

#[test]
fn nobody_is_sent_elsewhere_for_keys() {
    let (first, second) = (Issuer::new("1"), Issuer::new("2"));
    let elsewhere = KeyServer::start(&key_set(&[&second]));
    let address = elsewhere.keys().replace("{tenant}", TENANT);
    let server = KeyServer::start(&key_set(&[&first]));
    server.publishes(Published::Elsewhere(address));
    let house = house(&server);
    let client = house.client(&second.token());
    let reply = client.request("GET", "/Users").try_send().unwrap();
    assert_eq!(reply.status, 503, "{}", reply.told());
    assert!(elsewhere.asked().is_empty());
}

#[test]
fn a_server_that_nobody_vouches_for_publishes_no_keys() {
    let issuer = Issuer::new("1");
    let server = KeyServer::start(&key_set(&[&issuer]));
    let settings = tempfile::NamedTempFile::new().unwrap();
    let line = format!("[entra]\nkeys = \"{}\"\n", server.keys());
    std::fs::write(settings.path(), line).unwrap();
    let house = opened(settings.path());
    let client = house.client(&issuer.token());
    let reply = client.request("GET", "/Users").try_send().unwrap();
    // Nobody can tell whether the token is good, so nobody says that it is not.
    assert_eq!(reply.status, 503, "{}", reply.told());
    assert!(reply.header("retry-after").is_some());
    assert!(server.asked().is_empty());
    let log = house.log_when(|log| log.contains("cannot be fetched"));
    assert!(log.contains("UnknownIssuer"), "{log}");
}

#[test]
fn a_check_says_whether_the_keys_can_be_had() {
    let issuer = Issuer::new("1");
    let server = KeyServer::start(&key_set(&[&issuer]));
    let (house, settings) = house_and_settings(&server);
    // The certificate is self-signed, which is a warning of its own.
    let told = || {
        let check = ["--config", settings.path().to_str().unwrap(), "check"];
        house.cli(&check).exits(5).stdout
    };
    let good = told();
    let line = format!("good      keys         1 are published for the tenant {TENANT}");
    assert!(good.contains(&line), "{good}");
    server.publishes(Published::Failure);
    let failed = told();
    assert!(failed.contains("warning   keys  "), "{failed}");
    assert!(failed.contains("answered 500"), "{failed}");
    assert!(failed.contains("hint: let this machine reach"), "{failed}");
    house
        .cli(&["connection", "set", "default", "entra_jwt=off"])
        .exits(0);
    assert!(!told().contains("  keys  "));
}

#[test]
fn many_that_come_at_once_fetch_the_keys_once() {
    let issuer = Issuer::new("1");
    let server = KeyServer::start(&key_set(&[&issuer]));
    let house = house(&server);
    let token = issuer.token();
    let clients: Vec<Client> = (0..16).map(|_| house.client(&token)).collect();
    std::thread::scope(|scope| {
        for client in &clients {
            scope.spawn(|| client.get("/Users").counts(0));
        }
    });
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn keys_come_from_a_file_too() {
    let (first, second) = (Issuer::new("1"), Issuer::new("2"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    std::fs::write(&file, key_set(&[&first])).unwrap();
    let settings = folder.path().join("appliance.toml");
    std::fs::write(&settings, "[entra]\nkeys = \"keys.json\"\n").unwrap();
    let house = opened(&settings);
    enters(&house, &first.token());
    std::fs::write(&file, key_set(&[&second])).unwrap();
    enters(&house, &second.token());
    // What is published no more is good no more.
    is_refused(&house, &first.token());
}
