//! RFC 7644 §3.4.2.4: pages by index.

use serde_json::json;

use super::people::{Idp, idp};

fn crowd(size: usize) -> (Idp, Vec<String>) {
    let idp = idp();
    let ids = (0..size)
        .map(|number| idp.user(&format!("u{number:02}")))
        .collect();
    (idp, ids)
}

#[test]
fn pages_in_a_row_show_everybody_once() {
    let (idp, ids) = crowd(11);
    for count in [1, 2, 3, 5, 10, 11, 12] {
        let mut seen = Vec::new();
        let mut start = 1;
        while seen.len() < ids.len() {
            let reply = idp
                .get(&format!("/Users?startIndex={start}&count={count}"))
                .counts(11);
            let page = reply.column("id");
            assert!(!page.is_empty() && page.len() <= count, "{}", reply.told());
            assert_eq!(reply.at("/startIndex"), start);
            assert_eq!(reply.at("/itemsPerPage"), page.len());
            start += page.len();
            seen.extend(page);
        }
        assert_eq!(seen, ids);
    }
}

#[test]
fn indexes_below_one_are_one_and_counts_below_nought_are_nought() {
    let (idp, ids) = crowd(3);
    assert_eq!(
        idp.get("/Users?startIndex=0&count=1").column("id"),
        ids[..1]
    );
    assert_eq!(
        idp.get("/Users?startIndex=-5&count=1").column("id"),
        ids[..1]
    );
    for count in ["0", "-1"] {
        idp.get(&format!("/Users?count={count}"))
            .counts(3)
            .shows(json!({"itemsPerPage": 0}));
    }
    let beyond = idp.get("/Users?startIndex=4").counts(3);
    assert!(beyond.resources().is_empty());
    assert_eq!(idp.get("/Users?startIndex=3").column("id"), ids[2..]);
}

#[test]
fn the_total_is_that_of_the_filter() {
    let (idp, ids) = crowd(12);
    let reply = idp.get("/Users?filter=userName%20sw%20%22u0%22&startIndex=9&count=5");
    assert_eq!(reply.counts(10).column("id"), ids[8..10]);
}

#[test]
fn pages_hold_while_people_come_and_go_behind_them() {
    let (idp, ids) = crowd(6);
    let first = idp.get("/Users?startIndex=1&count=3").column("id");
    idp.user("late");
    idp.delete(&format!("/Users/{}", ids[5])).is(204);
    let second = idp.get("/Users?startIndex=4&count=3").column("userName");
    assert_eq!(first, ids[..3]);
    assert_eq!(second, ["u03", "u04", "late"]);
}

#[test]
fn both_kinds_are_paged_through_at_the_root() {
    let idp = idp();
    for number in 0..3 {
        idp.user(&format!("u{number}"));
        idp.group(&format!("g{number}"), &[]);
    }
    let mut seen: Vec<String> = (0..3)
        .flat_map(|page| {
            idp.get(&format!("/?startIndex={}&count=2", page * 2 + 1))
                .counts(6)
                .column("id")
        })
        .collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
}
