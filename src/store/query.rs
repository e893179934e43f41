//! A condition as SQL: sets of resources, driven by the test that finds the fewest.

use rusqlite::types::Value;

use super::error::StoreError;
use super::fragment::Fragment;
use super::leaves::{Home, home};
use super::numbers::sql_value;
use super::place::Place;
use crate::scim::Kind;
use crate::scim::filter::{Condition, Operand, Operator, Test};
use crate::scim::schema::{Resolved, Type, Uniqueness};

/// Terms that one compound `SELECT` may have; SQLite allows 500.
const TERMS: usize = 200;

/// How many resources a condition may find, roughly; the least one drives the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Size {
    None,
    One,
    Few,
    Some,
    Many,
    All,
}

/// What a set is made of: resources, or elements of one attribute of resources.
#[derive(Debug, Clone, Copy)]
enum Of<'a> {
    Resources,
    Elements(&'a Resolved),
}

/// The resources that fulfil a condition, as a `SELECT` of one column; a resource may come twice.
pub(super) fn resources(place: &Place<'_>, condition: &Condition) -> Result<Fragment, StoreError> {
    Ok(Fragment::new("SELECT resource FROM (")
        .then(set(place, condition, Of::Resources, 0)?)
        .sql(")"))
}

/// Whether a condition finds one of a kind at most, because a test in it names a value that nobody shares.
pub fn finds_one(kind: Kind, condition: &Condition) -> bool {
    size(kind, condition) <= Size::One
}

/// Whether a condition probably finds few of a kind, because a test in it names a value: then an index leads
/// to them.
pub fn finds_few(kind: Kind, condition: &Condition) -> bool {
    size(kind, condition) <= Size::Few
}

/// The `(resource, element)` that fulfil a condition.
fn set(
    place: &Place<'_>,
    condition: &Condition,
    of: Of<'_>,
    depth: u32,
) -> Result<Fragment, StoreError> {
    match condition {
        Condition::All(list) => all(place, list, of, depth),
        Condition::Any(list) => {
            let mut sets = Vec::with_capacity(list.len());
            for condition in list {
                sets.push(
                    Fragment::new("SELECT resource, element FROM (")
                        .then(set(place, condition, of, depth + 1)?)
                        .sql(")"),
                );
            }
            Ok(union(sets))
        }
        Condition::Not(_) => all(place, std::slice::from_ref(condition), of, depth),
        Condition::Test(test) => place.pairs(test),
        Condition::Element { attribute, inner } => {
            set(place, inner, Of::Elements(attribute), depth)
        }
        Condition::Constant(true) => universe(place, of),
        Condition::Constant(false) => Ok(universe(place, of)?.sql(" AND FALSE")),
    }
}

fn universe(place: &Place<'_>, of: Of<'_>) -> Result<Fragment, StoreError> {
    match of {
        Of::Resources => Ok(place.everybody()),
        Of::Elements(attribute) => place.elements(attribute),
    }
}

fn union(mut sets: Vec<Fragment>) -> Fragment {
    while sets.len() > 1 {
        sets = sets
            .chunks(TERMS)
            .map(|chunk| {
                let joined = chunk
                    .iter()
                    .cloned()
                    .reduce(|left, right| left.sql(" UNION ").then(right))
                    .unwrap_or_default();
                Fragment::new("SELECT resource, element FROM (")
                    .then(joined)
                    .sql(")")
            })
            .collect();
    }
    sets.pop().unwrap_or_default()
}

