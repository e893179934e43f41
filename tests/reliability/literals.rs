//! R20: a value is a value: signs that mean something to SQL or to a pattern mean themselves.

use serde_json::json;

use super::catalogue::{Catalogue, unless};
use super::house::client::Client;
use super::house::server::House;

/// What people may be called.
const VALUES: [&str; 24] = [
    "100%",
    "100x",
    "%",
    "_",
    "a_b",
    "axb",
    "a%b",
    "a\\b",
    "\\",
    "\\%",
    "'",
    "''",
    "O'Neil",
    "O\"Neil",
    "; DROP TABLE resource; --",
    "' OR '1'='1",
    "*",
    "a*b",
    "?",
    "[a-z]",
    "ümlaut",
    "ÜMLAUT",
    "\u{1f600} smile",
    "  blanks  ",
];

/// What is looked for.
const NEEDLES: [&str; 20] = [
    "%",
    "_",
    "\\",
    "%%",
    "a_",
    "_b",
    "\\%",
    "'",
    "''",
    "' OR '1'='1",
    "\"",
    "*",
    "?",
    "[a",
    "; DROP",
    "ü",
    "\u{1f600}",
    " ",
    "100",
    "zzz",
];

/// How an operator compares, when letter case counts and when it does not.
fn expected(operator: &str, needle: &str, exact: bool) -> usize {
    let fold = |text: &str| {
        if exact {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    let needle = fold(needle);
    VALUES
        .iter()
        .map(|value| fold(value))
        .filter(|value| match operator {
            "co" => value.contains(&needle),
            "sw" => value.starts_with(&needle),
            "ew" => value.ends_with(&needle),
            "eq" => *value == needle,
            _ => unreachable!("{operator}"),
        })
        .count()
}

fn people(idp: &Client) {
    for (number, value) in VALUES.iter().enumerate() {
        let body = json!({
            "userName": format!("u{number}"),
            "displayName": value,
            "externalId": value,
            "emails": [{"type": "work", "value": value}]
        });
        idp.post("/Users", &body).is(201);
    }
    // Somebody who has none of these attributes.
    idp.user("nobody");
}

#[test]
fn signs_of_patterns_and_of_sql_are_literal() {
    let house = House::open();
    let idp = house.idp();
    people(&idp);
    let mut catalogue = Catalogue::of("literal values in filters");
    for (path, exact) in [
        ("displayName", false),
        ("externalId", true),
        ("emails.value", false),
        ("emails[type eq \"work\"].value", false),
    ] {
        for operator in ["co", "sw", "ew", "eq"] {
            for needle in NEEDLES
                .iter()
                .chain(if operator == "eq" { &VALUES[..] } else { &[] })
            {
                let filter = format!("{path} {operator} {}", json!(needle));
                let reply = idp.find("/Users", &filter);
                let expected = expected(operator, needle, exact);
                let flaw = unless(
                    reply.status == 200 && reply.at("/totalResults") == expected,
                    || format!("expected {expected}, found {}", reply.at("/totalResults")),
                );
                catalogue.case(&filter, flaw);
            }
        }
    }
    catalogue.holds(171);
    idp.get("/Users").counts(VALUES.len() as u64 + 1);
}

#[test]
fn signs_of_sql_are_literal_in_patch_filters_and_sorting_too() {
    let house = House::open();
    let idp = house.idp();
    people(&idp);
    let before = super::catalogue::population(&idp);
    let id = idp.get("/Users?count=1").column("id").remove(0);
    for value in [
        "' OR '1'='1",
        "%",
        "_",
        "\") OR 1=1 --",
        "x\" or value pr or value eq \"",
    ] {
        let path = format!("emails[value eq {}]", json!(value));
        idp.patch(
            &format!("/Users/{id}"),
            json!([{"op": "remove", "path": path}]),
        )
        .is(200);
        for query in [
            format!("sortBy={0}", super::house::client::encoded(value)),
            format!("attributes={0}", super::house::client::encoded(value)),
        ] {
            let reply = idp.get(&format!("/Users?{query}"));
            assert!(matches!(reply.status, 200 | 400), "{}", reply.told());
        }
    }
    assert_eq!(super::catalogue::population(&idp), before);
}
