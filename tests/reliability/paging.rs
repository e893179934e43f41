//! R28: a page has a bound, and no number breaks the arithmetic.

use super::catalogue::{Catalogue, unless};
use super::house::client::encoded;
use super::house::server::House;

const PEOPLE: i128 = 12;

/// A number as a client may write it, and what it means; `None` is a mistake, which is 400.
const NUMBERS: [(&str, Option<i128>); 17] = [
    ("-9223372036854775809", Some(-9_223_372_036_854_775_809)),
    ("-9223372036854775808", Some(i64::MIN as i128)),
    ("-1", Some(-1)),
    ("0", Some(0)),
    ("1", Some(1)),
    ("2", Some(2)),
    ("11", Some(11)),
    ("12", Some(12)),
    ("13", Some(13)),
    ("2147483648", Some(2_147_483_648)),
    ("9223372036854775807", Some(i64::MAX as i128)),
    ("18446744073709551616", Some(18_446_744_073_709_551_616)),
    (
        "99999999999999999999999999999999",
        Some(99_999_999_999_999_999_999_999_999_999_999),
    ),
    ("abc", None),
    ("1.5", None),
    ("1e3", None),
    ("0x10", None),
];

#[test]
fn every_pair_of_numbers_gives_the_right_page_or_a_clear_refusal() {
    let house = House::open();
    let idp = house.idp();
    for number in 0..PEOPLE {
        idp.user(&format!("u{number:02}"));
    }
    let all = idp.get("/Users").column("userName");
    let mut catalogue = Catalogue::of("pages");
    for (start_text, start) in NUMBERS {
        for (count_text, count) in NUMBERS {
            let query = format!(
                "startIndex={}&count={}",
                encoded(start_text),
                encoded(count_text)
            );
            let reply = idp.get(&format!("/Users?{query}"));
            let flaw = match (start, count) {
                (Some(start), Some(count)) => {
                    // RFC 7644 §3.4.2.4: a start below 1 is 1, a negative count is 0.
                    let first = usize::try_from((start.max(1) - 1).min(PEOPLE)).unwrap();
                    let length = usize::try_from(count.clamp(0, PEOPLE)).unwrap();
                    let expected: Vec<String> =
                        all.iter().skip(first).take(length).cloned().collect();
                    unless(reply.status == 200, || reply.told())
                        .or_else(|| unless(reply.at("/totalResults") == 12, || reply.told()))
                        .or_else(|| {
                            unless(reply.at("/itemsPerPage") == expected.len(), || reply.told())
                        })
                        .or_else(|| unless(reply.column("userName") == expected, || reply.told()))
                }
                _ => unless(reply.status == 400, || reply.told()),
            };
            catalogue.case(&query, flaw);
        }
    }
    catalogue.holds(50);
}

#[test]
fn a_page_has_at_most_a_thousand_and_by_default_a_hundred() {
    let house = House::open();
    let idp = house.idp();
    let operations: Vec<_> = (0..1_000)
        .map(|number| {
            serde_json::json!({"method": "POST", "path": "/Users", "bulkId": number.to_string(),
                "data": {"userName": format!("u{number}")}})
        })
        .collect();
    idp.bulk(&operations).is(200);
    for number in 1_000..1_005 {
        idp.user(&format!("u{number}"));
    }
    for (query, expected) in [
        ("", 100),
        ("?count=1000", 1_000),
        ("?count=1001", 1_000),
        ("?count=99999999999", 1_000),
    ] {
        let reply = idp.get(&format!("/Users{query}")).counts(1_005);
        assert_eq!(reply.resources().len(), expected, "{query}");
        assert_eq!(reply.at("/itemsPerPage"), expected, "{query}");
    }
}
