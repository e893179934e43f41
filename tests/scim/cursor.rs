//! RFC 9865: pages by cursor.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::house::client::encoded;
use super::people::{Idp, idp};

fn crowd(size: usize) -> (Idp, Vec<String>) {
    let idp = idp();
    let ids = (0..size)
        .map(|number| idp.user(&format!("u{number:02}")))
        .collect();
    (idp, ids)
}

/// Follows the cursors from the first page to the last; at most a hundred pages.
fn walk(idp: &Idp, query: &str, mut between: impl FnMut(usize)) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for page in 0..100 {
        let reply = idp
            .get(&format!("/Users?cursor={}&{query}", encoded(&cursor)))
            .is(200);
        seen.extend(reply.column("id"));
        match reply.at("/nextCursor") {
            Value::String(next) => {
                assert_ne!(next, cursor);
                cursor = next;
            }
            Value::Null => return seen,
            other => panic!("{other}"),
        }
        between(page);
    }
    panic!("no last page");
}

#[test]
fn an_empty_cursor_asks_for_the_first_page() {
    let (idp, ids) = crowd(3);
    let reply = idp.get("/Users?cursor&count=2").is(200);
    assert_eq!(reply.column("id"), ids[..2]);
    reply.clone().shows(json!({
        "totalResults": 3, "itemsPerPage": 2, "nextCursor": "{{present}}", "startIndex": "{{absent}}"
    }));
    let next = reply.at("/nextCursor").as_str().unwrap().to_owned();
    // RFC 9865 §2: unreserved characters only, so that it needs no encoding.
    assert!(
        next.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)),
        "{next}"
    );
    let last = idp.get(&format!("/Users?cursor={next}&count=2")).is(200);
    assert_eq!(last.column("id"), ids[2..]);
    last.shows(json!({"nextCursor": "{{absent}}"}));
}

#[test]
fn a_walk_shows_everybody_once() {
    let (idp, ids) = crowd(10);
    for count in [1, 3, 5, 10, 11] {
        assert_eq!(
            walk(&idp, &format!("count={count}"), |_| {}),
            ids,
            "{count}"
        );
    }
}

#[test]
fn a_walk_may_be_filtered_and_sorted() {
    let (idp, mut ids) = crowd(12);
    let filtered = walk(&idp, "count=3&filter=userName%20sw%20%22u0%22", |_| {});
    assert_eq!(filtered, ids[..10]);
    ids.reverse();
    assert_eq!(
        walk(&idp, "count=5&sortBy=userName&sortOrder=descending", |_| {}),
        ids
    );
}

#[test]
fn a_walk_shows_every_survivor_exactly_once_while_people_come_and_go() {
    let (idp, ids) = crowd(30);
    let seen = walk(&idp, "count=4", |page| {
        idp.user(&format!("late{page}"));
        // Somebody before the present position, and somebody behind it.
        for at in [page, 29 - page] {
            idp.delete(&format!("/Users/{}", ids[at]));
        }
    });
    let distinct: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "somebody was seen twice");
    let remaining: BTreeSet<String> = idp
        .get("/Users?count=1000")
        .column("id")
        .into_iter()
        .collect();
    for id in ids.iter().filter(|id| remaining.contains(*id)) {
        assert!(distinct.contains(id), "somebody was never seen");
    }
}

#[test]
fn a_cursor_of_nobody_is_refused() {
    let (idp, _) = crowd(4);
    let reply = idp
        .get("/Users?cursor&count=2&filter=userName%20pr")
        .is(200);
    let cursor = reply.at("/nextCursor").as_str().unwrap().to_owned();
    let mut tampered = cursor.clone().into_bytes();
    let middle = tampered.len() / 2;
    tampered[middle] = if tampered[middle] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();
    for wrong in [
        "x",
        "0",
        "null",
        "AAAA",
        &tampered,
        &cursor[..cursor.len() - 1],
        &format!("{cursor}A"),
    ] {
        idp.get(&format!("/Users?cursor={wrong}&filter=userName%20pr"))
            .refused(400, "invalidCursor");
    }
    for other in [
        "filter=title%20pr",
        "sortBy=userName&filter=userName%20pr",
        "count=2",
    ] {
        idp.get(&format!("/Users?cursor={cursor}&{other}"))
            .refused(400, "invalidCursor");
    }
    idp.get(&format!("/Groups?cursor={cursor}&filter=userName%20pr"))
        .is(400);
    let (other, _) = crowd(1);
    other
        .get(&format!("/Users?cursor={cursor}&filter=userName%20pr"))
        .refused(400, "invalidCursor");
    idp.get(&format!(
        "/Users?cursor={cursor}&count=2&filter=userName%20pr"
    ))
    .is(200);
}

#[test]
fn cursor_and_index_do_not_go_together() {
    let (idp, _) = crowd(2);
    let reply = idp.get("/Users?cursor&startIndex=2");
    assert_eq!(reply.status, 400, "{}", reply.told());
}

#[test]
fn a_search_by_post_may_use_cursors() {
    let (idp, ids) = crowd(3);
    let search = |cursor: &str| {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "cursor": cursor, "count": 2
        });
        idp.post("/Users/.search", &body).is(200)
    };
    let first = search("");
    assert_eq!(first.column("id"), ids[..2]);
    let next = first.at("/nextCursor").as_str().unwrap().to_owned();
    assert_eq!(search(&next).column("id"), ids[2..]);
}

#[test]
fn cursors_are_advertised() {
    idp().get("/ServiceProviderConfig").is(200).shows(json!({
        "pagination": {"cursor": true, "index": true, "defaultPaginationMethod": "index"}
    }));
}