/// What fulfils every one of `list`: the smallest set, narrowed by the others.
fn all(
    place: &Place<'_>,
    list: &[Condition],
    of: Of<'_>,
    depth: u32,
) -> Result<Fragment, StoreError> {
    let smallest = list
        .iter()
        .enumerate()
        .map(|(index, condition)| (size(place.kind, condition), index))
        .min()
        .filter(|(size, _)| *size < Size::All);
    let (first, few) = match smallest.and_then(|(size, index)| Some((size, list.get(index)?))) {
        Some((size, condition)) => (set(place, condition, of, depth + 1)?, size <= Size::Some),
        None => (universe(place, of)?, false),
    };
    let name = format!("d{depth}");
    let row = Row {
        resource: format!("{name}.resource"),
        element: format!("{name}.element"),
        few,
    };
    let mut others = Vec::with_capacity(list.len());
    for (index, condition) in list.iter().enumerate() {
        if smallest.is_none_or(|(_, chosen)| chosen != index) {
            others.push(holds(place, condition, of, &row, depth + 1)?);
        }
    }
    let narrowed = Fragment::new(&format!(
        "SELECT {name}.resource AS resource, {name}.element AS element FROM ("
    ))
    .then(first)
    .sql(&format!(") AS {name}"));
    Ok(if others.is_empty() {
        narrowed
    } else {
        narrowed
            .sql(" WHERE ")
            .then(Fragment::balanced(others, " AND "))
    })
}

/// A row of the driving set.
struct Row {
    /// Its columns, as expressions.
    resource: String,
    element: String,
    /// Few of them are expected: look each of them up, rather than collecting another set.
    few: bool,
}

/// Whether a row of the driving set fulfils a condition, as a Boolean expression.
fn holds(
    place: &Place<'_>,
    condition: &Condition,
    of: Of<'_>,
    row: &Row,
    depth: u32,
) -> Result<Fragment, StoreError> {
    match condition {
        Condition::All(list) | Condition::Any(list) => {
            let mut parts = Vec::with_capacity(list.len());
            for condition in list {
                parts.push(holds(place, condition, of, row, depth)?);
            }
            let separator = match condition {
                Condition::All(_) => " AND ",
                _ => " OR ",
            };
            Ok(Fragment::balanced(parts, separator))
        }
        Condition::Not(inner) => Ok(Fragment::new("NOT (")
            .then(holds(place, inner, of, row, depth)?)
            .sql(")")),
        Condition::Constant(truth) => Ok(Fragment::new(if *truth { "TRUE" } else { "FALSE" })),
        Condition::Test(test) => match probe(place, test, of, row, depth)? {
            Some(probe) => Ok(probe),
            None => belongs(place, condition, of, row, depth),
        },
        Condition::Element { attribute, inner } => {
            match probe_element(place, attribute, inner, row, depth)? {
                Some(probe) => Ok(probe),
                None => belongs(place, condition, Of::Resources, row, depth),
            }
        }
    }
}

/// Whether a row belongs to the set of another condition, which is collected once.
fn belongs(
    place: &Place<'_>,
    condition: &Condition,
    of: Of<'_>,
    row: &Row,
    depth: u32,
) -> Result<Fragment, StoreError> {
    let Row {
        resource, element, ..
    } = row;
    let set = set(place, condition, of, depth + 1)?;
    Ok(match of {
        Of::Resources => Fragment::new(&format!("{resource} IN (SELECT resource FROM ("))
            .then(set)
            .sql("))"),
        Of::Elements(_) => Fragment::new(&format!(
            "({resource}, {element}) IN (SELECT resource, element FROM ("
        ))
        .then(set)
        .sql("))"),
    })
}

/// Looks one value of one row up, where the key of its table leads straight to it.
fn probe(
    place: &Place<'_>,
    test: &Test,
    of: Of<'_>,
    row: &Row,
    depth: u32,
) -> Result<Option<Fragment>, StoreError> {
    let Some(key) = key(place, test, row)? else {
        return Ok(None);
    };
    let name = format!("p{depth}");
    let probe = key.rows(&name, row);
    let probe = match of {
        Of::Resources => probe,
        Of::Elements(_) => probe.sql(&format!(" AND {name}.element = {}", row.element)),
    };
    Ok(Some(probe.sql(")")))
}

/// The beginning of a key that a test names.
struct Key {
    home: Home,
    connection: i64,
    path: i64,
    value: Value,
}

