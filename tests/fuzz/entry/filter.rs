//! The text of a filter.

use appliance::base::Limits;
use appliance::scim::Kind;
use appliance::scim::filter::ast::Filter;
use appliance::scim::filter::{self, Candidate, matches};

use super::sample::{PEOPLE, SCHEMAS, assert_civil, meta};

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let parsed = match filter::parse(text, &Limits::DEFAULT) {
        Ok(parsed) => parsed,
        Err(error) => return assert_civil(&error),
    };
    // What is printed is read as the same filter; printed it may be longer.
    let roomy = Limits {
        filter: usize::MAX,
        filter_depth: 10_000,
        ..Limits::DEFAULT
    };
    let printed = parsed.to_string();
    assert_eq!(
        filter::parse(&printed, &roomy).as_ref(),
        Ok(&parsed),
        "{printed}"
    );

    let negated = Filter::Not(Box::new(parsed.clone()));
    let (id, meta) = meta();
    for (kind, attributes) in &*PEOPLE {
        let condition = match filter::resolve(&parsed, &SCHEMAS, *kind) {
            Ok(condition) => condition,
            Err(error) => {
                assert_civil(&error);
                continue;
            }
        };
        let candidate = Candidate {
            kind: *kind,
            id,
            meta,
            location: None,
            attributes,
            members: &[],
            groups: &[],
        };
        let opposite = filter::resolve(&negated, &SCHEMAS, *kind).unwrap();
        assert_ne!(
            matches(&condition, &candidate),
            matches(&opposite, &candidate),
            "{printed}"
        );
    }
    if let Err(error) = filter::resolve_among(&parsed, &SCHEMAS, &Kind::ALL) {
        assert_civil(&error);
    }
}
