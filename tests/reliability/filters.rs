//! R26: no filter, however long or deep, costs more than a moment or takes the process with it.

use std::time::{Duration, Instant};

use serde_json::json;

use super::catalogue::{Catalogue, unless};
use super::house::client::{Client, encoded};
use super::house::reply::Reply;
use super::house::server::House;

const MOMENT: Duration = Duration::from_millis(100);

/// Filters that are too much in one way or another.
fn hostile() -> Vec<(String, String)> {
    let mut list = Vec::new();
    let mut add =
        |name: &str, size: usize, filter: String| list.push((format!("{name} {size}"), filter));
    let leaf = "userName eq \"x\"";
    for size in [65, 66, 100, 200, 500, 1_000, 2_000, 10_000, 50_000] {
        add(
            "brackets",
            size,
            format!("{}{leaf}{}", "(".repeat(size), ")".repeat(size)),
        );
        add("open brackets", size, "(".repeat(size));
        add(
            "closing brackets",
            size,
            format!("{leaf}{}", ")".repeat(size)),
        );
        add(
            "negations",
            size,
            format!("{}{leaf}{}", "not (".repeat(size), ")".repeat(size)),
        );
        add("open negations", size, "not (".repeat(size));
        add(
            "value paths",
            size,
            format!(
                "{}value eq \"x\"{}",
                "emails[".repeat(size),
                "]".repeat(size)
            ),
        );
        add("open value paths", size, "emails[".repeat(size));
    }
    for size in [501, 502, 600, 1_000, 5_000] {
        add("conjunctions", size, vec![leaf; size].join(" and "));
        add("disjunctions", size, vec!["title pr"; size].join(" or "));
        add(
            "clauses in a value path",
            size,
            format!("emails[{}]", vec!["value pr"; size].join(" or ")),
        );
        add("loose ends", size, "title pr and ".repeat(size));
    }
    for size in [8 << 10, 9_000, 20_000, 60_000] {
        add(
            "a long value",
            size,
            format!("userName eq \"{}\"", "x".repeat(size)),
        );
        add(
            "a long name",
            size,
            format!("{} eq \"x\"", "x".repeat(size)),
        );
        add("dots", size, format!("a{} eq \"x\"", ".a".repeat(size / 2)));
        add("colons", size, format!("urn{} pr", ":a".repeat(size / 2)));
        add(
            "blanks",
            size,
            format!("userName{}eq \"x\"", " ".repeat(size)),
        );
        add("quotes", size, "\"".repeat(size));
        add(
            "backslashes",
            size,
            format!("userName eq \"{}", "\\".repeat(size)),
        );
        add(
            "escapes",
            size,
            format!("userName eq \"{}\"", "\\u0041".repeat(size / 6)),
        );
        add("digits", size, format!("userName eq {}", "9".repeat(size)));
    }
    list
}

fn by_get(client: &Client, filter: &str) -> Result<Reply, String> {
    client
        .request("GET", &format!("/Users?filter={}", encoded(filter)))
        .try_send()
        .map_err(|(_, error)| error.to_string())
}

fn by_post(client: &Client, filter: &str) -> Result<Reply, String> {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": filter
    });
    client
        .request("POST", "/Users/.search")
        .json(&body)
        .try_send()
        .map_err(|(_, error)| error.to_string())
}

/// What is wrong with the answer to a hostile filter; the best time of ten counts, because the
/// machine may be busy with something else.
pub(crate) fn refused_in_a_moment(ask: impl Fn() -> Result<Reply, String>) -> Option<String> {
    let mut best = Duration::MAX;
    for _ in 0..10 {
        let begun = Instant::now();
        let reply = match ask() {
            Ok(reply) => reply,
            Err(error) => return Some(format!("no answer: {error}")),
        };
        best = best.min(begun.elapsed());
        // A head that is too long is HTTP's own business, 414 or 431, and has no body.
        let own = matches!(reply.status, 400 | 413 | 414 | 431);
        let bare = reply.body.is_empty() && reply.status != 413;
        let flaw = unless(own, || format!("status {}", reply.status))
            .or_else(|| if bare { None } else { reply.bad_manners() });
        if flaw.is_some() {
            return flaw;
        }
        if best <= MOMENT {
            return None;
        }
    }
    Some(format!("it took {best:?}"))
}

#[test]
fn hostile_filters_are_refused_in_a_moment_and_the_server_lives() {
    let house = House::open();
    let idp = house.idp();
    idp.user("ada@example.net");
    let mut catalogue = Catalogue::of("hostile filters");
    for (name, filter) in hostile() {
        let flaw = refused_in_a_moment(|| by_post(&idp, &filter))
            .map(|flaw| format!("POST: {flaw}"))
            .or_else(|| {
                // What does not fit into the head of a request may be cut off by HTTP itself.
                if encoded(&filter).len() > 30_000 {
                    return None;
                }
                refused_in_a_moment(|| by_get(&idp, &filter)).map(|flaw| format!("GET: {flaw}"))
            });
        catalogue.case(&name, flaw);
        assert!(
            by_get(&idp, "userName pr").is_ok_and(|reply| reply.status == 200),
            "it died of {name}"
        );
    }
    catalogue.holds(99);
}

#[test]
fn what_is_just_within_the_bounds_is_answered() {
    let house = House::open();
    let idp = house.idp();
    idp.user("ada@example.net");
    let leaf = "userName eq \"ada@example.net\"";
    for (name, filter) in [
        (
            "brackets",
            format!("{}{leaf}{}", "(".repeat(60), ")".repeat(60)),
        ),
        (
            "negations",
            format!("{}{leaf}{}", "not (".repeat(30), ")".repeat(30)),
        ),
        ("clauses", vec!["userName pr"; 450].join(" and ")),
        (
            "length",
            format!("{leaf} or userName eq \"{}\"", "x".repeat(8_000)),
        ),
    ] {
        let reply = by_post(&idp, &filter).unwrap();
        assert_eq!(
            (reply.status, reply.at("/totalResults")),
            (200, json!(1)),
            "{name}: {}",
            reply.told()
        );
    }
}

#[test]
fn a_stranger_cannot_make_the_server_parse_anything() {
    let house = House::open();
    let stranger = house.client("appliance_wrong");
    for (name, filter) in hostile()
        .into_iter()
        .filter(|(name, _)| name.ends_with(" 50000"))
    {
        let reply = by_post(&stranger, &filter).unwrap();
        assert_eq!(reply.status, 401, "{name}");
    }
    house.idp().get("/Users").counts(0);
}

#[test]
fn a_filter_of_more_parts_than_one_statement_takes_is_the_fault_of_who_asks() {
    let house = House::open();
    let idp = house.idp();
    let user = idp.user("mira@example.net");
    let staff = idp.group("Staff", &[&user]);
    let group = format!("groups.value eq \"{staff}\"");
    let mut negations = vec![&*group];
    negations.extend(["not (title pr)"; 300]);
    for filter in [
        vec![&*group; 130].join(" or "),
        vec!["groups.type eq \"indirect\""; 130].join(" or "),
        negations.join(" or "),
    ] {
        let reply = by_post(&idp, &filter).unwrap();
        let detail = reply.refused(400, "invalidFilter").at("/detail");
        assert!(detail.as_str().unwrap().contains("at a time"), "{detail}");
    }
    let fewer = vec![&*group; 60].join(" or ");
    by_post(&idp, &fewer).unwrap().is(200).counts(1);
}
