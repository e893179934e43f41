//! Any body: as JSON, as a resource, as a bulk request, as a search, as a schema.

use appliance::base::Limits;
use appliance::scim::bulk::BulkRequest;
use appliance::scim::filter;
use appliance::scim::list::ListQuery;
use appliance::scim::schema::SchemaDocument;
use appliance::scim::{Kind, dialect, json, searchable, validate};
use serde_json::Value;

use super::sample::{DIALECTS, PEOPLE, SCHEMAS, assert_canonical, assert_civil, meta, reading};

pub(crate) fn run(bytes: &[u8]) {
    let depth = Limits::DEFAULT.json_depth;
    let body = match json::parse(bytes, depth) {
        Ok(body) => body,
        Err(error) => return assert_civil(&error),
    };
    assert_eq!(
        json::parse(body.to_string().as_bytes(), depth).as_ref(),
        Ok(&body)
    );
    for (kind, before) in &*PEOPLE {
        for dialect in DIALECTS {
            let (body, _) = dialect::rewrite_body(dialect, *kind, &SCHEMAS, body.clone());
            let Value::Object(body) = body else { continue };
            let incoming = match validate::incoming(body, *kind, &SCHEMAS, &reading()) {
                Ok(incoming) => incoming,
                Err(error) => {
                    assert_civil(&error);
                    continue;
                }
            };
            assert_canonical(*kind, &incoming.attributes);
            found_again(*kind, &incoming.attributes);
            for outcome in [
                validate::finish(&incoming.attributes, *kind, &SCHEMAS),
                validate::replace(before, incoming.attributes, *kind, &SCHEMAS).map(|_| ()),
            ] {
                if let Err(error) = outcome {
                    assert_civil(&error);
                }
            }
        }
    }
    messages(&body);
}

/// Every value that is filed for searching is filed under a path that a filter can name.
fn found_again(kind: Kind, attributes: &appliance::scim::Attributes) {
    for value in searchable(kind, attributes, &meta().1, &SCHEMAS) {
        let present = format!("{} pr", value.key);
        let parsed = filter::parse(&present, &Limits::DEFAULT).unwrap();
        filter::resolve(&parsed, &SCHEMAS, kind).unwrap();
    }
}

fn messages(body: &Value) {
    for dialect in DIALECTS {
        match BulkRequest::parse(body.clone(), dialect, &Limits::DEFAULT) {
            Ok(request) => {
                let mut order = request.units(&SCHEMAS).concat();
                order.sort_unstable();
                assert!(order.into_iter().eq(0..request.operations.len()));
            }
            Err(error) => assert_civil(&error),
        }
        if let Err(error) = ListQuery::from_body(body, dialect, &Limits::DEFAULT) {
            assert_civil(&error);
        }
    }
    if let Ok(document) = SchemaDocument::parse(body) {
        let printed = Value::Object(document.to_json());
        assert_eq!(SchemaDocument::parse(&printed).as_ref(), Ok(&document));
    }
}
