//! RFC 6749 section 5.2: who gets no access token is told why, and never whether it was the id or the
//! secret.

use super::clients::{FORM, GRANT, Pair, ask, client, refused, sent};
use super::house::server::House;

#[test]
fn an_unknown_client_and_a_wrong_secret_are_one_answer() {
    let house = House::open();
    let good = client(&house, &[]);
    let other = client(&house, &[]);
    let spoilt = house.idp().token().to_owned();
    let pairs = [
        ("client-aaaaaaaaaaaaaaaa", good.secret.as_str()),
        (&good.id, &other.secret),
        (&good.id, &spoilt),
        (&good.id, "secret"),
        (&good.id, &good.secret[..40]),
        ("", &good.secret),
        ("1", &good.secret),
        (&good.id.to_uppercase(), &good.secret),
    ];
    let mut answers: Vec<String> = pairs
        .iter()
        .map(|(id, secret)| Pair {
            id: (*id).to_owned(),
            secret: (*secret).to_owned(),
        })
        .flat_map(|pair| [pair.asks(&house), pair.asks_by_form(&house, "")])
        .map(|reply| refused(reply, 401, "invalid_client").text())
        .collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    good.enters(&house).get("/Users").counts(0);
    let log = house.log_when(|log| log.matches("credential refused").count() == 16);
    assert!(log.contains("unknown client") && log.contains("wrong secret"));
    assert!(!log.contains(&spoilt));
}

#[test]
fn a_request_that_is_none_is_met_with_what_is_wrong() {
    let house = House::open();
    let client = client(&house, &[]);
    let stranger = house.stranger();
    let basic = client.basic();
    for (form, word) in [
        (String::new(), "invalid_request"),
        ("grant_type=".to_owned(), "invalid_request"),
        (format!("{GRANT}&{GRANT}"), "invalid_request"),
        (
            format!(
                "{GRANT}&client_id={}&client_secret={}",
                client.id, client.secret
            ),
            "invalid_request",
        ),
        (
            "grant_type=password&username=a&password=b".to_owned(),
            "unsupported_grant_type",
        ),
        (
            "grant_type=authorization_code".to_owned(),
            "unsupported_grant_type",
        ),
        (format!("{GRANT}&{}", "x".repeat(20_000)), "invalid_request"),
    ] {
        let reply = ask(&stranger, Some(&basic), &form);
        let status = if form.len() > 16_384 { 413 } else { 400 };
        refused(reply, status, word);
    }
    refused(ask(&stranger, None, GRANT), 401, "invalid_client");
    let bearer = format!("Bearer {}", house.idp().token());
    refused(ask(&stranger, Some(&bearer), GRANT), 401, "invalid_client");
    let json = sent(
        stranger
            .absolute("POST", "/oauth/token")
            .header("Authorization", &basic)
            .body("application/json", b"{}".to_vec()),
    );
    refused(json, 400, "invalid_request");
    let get = sent(
        stranger
            .absolute("GET", "/oauth/token")
            .header("Authorization", &basic),
    );
    let get = refused(get, 405, "invalid_request");
    assert_eq!(get.header("allow"), Some("POST, OPTIONS"));
    // A secret in the address is read by nobody (RFC 6749 section 2.3.1), and kept by nobody.
    let target = format!(
        "/oauth/token?client_id={}&client_secret={}",
        client.id, client.secret
    );
    let query = sent(
        stranger
            .absolute("POST", &target)
            .body(FORM, GRANT.as_bytes().to_vec()),
    );
    refused(query, 401, "invalid_client");
    let exchanges = house.cli(&["log", "--json"]).exits(0).stdout;
    assert!(!exchanges.contains(&client.secret), "{exchanges}");
}

#[test]
fn whoever_guesses_is_told_to_come_later_and_a_good_client_is_not() {
    let house = House::open();
    let good = client(&house, &[]);
    let wrong = Pair {
        secret: "guess".to_owned(),
        ..good.clone()
    };
    let basic = wrong.basic();
    let stranger = house.stranger();
    let mut later = None;
    for _ in 0..1_500 {
        let reply = ask(&stranger, Some(&basic), GRANT);
        if reply.status == 429 {
            later = Some(reply);
            break;
        }
    }
    let later = refused(later.expect("a limit"), 429, "temporarily_unavailable");
    assert!(later.header("retry-after").is_some());
    good.enters(&house).get("/Users").counts(0);
}
