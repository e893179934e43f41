//! RFC 7644 §3.4.3: queries by POST.

use serde_json::{Value, json};

use super::house::reply::Reply;
use super::people::{Idp, idp};

fn search(idp: &Idp, path: &str, more: Value) -> Reply {
    let mut body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
    super::house::client::merge(&mut body, more);
    idp.post(path, &body)
}

fn town() -> Idp {
    let idp = idp();
    for name in ["ada", "bo", "cy"] {
        idp.user_with(
            &format!("{name}@example.net"),
            json!({"displayName": name, "title": "T"}),
        );
    }
    idp.group("bo", &[]);
    idp
}

#[test]
fn a_search_answers_what_a_get_answers() {
    let idp = town();
    let posted = search(
        &idp,
        "/Users/.search",
        json!({"filter": "displayName sw \"b\""}),
    )
    .is(200);
    assert_eq!(
        posted.json(),
        idp.find("/Users", "displayName sw \"b\"").json()
    );
    let posted = search(&idp, "/Users/.search", json!({"startIndex": 2, "count": 1})).is(200);
    assert_eq!(posted.json(), idp.get("/Users?startIndex=2&count=1").json());
    let posted = search(
        &idp,
        "/Users/.search",
        json!({"sortBy": "userName", "sortOrder": "descending"}),
    );
    assert_eq!(
        posted.json(),
        idp.get("/Users?sortBy=userName&sortOrder=descending")
            .json()
    );
    let posted = search(&idp, "/Users/.search", json!({"attributes": ["userName"]}));
    assert_eq!(posted.json(), idp.get("/Users?attributes=userName").json());
    let posted = search(&idp, "/Groups/.search", json!({}));
    assert_eq!(posted.json(), idp.get("/Groups").json());
}

#[test]
fn a_search_at_the_root_finds_all_kinds() {
    let idp = town();
    search(&idp, "/.search", json!({})).counts(4);
    search(&idp, "/.search", json!({"filter": "displayName eq \"BO\""})).counts(2);
    search(
        &idp,
        "/.search",
        json!({"filter": "displayName eq \"bo\" and meta.resourceType eq \"User\""}),
    )
    .counts(1);
    let reply = search(
        &idp,
        "/.search",
        json!({"filter": "userName pr", "sortBy": "userName"}),
    )
    .counts(3);
    assert_eq!(reply.column("displayName"), ["ada", "bo", "cy"]);
    let reply = search(&idp, "/.search", json!({"count": 2, "startIndex": 3})).counts(4);
    assert_eq!(reply.resources().len(), 2);
}

#[test]
fn what_is_no_search_is_refused() {
    let idp = town();
    search(&idp, "/Users/.search", json!({"filter": "x"})).refused(400, "invalidFilter");
    for more in [
        json!({"filter": 7}),
        json!({"startIndex": "x"}),
        json!({"count": []}),
        json!({"attributes": "userName", "excludedAttributes": ["title"]}),
        json!({"attributes": ["userName"], "excludedAttributes": ["title"]}),
        json!({"attributes": [7]}),
        json!({"sortBy": {}}),
    ] {
        let reply = search(&idp, "/Users/.search", more);
        assert_eq!(reply.status, 400, "{}", reply.told());
    }
    idp.get("/Users/.search").is(405);
}