impl Key {
    /// Whether a row has the value, as the beginning of an `EXISTS` that more conditions may follow.
    fn rows(self, name: &str, row: &Row) -> Fragment {
        let table = self.home.table();
        let rows = Fragment::new(&format!(
            "EXISTS (SELECT 1 FROM {table} AS {name} WHERE {name}.connection = "
        ))
        .bind(self.connection)
        .sql(&format!(" AND {name}.path = "))
        .bind(self.path)
        .sql(&format!(" AND {name}.folded = "))
        .bind(self.value);
        let resource = &row.resource;
        rows.sql(&match self.home {
            Home::Traits => format!(
                " AND {name}.shape = \
                 (SELECT resource.shape FROM resource WHERE resource.number = {resource})"
            ),
            _ => format!(" AND {name}.resource = {resource}"),
        })
    }
}

/// The key that a test names; `None` when it names none, or the rows are too many for looking each of them
/// up.
fn key(place: &Place<'_>, test: &Test, row: &Row) -> Result<Option<Key>, StoreError> {
    let Operand::Compare(Operator::Equal, value) = &test.operand else {
        return Ok(None);
    };
    let home = home(place.kind, &test.attribute);
    if !row.few || !matches!(home, Home::Rows | Home::Traits) {
        return Ok(None);
    }
    Ok(match place.paths(&test.attribute)?[..] {
        [(home, path)] => Some(Key {
            home,
            connection: place.connection,
            path,
            value: sql_value(value),
        }),
        _ => None,
    })
}

/// Looks the elements of one row up, beginning with a value that one of its tests names.
fn probe_element(
    place: &Place<'_>,
    attribute: &Resolved,
    inner: &Condition,
    row: &Row,
    depth: u32,
) -> Result<Option<Fragment>, StoreError> {
    let tests = match inner {
        Condition::All(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    for (index, condition) in tests.iter().enumerate() {
        let Condition::Test(test) = condition else {
            continue;
        };
        let Some(key) = key(place, test, row)? else {
            continue;
        };
        let name = format!("e{depth}");
        let element = Row {
            resource: row.resource.clone(),
            element: format!("{name}.element"),
            few: true,
        };
        let mut probe = key.rows(&name, row);
        for (other, condition) in tests.iter().enumerate() {
            if other != index {
                let of = Of::Elements(attribute);
                let holds = holds(place, condition, of, &element, depth + 1)?;
                probe = probe.sql(" AND ").then(holds);
            }
        }
        return Ok(Some(probe.sql(")")));
    }
    Ok(None)
}

fn size(kind: Kind, condition: &Condition) -> Size {
    match condition {
        Condition::All(list) => list
            .iter()
            .map(|condition| size(kind, condition))
            .min()
            .unwrap_or(Size::All),
        Condition::Any(list) => list
            .iter()
            .map(|condition| size(kind, condition))
            .max()
            .unwrap_or(Size::None),
        Condition::Not(_) | Condition::Constant(true) => Size::All,
        Condition::Constant(false) => Size::None,
        Condition::Element { inner, .. } => size(kind, inner),
        Condition::Test(test) => size_of_test(kind, test),
    }
}

fn size_of_test(kind: Kind, test: &Test) -> Size {
    let leaf = test.attribute.leaf();
    match (&test.operand, home(kind, &test.attribute)) {
        (Operand::Compare(Operator::Equal, _), Home::Id | Home::Location) => Size::One,
        (Operand::Compare(Operator::Equal, _), Home::Members) => Size::Few,
        (Operand::Compare(Operator::Equal, _), Home::Rows) => {
            if leaf.uniqueness != Uniqueness::None {
                Size::One
            } else if leaf.kind == Type::Boolean || !leaf.canonical_values.is_empty() {
                // A flag or one of a few words: half of everybody may have it.
                Size::Many
            } else {
                Size::Few
            }
        }
        (Operand::Compare(Operator::StartsWith, _), Home::Rows) => Size::Some,
        _ => Size::Many,
    }
}
