//! RFC 7643 §5 and RFC 9865 §4: the service provider configuration, number by number.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::house::server::House;
use super::people::{USER, idp, user};

#[test]
fn nothing_is_said_that_the_schemas_do_not_declare() {
    let idp = idp();
    let schemas = idp.get("/Schemas").resources();
    let declared = |name: &str| -> BTreeSet<String> {
        let urn = format!("urn:ietf:params:scim:schemas:core:2.0:{name}");
        let schema = schemas.iter().find(|schema| schema["id"] == urn.as_str());
        let schema = schema.unwrap_or_else(|| panic!("no schema {urn}"));
        let mut paths = BTreeSet::from(["schemas".into(), "meta".into()]);
        declare("", &schema["attributes"], &mut paths);
        paths
    };
    let documents = [
        (
            "ServiceProviderConfig",
            vec![idp.get("/ServiceProviderConfig").json()],
        ),
        ("ResourceType", idp.get("/ResourceTypes").resources()),
        ("Schema", schemas.clone()),
    ];
    for (name, documents) in documents {
        let declared = declared(name);
        for document in documents {
            let mut said = BTreeSet::new();
            say("", &document, &mut said);
            let more: Vec<_> = said
                .difference(&declared)
                .filter(|path| !path.starts_with("meta."))
                .collect();
            assert!(more.is_empty(), "{name}: {more:?}");
        }
    }
}

/// The paths of all attributes, as `a.b`.
fn declare(above: &str, attributes: &Value, paths: &mut BTreeSet<String>) {
    for attribute in attributes.as_array().into_iter().flatten() {
        let path = format!("{above}{}", attribute["name"].as_str().unwrap());
        declare(&format!("{path}."), &attribute["subAttributes"], paths);
        // The schema of schemas is the only one to nest deeper than a resource may (RFC 7643 §7).
        if path == "attributes.subAttributes" {
            let deeper = format!("{path}.subAttributes");
            declare(&format!("{deeper}."), &attribute["subAttributes"], paths);
            paths.insert(deeper);
        }
        paths.insert(path);
    }
}

fn say(above: &str, value: &Value, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = format!("{above}{name}");
                say(&format!("{path}."), value, paths);
                paths.insert(path);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| say(above, value, paths)),
        _ => {}
    }
}

#[test]
fn the_numbers_are_those_that_hold() {
    let idp = idp();
    let config = idp.get("/ServiceProviderConfig").json();
    let number = |pointer: &str| config.pointer(pointer).and_then(Value::as_u64).unwrap();
    assert_eq!(
        number("/filter/maxResults"),
        number("/pagination/maxPageSize")
    );
    let post = |at: u64| {
        let data = user(&format!("u{at:04}"), json!({}));
        json!({"method": "POST", "path": "/Users", "bulkId": at.to_string(), "data": data})
    };
    let schemas = json!(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]);
    for part in [0..600, 600..1_200] {
        let operations: Vec<Value> = part.map(post).collect();
        idp.post(
            "/Bulk",
            &json!({"schemas": schemas, "Operations": operations}),
        )
        .is(200);
    }
    let page = |query: &str| idp.get(&format!("/Users?attributes=userName{query}"));
    for query in ["&count=999999", "&count=999999&cursor"] {
        let items = page(query).at("/itemsPerPage");
        assert_eq!(items, number("/pagination/maxPageSize"), "{query}");
    }
    for query in ["", "&cursor"] {
        let items = page(query).at("/itemsPerPage");
        assert_eq!(items, number("/pagination/defaultPageSize"), "{query}");
    }
    // By default pages are by index.
    assert_eq!(config["pagination"]["defaultPaginationMethod"], "index");
    page("").shows(json!({"startIndex": 1, "nextCursor": "{{absent}}"}));
    assert!(number("/pagination/cursorTimeout") >= 600);
}

#[test]
fn it_may_be_shown_to_everybody_and_nothing_else_is() {
    let closed = idp();
    closed
        .house
        .stranger()
        .get("/ServiceProviderConfig")
        .refused(401, "");
    let open = House::with(&["--public-discovery"]);
    let stranger = open.stranger();
    let config = stranger.get("/ServiceProviderConfig").is(200);
    assert_eq!(
        config.json(),
        open.idp().get("/ServiceProviderConfig").json()
    );
    stranger
        .request("HEAD", "/ServiceProviderConfig")
        .send()
        .is(200);
    for path in [
        "/Users",
        "/Schemas",
        "/ResourceTypes",
        "/ServiceProviderConfig/x",
        "/nothing",
    ] {
        stranger.get(path).refused(401, "");
    }
    stranger
        .post("/ServiceProviderConfig", &json!({}))
        .refused(401, "");
}

#[test]
fn a_filter_on_a_single_document_is_403_too() {
    let idp = idp();
    for path in ["/ResourceTypes/User", &format!("/Schemas/{USER}")] {
        idp.find(path, "id pr").refused(403, "");
        // Sorting and paging are ignored.
        idp.get(&format!("{path}?sortBy=id&startIndex=9&count=0"))
            .is(200);
    }
    for path in ["/ResourceTypes", "/Schemas", "/ServiceProviderConfig"] {
        let whole = idp.get(path).is(200).json();
        let asked = idp.get(&format!("{path}?sortBy=id&startIndex=9&count=0"));
        assert_eq!(asked.is(200).json(), whole);
    }
}

#[test]
fn messages_of_the_protocol_are_no_schemas() {
    let idp = idp();
    for schema in idp.get("/Schemas").resources() {
        let id = schema["id"].as_str().unwrap();
        assert!(!id.starts_with("urn:ietf:params:scim:api:"), "{id}");
    }
    idp.get("/Schemas/urn:ietf:params:scim:api:messages:2.0:PatchOp")
        .refused(404, "");
}
