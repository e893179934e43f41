//! RFC 7644 §3.4.2.3: sorting.

use serde_json::json;

use super::people::{ENTERPRISE, Idp, idp};

fn town() -> Idp {
    let idp = idp();
    for (name, more) in [
        (
            "dora",
            json!({"title": "b", "active": true, "externalId": "B"}),
        ),
        (
            "Ada",
            json!({"title": "B", "active": false, "externalId": "a", "name": {"familyName": "Zorn"}}),
        ),
        (
            "cy",
            json!({"externalId": "C", "emails": [{"value": "z@example.net"}, {"value": "a@example.net", "primary": true}]}),
        ),
        (
            "Bo",
            json!({"title": "a", "name": {"familyName": "adler"}, "emails": [{"value": "m@example.net"}, {"value": "b@example.net"}]}),
        ),
    ] {
        idp.user_with(name, more);
    }
    idp
}

#[track_caller]
fn sorted(idp: &Idp, query: &str) -> String {
    idp.get(&format!("/Users?{query}"))
        .counts(4)
        .column("userName")
        .join(" ")
}

#[test]
fn texts_are_sorted_without_case_where_case_does_not_count() {
    let idp = town();
    assert_eq!(sorted(&idp, "sortBy=userName"), "Ada Bo cy dora");
    assert_eq!(
        sorted(&idp, "sortBy=userName&sortOrder=ascending"),
        "Ada Bo cy dora"
    );
    assert_eq!(
        sorted(&idp, "sortBy=userName&sortOrder=descending"),
        "dora cy Bo Ada"
    );
    assert_eq!(
        sorted(&idp, "sortBy=USERNAME&sortOrder=descending"),
        "dora cy Bo Ada"
    );
    assert_eq!(
        sorted(
            &idp,
            "sortBy=urn:ietf:params:scim:schemas:core:2.0:User:userName"
        ),
        "Ada Bo cy dora"
    );
}

#[test]
fn case_counts_where_the_schema_says_so() {
    assert_eq!(sorted(&town(), "sortBy=externalId"), "dora cy Ada Bo");
}

#[test]
fn what_is_missing_comes_last_and_in_reverse_first() {
    let idp = town();
    assert_eq!(sorted(&idp, "sortBy=title"), "Bo dora Ada cy");
    let descending = sorted(&idp, "sortBy=title&sortOrder=descending");
    assert!(
        descending.starts_with("cy ") && descending.ends_with(" Bo"),
        "{descending}"
    );
    assert_eq!(sorted(&idp, "sortBy=name.familyName"), "Bo Ada dora cy");
}

#[test]
fn of_several_values_the_primary_counts_or_the_first() {
    let idp = town();
    assert_eq!(sorted(&idp, "sortBy=emails.value"), "cy Bo dora Ada");
    assert_eq!(sorted(&idp, "sortBy=emails"), "cy Bo dora Ada");
}

#[test]
fn dates_booleans_and_extensions_can_be_sorted_by() {
    let idp = town();
    assert_eq!(sorted(&idp, "sortBy=meta.created"), "dora Ada cy Bo");
    assert_eq!(
        sorted(&idp, "sortBy=meta.created&sortOrder=descending"),
        "Bo cy Ada dora"
    );
    assert_eq!(sorted(&idp, "sortBy=active"), "Ada dora cy Bo");
    assert_eq!(
        sorted(&idp, &format!("sortBy={ENTERPRISE}:department")),
        "dora Ada cy Bo"
    );
    assert_eq!(sorted(&idp, "sortBy=id"), "dora Ada cy Bo");
}

#[test]
fn pages_of_a_sorted_list_fit_together() {
    let idp = town();
    let page = |start: u32| {
        let reply = idp
            .get(&format!("/Users?sortBy=title&startIndex={start}&count=1"))
            .counts(4);
        reply.column("userName").join(" ")
    };
    assert_eq!([1, 2, 3, 4, 5].map(page), ["Bo", "dora", "Ada", "cy", ""]);
}

#[test]
fn a_sorted_list_may_be_filtered() {
    let idp = town();
    let reply = idp.get("/Users?sortBy=userName&sortOrder=descending&filter=title%20pr");
    assert_eq!(reply.counts(3).column("userName"), ["dora", "Bo", "Ada"]);
}

#[test]
fn an_unknown_attribute_or_order_is_refused() {
    let idp = town();
    for query in [
        "sortBy=unknown",
        "sortBy=name.unknown",
        "sortBy=",
        "sortBy=a%20b",
        "sortBy=groups",
        "sortBy=groups.display",
        "sortBy=userName&sortOrder=upwards",
    ] {
        let reply = idp.get(&format!("/Users?{query}"));
        assert!(matches!(reply.status, 200 | 400), "{}", reply.told());
        if query != "sortBy=" {
            assert_eq!(reply.status, 400, "{}", reply.told());
        }
    }
    for by in ["members", "members.display"] {
        let reply = idp.get(&format!("/Groups?sortBy={by}"));
        reply.refused(400, "invalidValue");
    }
}

#[test]
fn groups_are_sorted_too() {
    let idp = idp();
    for name in ["b", "A", "c"] {
        idp.group(name, &[]);
    }
    let reply = idp.get("/Groups?sortBy=displayName&sortOrder=descending");
    assert_eq!(reply.counts(3).column("displayName"), ["c", "b", "A"]);
}
