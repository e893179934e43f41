//! An exchange in words: what was asked for, and what became of it.

use crate::scim::Kind;
use crate::store::Exchange;

/// What was asked for, as it goes on after "asked to": `create a user`.
pub fn asked(exchange: &Exchange) -> String {
    let path: Vec<&str> = exchange
        .target
        .split('/')
        .filter(|part| !matches!(*part, "" | "scim" | "v2"))
        .collect();
    let what = |endpoint: &str| {
        Kind::ALL
            .into_iter()
            .find(|kind| kind.endpoint().eq_ignore_ascii_case(endpoint))
            .map(|kind| kind.name().to_lowercase())
    };
    let said = match (exchange.method.as_str(), path.as_slice()) {
        ("GET" | "HEAD", [endpoint]) => what(endpoint).map(|what| search(&what, &exchange.query)),
        ("GET" | "HEAD", []) => Some(search("user or group", &exchange.query)),
        ("POST", [endpoint, ".search"]) => what(endpoint).map(|what| format!("look for {what}s")),
        ("POST", [".search"]) => Some("look for users and groups".to_owned()),
        ("POST", ["Bulk"]) => Some("do several things at once".to_owned()),
        ("POST", [endpoint]) => what(endpoint).map(|what| format!("create a {what}")),
        (method, [endpoint, id]) => what(endpoint).and_then(|what| {
            let verb = match method {
                "GET" | "HEAD" => "read",
                "PUT" => "replace",
                "PATCH" => "change",
                "DELETE" => "delete",
                _ => return None,
            };
            Some(format!("{verb} {what} {id}"))
        }),
        _ => None,
    };
    let described = ["Schemas", "ResourceTypes", "ServiceProviderConfig"];
    said.unwrap_or_else(|| match path.first() {
        Some(first) if described.contains(first) && exchange.method == "GET" => {
            "learn what this server can do".to_owned()
        }
        _ => format!("{} {}", exchange.method, exchange.target),
    })
}

fn search(what: &str, query: &str) -> String {
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
    if let Some(filter) = parameter("filter=") {
        return format!("look for a {what} by {filter}");
    }
    let page: Vec<String> = ["startIndex=", "count=", "cursor="]
        .iter()
        .filter_map(|name| parameter(name).map(|value| format!("{name}{value}")))
        .collect();
    if page.is_empty() {
        format!("list every {what}")
    } else {
        format!("list every {what} ({})", page.join(", "))
    }
}

/// What became of it: `done`, `found nobody`, `refused: 409 uniqueness: …`.
pub fn outcome(exchange: &Exchange) -> String {
    let Exchange {
        status, failures, ..
    } = exchange;
    let why: Vec<&str> = [&exchange.scim_type, &exchange.detail]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let why = if why.is_empty() {
        String::new()
    } else {
        format!(": {}", why.join(": "))
    };
    match status {
        ..400 if *failures > 0 => {
            let plural = if *failures == 1 { "" } else { "s" };
            format!("done, but {failures} operation{plural} failed{why}")
        }
        200 => match total(&exchange.answered) {
            Some(0) => "found nothing".to_owned(),
            Some(1) => "found one".to_owned(),
            Some(total) => format!("found {total}"),
            None => "done".to_owned(),
        },
        201 => "created".to_owned(),
        304 => "nothing new".to_owned(),
        ..400 => "done".to_owned(),
        429 | 503 => format!("put off ({status}){why}"),
        404 if exchange.resource.is_some() => format!("not there (404){why}"),
        ..500 => format!("refused ({status}){why}"),
        _ => format!("failed here ({status}){why}"),
    }
}

/// How many a list found.
fn total(answered: &str) -> Option<u64> {
    let (_, rest) = answered.split_once("\"totalResults\":")?;
    let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;

    const ID: &str = "019abc00-0000-7000-8000-000000000001";

    fn exchange(method: &str, target: &str, query: &str, status: u16) -> Exchange {
        Exchange {
            at: Timestamp::from_millis(0),
            connection: Some(1),
            name: "default".into(),
            token: Some(1),
            request: "r".into(),
            peer: None,
            method: method.into(),
            target: format!("/scim/v2{target}"),
            query: query.into(),
            resource: None,
            status,
            micros: 1,
            failures: 0,
            scim_type: None,
            detail: None,
            sent: String::new(),
            sent_bytes: 0,
            answered: String::new(),
            answered_bytes: 0,
        }
    }

    #[track_caller]
    fn check(method: &str, target: &str, query: &str, expected: &str) {
        assert_eq!(asked(&exchange(method, target, query, 200)), expected);
    }

    #[test]
    fn a_request_is_said_in_words() {
        check(
            "GET",
            "/Users",
            "filter=userName eq \"a…@e….net\"&count=1",
            "look for a user by userName eq \"a…@e….net\"",
        );
        check(
            "GET",
            "/Groups",
            "startIndex=1&count=2",
            "list every group (startIndex=1, count=2)",
        );
        check("POST", "/Users", "", "create a user");
        check(
            "PATCH",
            &format!("/Groups/{ID}"),
            "",
            &format!("change group {ID}"),
        );
        check("POST", "/Bulk", "", "do several things at once");
        check("GET", "/Schemas", "", "learn what this server can do");
        check("DELETE", "/«l… 8»", "", "DELETE /scim/v2/«l… 8»");
    }

    #[test]
    fn an_answer_is_said_in_words_with_its_reason() {
        let mut refused = exchange("POST", "/Users", "", 409);
        refused.scim_type = Some("uniqueness".into());
        refused.detail = Some("userName: another User has this value".into());
        assert_eq!(
            outcome(&refused),
            "refused (409): uniqueness: userName: another User has this value"
        );
        let mut list = exchange("GET", "/Users", "", 200);
        list.answered = "{\"totalResults\":0,\"Resources\":[]}".into();
        assert_eq!(outcome(&list), "found nothing");
        let mut bulk = exchange("POST", "/Bulk", "", 200);
        bulk.failures = 2;
        assert_eq!(outcome(&bulk), "done, but 2 operations failed");
        assert_eq!(outcome(&exchange("POST", "/Users", "", 201)), "created");
        for status in [429, 503] {
            let later = outcome(&exchange("POST", "/Users", "", status));
            assert_eq!(later, format!("put off ({status})"));
        }
        assert_eq!(
            outcome(&exchange("POST", "/Users", "", 507)),
            "failed here (507)"
        );
    }
}
