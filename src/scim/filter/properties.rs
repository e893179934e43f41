//! What holds for every filter, tried with many.

use proptest::prelude::*;
use serde_json::Value;

use super::ast::{Check, Column, Element, Filter, Literal, OPERATORS, Test};
use super::matches::matches_element;
use super::parse::parse;
use super::resolve::{resolve, resolve_among, resolve_element};
use crate::base::Limits;
use crate::scim::schema::Schemas;
use crate::scim::{AttrName, AttrPath, Kind};

fn path() -> impl Strategy<Value = AttrPath> {
    let name = "[a-zA-Z][a-zA-Z0-9_-]{0,8}|[nN]ot|and|OR|eq|true|\\$ref";
    let urn = prop_oneof![
        3 => Just(""),
        1 => Just("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"),
        1 => Just("urn:x:"),
    ];
    (urn, name, proptest::option::of(name)).prop_map(|(urn, name, sub)| {
        let sub = sub.map_or(String::new(), |sub| format!(".{sub}"));
        AttrPath::parse(&format!("{urn}{name}{sub}")).unwrap()
    })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Fractions that decimal digits can write exactly: reading numbers is not what is tried.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        any::<String>().prop_map(Value::from),
    ]
    .prop_map(|value| Literal::new(value, 1))
}

fn test() -> impl Strategy<Value = Test> {
    let check = prop_oneof![
        Just(Check::Present),
        literal().prop_map(Check::Differs),
        (proptest::sample::select(&OPERATORS[..]), literal())
            .prop_map(|((_, operator), literal)| Check::Compare(operator, literal)),
    ];
    (path(), check).prop_map(|(path, check)| Test {
        path,
        column: Column(1),
        check,
    })
}

/// `leaf`s joined, negated and nested.
fn joined(leaf: impl Strategy<Value = Filter> + 'static) -> impl Strategy<Value = Filter> {
    leaf.prop_recursive(6, 40, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.prop_map(|inner| Filter::Not(Box::new(inner))),
        ]
    })
}

fn filter() -> impl Strategy<Value = Filter> {
    let then =
        proptest::option::of(("[a-z]{1,5}", test()).prop_map(|(name, test)| {
            Test::of_part(AttrName::parse(&name).unwrap(), 1, test.check)
        }));
    let simple = || test().prop_map(|test| Filter::Test(Box::new(test)));
    let element = (path(), joined(simple()), then).prop_map(|(path, inner, then)| {
        Filter::Element(Box::new(Element {
            path,
            column: Column(1),
            inner,
            then,
        }))
    });
    joined(prop_oneof![3 => simple(), 1 => element])
}

/// Pieces of filters in any order: nearer to the grammar than arbitrary text.
fn soup() -> impl Strategy<Value = String> {
    let pieces = [
        "(",
        ")",
        "[",
        "]",
        "not ",
        "not (",
        " and ",
        " or ",
        " eq ",
        " ne ",
        " co ",
        " pr",
        " gt ",
        "userName",
        "emails",
        "emails[type eq \"work\"]",
        ".value",
        "active",
        "meta.created",
        ":",
        "urn:ietf:params:scim:schemas:core:2.0:User:",
        "manager",
        "members",
        "null",
        "true",
        "-1.5e3",
        "1e999",
        "\"",
        "\"x\"",
        "\"\\u0000\"",
        "\\",
        " ",
        "\t",
        "\u{e4}",
        "\u{1f600}",
        "password",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..24)
        .prop_map(|pieces| pieces.concat())
}

#[test]
fn the_deepest_filter_needs_little_stack() {
    let limits = Limits {
        filter_depth: usize::MAX,
        ..Limits::DEFAULT
    };
    let walk = move || {
        let text = format!(
            "{}title pr{}",
            "userName pr or title pr and not (".repeat(127),
            ")".repeat(127)
        );
        let filter = parse(&text, &limits).unwrap();
        assert_eq!(filter.to_string(), text);
        let condition = resolve(&filter, &Schemas::builtin().unwrap(), Kind::User).unwrap();
        assert!(!matches_element(&condition, &Value::Null));
    };
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(walk).unwrap().join().unwrap();
}

fn try_everything(text: &str) {
    let schemas = Schemas::builtin().unwrap();
    let emails = schemas
        .resolve(Kind::User, &AttrPath::parse("emails").unwrap())
        .unwrap();
    let read = parse(text, &Limits::DEFAULT);
    let outcomes = read.and_then(|filter| {
        let again = parse(
            &filter.to_string(),
            &Limits {
                filter: usize::MAX,
                ..Limits::DEFAULT
            },
        );
        assert_eq!(again.as_ref(), Ok(&filter));
        let _ = resolve_element(&filter, &schemas, &emails);
        let among = resolve_among(&filter, &schemas, &Kind::ALL);
        let each = Kind::ALL.map(|kind| resolve(&filter, &schemas, kind));
        if each.iter().all(Result::is_ok) {
            assert!(among.is_ok());
        }
        among
    });
    if let Err(error) = outcomes {
        assert_eq!(error.status(), 400);
    }
}

proptest! {
    #[test]
    fn a_filter_prints_what_it_parses(filter in filter()) {
        let limits = Limits {
            filter: usize::MAX,
            filter_clauses: usize::MAX,
            ..Limits::DEFAULT
        };
        prop_assert_eq!(parse(&filter.to_string(), &limits).unwrap(), filter);
    }

    #[test]
    fn no_text_is_too_odd_to_be_read_or_refused(text in any::<String>()) {
        try_everything(&text);
    }

    #[test]
    fn no_heap_of_pieces_is_too_odd_to_be_read_or_refused(text in soup()) {
        try_everything(&text);
    }
}
