//! The oracle: for random resources and filters, the store's SQL and the pure matcher agree.

use std::collections::BTreeSet;
use std::sync::Arc;

use appliance::base::Limits;
use appliance::scim::filter::{Candidate, Condition, MemberValue, matches, parse, resolve};
use appliance::scim::schema::{SchemaDocument, Schemas};
use appliance::scim::{Folded, Kind, Meta, Resource, ResourceId, searchable};
use appliance::store::{Page, Role, Search, Sort, Store, StoreError};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Value, json};

use crate::house::{DEFAULT, House, at, id, resource};

/// Sets of resources, and filters that each of them is asked; both kinds are asked.
const SETS: u32 = 24;
const FILTERS: usize = 250;

const TEXTS: [&str; 22] = [
    "",
    "a",
    "A",
    "ab",
    "aB",
    "abc",
    "b",
    "bab",
    "%",
    "_",
    "a%b",
    "\\",
    "\"",
    "é",
    "e\u{301}",
    "ÉA",
    "\u{d7ff}",
    "\u{e000}",
    "a\u{10ffff}",
    "\u{10ffff}",
    "a\u{0}b",
    "work",
];
const INSTANTS: [&str; 4] = [
    "2026-01-01T00:00:00Z",
    "2026-01-01T01:00:00+01:00",
    "2025-12-31T23:59:59.999Z",
    "1970-01-01T00:00:01Z",
];
const OWN: &str = "urn:example:params:scim:schemas:extension:oracle:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

fn schemas() -> Schemas {
    let own = json!({"id": OWN, "attributes": [
        {"name": "size", "type": "integer"},
        {"name": "ratio", "type": "decimal"},
        {"name": "hired", "type": "dateTime"},
        {"name": "badge", "caseExact": true},
        {"name": "free", "type": "any"},
        {"name": "tags", "multiValued": true},
        {"name": "sizes", "type": "integer", "multiValued": true},
        {"name": "remote", "type": "boolean"},
        {"name": "seal", "type": "binary"},
        {"name": "site", "type": "reference"},
        {"name": "desks", "type": "complex", "multiValued": true, "subAttributes": [
            {"name": "value"}, {"name": "floor", "type": "integer"},
            {"name": "primary", "type": "boolean"}]}
    ]});
    Schemas::with_user_extensions(vec![SchemaDocument::parse(&own).unwrap()]).unwrap()
}

fn text() -> impl Strategy<Value = Value> {
    select(TEXTS.as_slice()).prop_map(Value::from)
}

fn number() -> impl Strategy<Value = Value> {
    select(vec![
        json!(0),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(2),
        json!(2.0),
        json!(i64::MAX),
    ])
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![text(), number(), any::<bool>().prop_map(Value::from)]
}

/// An object with some of these members; `None` when it would be empty.
fn object(
    members: Vec<(&'static str, proptest::strategy::BoxedStrategy<Value>)>,
) -> impl Strategy<Value = Value> {
    members
        .into_iter()
        .map(|(name, value)| proptest::option::of(value).prop_map(move |value| (name, value)))
        .collect::<Vec<_>>()
        .prop_map(|members| {
            let present = members
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)))
                .filter(|(_, value)| *value != json!({}) && *value != json!([]));
            Value::Object(present.collect())
        })
}

fn several(
    one: impl Strategy<Value = Value> + 'static,
) -> proptest::strategy::BoxedStrategy<Value> {
    vec(one, 0..4)
        .prop_map(|list| {
            list.into_iter()
                .filter(|one| *one != json!({}))
                .collect::<Value>()
        })
        .boxed()
}

fn user_attributes() -> impl Strategy<Value = Value> {
    let flag = || any::<bool>().prop_map(Value::from).boxed();
    let text = || text().boxed();
    let typed = || {
        object(vec![
            ("value", text()),
            (
                "type",
                select(vec![json!("work"), json!("home"), json!("Work")]).boxed(),
            ),
            ("primary", flag()),
        ])
    };
    object(vec![
        ("userName", text()),
        ("externalId", text()),
        ("displayName", text()),
        ("title", text()),
        ("active", flag()),
        (
            "name",
            object(vec![("givenName", text()), ("familyName", text())]).boxed(),
        ),
        ("emails", several(typed())),
        ("phoneNumbers", several(typed())),
        (
            ENTERPRISE,
            object(vec![
                ("department", text()),
                ("manager", object(vec![("value", text())]).boxed()),
            ])
            .boxed(),
        ),
        (
            OWN,
            object(vec![
                (
                    "size",
                    select(vec![json!(0), json!(1), json!(-1), json!(2)]).boxed(),
                ),
                ("ratio", number().boxed()),
                (
                    "hired",
                    select(INSTANTS.as_slice()).prop_map(Value::from).boxed(),
                ),
                ("badge", text()),
                ("free", any_value().boxed()),
                ("tags", several(text())),
                ("sizes", several(select(vec![json!(1), json!(2), json!(3)]))),
                ("remote", flag()),
                ("seal", select(vec![json!("YQ=="), json!("Yg==")]).boxed()),
                ("site", text()),
                (
                    "desks",
                    several(object(vec![
                        ("value", text()),
                        ("floor", select(vec![json!(1), json!(2)]).boxed()),
                        ("primary", flag()),
                    ])),
                ),
            ])
            .boxed(),
        ),
    ])
}

/// Users and groups, and who is in which group: pairs of indices, without circles.
#[derive(Debug, Clone)]
struct People {
    users: Vec<Value>,
    groups: Vec<Value>,
    members: Vec<(usize, usize)>,
}

fn people() -> impl Strategy<Value = People> {
    (
        vec(user_attributes(), 1..14),
        vec(object(vec![("displayName", text().boxed())]), 0..6),
        vec((0..6_usize, 0..20_usize), 0..16),
    )
        .prop_map(|(users, groups, pairs)| {
            let members = pairs
                .into_iter()
                .filter(|(group, member)| {
                    *group < groups.len()
                        && (*member < users.len()
                            // A group holds later groups only.
                            || (*member - users.len() < groups.len()
                                && *member - users.len() > *group))
                })
                .collect();
            People {
                users,
                groups,
                members,
            }
        })
}

/// A path, and what its values are compared with.
fn test(paths: &'static [(&'static str, &'static str)]) -> impl Strategy<Value = String> {
    select(paths).prop_flat_map(|(path, of)| {
        let operators = match of {
            "flag" | "seal" => vec!["eq", "ne"],
            "number" | "date" => vec!["eq", "ne", "gt", "ge", "lt", "le"],
            _ => vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"],
        };
        let value = match of {
            "flag" => any::<bool>().prop_map(Value::from).boxed(),
            "seal" => select(vec![json!("YQ=="), json!("Yg==")]).boxed(),
            "number" => number().boxed(),
            "date" => select(INSTANTS.as_slice()).prop_map(Value::from).boxed(),
            "any" => any_value().boxed(),
            "id" => (0..30_u64)
                .prop_flat_map(|number| {
                    let whole = id(number).to_string();
                    let end = whole[whole.len() - 2..].to_owned();
                    select(vec![whole, end]).prop_map(Value::from)
                })
                .boxed(),
            "reference" => (0..30_u64)
                .prop_flat_map(|number| {
                    let id = id(number);
                    select(vec![format!("../Users/{id}"), format!("../Groups/{id}")])
                        .prop_map(Value::from)
                })
                .boxed(),
            "version" => select(vec![json!("W/\"1\""), json!("W/\"2\""), json!("W/")]).boxed(),
            "kind" => select(vec![json!("User"), json!("direct"), json!("Indirect"), json!("G")])
                .boxed(),
            "urn" => select(vec![json!(ENTERPRISE), json!(OWN), json!("urn:")]).boxed(),
            _ => text().boxed(),
        };
        prop_oneof![
            6 => (select(operators), value).prop_map(move |(operator, value)| {
                format!("{path} {operator} {value}")
            }),
            1 => Just(format!("{path} pr")),
            1 => select(vec!["eq", "ne"]).prop_map(move |operator| format!("{path} {operator} null")),
        ]
    })
}

fn logic(leaf: proptest::strategy::BoxedStrategy<String>) -> impl Strategy<Value = String> {
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| format!("({left} and {right})")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} or {right})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(one, two, three)| format!("({one} or {two} and {three})")),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

const COMMON: &[(&str, &str)] = &[
    ("displayName", "text"),
    ("id", "id"),
    ("meta.version", "version"),
    ("meta.created", "date"),
    ("meta.lastModified", "date"),
    ("meta.location", "reference"),
    ("meta.resourceType", "kind"),
    ("schemas", "urn"),
    ("externalId", "text"),
];
const OF_USERS: &[(&str, &str)] = &[
    ("userName", "text"),
    ("title", "text"),
    ("active", "flag"),
    ("name.givenName", "text"),
    ("name.familyName", "text"),
    ("emails.value", "text"),
    ("emails.type", "text"),
    ("emails", "text"),
    ("emails.primary", "flag"),
    ("phoneNumbers.value", "text"),
    ("groups.value", "id"),
    ("groups", "id"),
    ("groups.display", "text"),
    ("groups.type", "kind"),
    ("groups.$ref", "reference"),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "text",
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        "text",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:size",
        "number",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:ratio",
        "number",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:hired",
        "date",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:badge",
        "text",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:free",
        "any",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:tags",
        "text",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:sizes",
        "number",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:remote",
        "flag",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:seal",
        "seal",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:site",
        "text",
    ),
    (
        "urn:example:params:scim:schemas:extension:oracle:2.0:User:desks.floor",
        "number",
    ),
];
const OF_GROUPS: &[(&str, &str)] = &[
    ("members.value", "id"),
    ("members", "id"),
    ("members.display", "text"),
    ("members.type", "kind"),
    ("members.$ref", "reference"),
];
const WHOLE: &[&str] = &[
    "name",
    "emails",
    "groups",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
    "urn:example:params:scim:schemas:extension:oracle:2.0:User:desks",
    "urn:example:params:scim:schemas:extension:oracle:2.0:User:tags",
];
const OF_MAILS: &[(&str, &str)] = &[("value", "text"), ("type", "text"), ("primary", "flag")];
const OF_NAMES: &[(&str, &str)] = &[("givenName", "text"), ("familyName", "text")];
const OF_DESKS: &[(&str, &str)] = &[("value", "text"), ("floor", "number"), ("primary", "flag")];
const OF_MEMBERS: &[(&str, &str)] = &[
    ("value", "id"),
    ("display", "text"),
    ("type", "kind"),
    ("$ref", "reference"),
];
const OF_TAGS: &[(&str, &str)] = &[("value", "text")];

fn brackets(
    path: &'static str,
    parts: &'static [(&'static str, &'static str)],
) -> proptest::strategy::BoxedStrategy<String> {
    let inner = logic(test(parts).boxed()).boxed();
    prop_oneof![
        3 => inner.clone().prop_map(move |inner| format!("{path}[{inner}]")),
        1 => (inner, test(parts)).prop_map(move |(inner, then)| format!("{path}[{inner}].{then}")),
    ]
    .boxed()
}

fn filter(kind: Kind) -> impl Strategy<Value = String> {
    let leaf = match kind {
        Kind::User => prop_oneof![
            2 => test(COMMON),
            6 => test(OF_USERS),
            1 => select(WHOLE).prop_map(|path| format!("{path} pr")),
            3 => brackets("emails", OF_MAILS),
            1 => brackets("name", OF_NAMES),
            1 => brackets("groups", OF_MEMBERS),
            1 => brackets("urn:example:params:scim:schemas:extension:oracle:2.0:User:desks", OF_DESKS),
            1 => brackets("urn:example:params:scim:schemas:extension:oracle:2.0:User:tags", OF_TAGS),
        ]
        .boxed(),
        Kind::Group => prop_oneof![
            3 => test(COMMON),
            3 => test(OF_GROUPS),
            1 => Just("members pr".to_owned()),
            3 => brackets("members", OF_MEMBERS),
        ]
        .boxed(),
    };
    logic(leaf)
}

/// What the store holds, as the matcher wants it.
struct Known {
    resource: Resource,
    number: i64,
    location: String,
    members: Vec<MemberValue>,
    groups: Vec<MemberValue>,
}

fn location(kind: Kind, id: &ResourceId) -> String {
    format!("../{}/{id}", kind.endpoint())
}

fn fill(store: &Store, schemas: &Arc<Schemas>, people: &People) -> Vec<Known> {
    let kinds = std::iter::repeat_n(Kind::User, people.users.len())
        .chain(std::iter::repeat_n(Kind::Group, people.groups.len()));
    let resources: Vec<Resource> = kinds
        .zip(people.users.iter().chain(&people.groups))
        .zip(0..)
        .map(|((kind, attributes), number)| Resource {
            meta: Meta {
                created: at(1_000 * i64::try_from(number % 3).unwrap()),
                modified: INSTANTS[usize::try_from(number % 4).unwrap()]
                    .parse()
                    .unwrap(),
                version: 1 + number % 2,
            },
            ..resource(kind, number, attributes.clone())
        })
        .collect();
    let first_group = people.users.len();
    let edges: BTreeSet<(usize, usize)> = people
        .members
        .iter()
        .map(|(group, member)| (first_group + group, *member))
        .collect();
    let (written, pairs, shared) = (resources.clone(), edges.clone(), Arc::clone(schemas));
    let numbers = store
        .write(move |tx| {
            let mut numbers = Vec::new();
            for resource in &written {
                numbers.push(tx.insert_resource(DEFAULT, resource, &shared)?.number);
            }
            for (group, member) in pairs {
                tx.add_members(numbers[group], &[numbers[member]])?;
            }
            Ok::<_, StoreError>(numbers)
        })
        .wait()
        .unwrap();
    let value = |index: usize, kind: &'static str| {
        let resource = &resources[index];
        MemberValue {
            value: resource.id,
            display: resource.attributes.text("displayName").map(str::to_owned),
            r#type: kind,
            reference: Some(location(resource.kind, &resource.id)),
        }
    };
    (0..resources.len())
        .map(|index| {
            let members = edges
                .iter()
                .filter(|(group, _)| *group == index)
                .map(|(_, member)| value(*member, resources[*member].kind.name()))
                .collect();
            let direct: BTreeSet<usize> = edges
                .iter()
                .filter(|(_, member)| *member == index)
                .map(|(group, _)| *group)
                .collect();
            let mut all = direct.clone();
            loop {
                let above: BTreeSet<usize> = edges
                    .iter()
                    .filter(|(_, member)| all.contains(member))
                    .map(|(group, _)| *group)
                    .collect();
                if above.is_subset(&all) {
                    break;
                }
                all.extend(above);
            }
            let groups = all
                .iter()
                .map(|group| {
                    let kind = if direct.contains(group) {
                        "direct"
                    } else {
                        "indirect"
                    };
                    value(*group, kind)
                })
                .collect();
            Known {
                location: location(resources[index].kind, &resources[index].id),
                resource: resources[index].clone(),
                number: numbers[index],
                members,
                groups,
            }
        })
        .collect()
}

/// Takes everything out again, and with it proves that the search rows are found again.
fn empty(store: &Store, schemas: &Arc<Schemas>, known: &[Known]) {
    let numbers: Vec<i64> = known.iter().map(|known| known.number).collect();
    let schemas = Arc::clone(schemas);
    store
        .write(move |tx| {
            for number in numbers {
                let stored = tx.resource_by_number(number)?.unwrap();
                tx.delete_resource(&stored, &schemas)?;
            }
            Ok::<_, StoreError>(())
        })
        .wait()
        .unwrap();
}

fn expected(known: &[Known], kind: Kind, condition: &Condition) -> Vec<ResourceId> {
    known
        .iter()
        .filter(|known| known.resource.kind == kind)
        .filter(|known| {
            let candidate = Candidate {
                kind,
                id: known.resource.id,
                meta: known.resource.meta,
                location: Some(&known.location),
                attributes: &known.resource.attributes,
                members: &known.members,
                groups: &known.groups,
            };
            matches(condition, &candidate)
        })
        .map(|known| known.resource.id)
        .collect()
}

fn found(
    store: &Store,
    kind: Kind,
    condition: Option<&Condition>,
    sort: Option<&Sort>,
    page: Page,
) -> (u64, Vec<ResourceId>) {
    let among = [(kind, condition.cloned())];
    let search = Search {
        connection: DEFAULT,
        among: &among,
        sort,
        page,
    };
    let found = store.read(|view| view.search(&search)).unwrap();
    let ids = found.resources.iter().map(|stored| stored.id).collect();
    (found.total, ids)
}

/// Whether the name can be compared by the matcher and SQL alike: an equality of addresses is looser
/// in SQL, which does not know where the server is.
fn asked(schemas: &Schemas, kind: Kind, filter: &str) -> Option<Condition> {
    let filter = parse(filter, &Limits::DEFAULT).unwrap_or_else(|error| {
        unreachable!("{filter}: {error}");
    });
    resolve(&filter, schemas, kind).ok()
}

#[test]
fn sql_and_the_matcher_agree() {
    let house = House::open();
    let schemas = Arc::new(schemas());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: SETS,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    });
    let asked_of = |kind| vec(filter(kind), FILTERS);
    let cases = std::cell::Cell::new(0);
    runner
        .run(
            &(people(), asked_of(Kind::User), asked_of(Kind::Group)),
            |(people, of_users, of_groups)| {
                let known = fill(&house.store, &schemas, &people);
                let mut wrong = None;
                for (kind, filters) in [(Kind::User, of_users), (Kind::Group, of_groups)] {
                    for filter in filters {
                        let Some(condition) = asked(&schemas, kind, &filter) else {
                            continue;
                        };
                        cases.set(cases.get() + 1);
                        let expected = expected(&known, kind, &condition);
                        let total = u64::try_from(expected.len()).unwrap();
                        let first = Page::Index {
                            start: 1,
                            count: 100,
                        };
                        let whole = found(&house.store, kind, Some(&condition), None, first);
                        if whole != (total, expected.clone()) {
                            wrong = Some(format!("{kind} {filter}: {expected:?}, found {whole:?}"));
                        }
                        if cases.get() % 4 == 0 {
                            let second = Page::Index { start: 2, count: 2 };
                            let part = found(&house.store, kind, Some(&condition), None, second);
                            let cut = expected.iter().copied().skip(1).take(2).collect();
                            if part != (total, cut) {
                                wrong = Some(format!("{kind} {filter}: a page is {part:?}"));
                            }
                        }
                    }
                }
                empty(&house.store, &schemas, &known);
                wrong.map_or(Ok(()), |wrong| Err(TestCaseError::fail(wrong)))
            },
        )
        .unwrap();
    assert!(cases.get() >= 10_000, "only {} cases", cases.get());
    let sql = rusqlite::Connection::open(house.dir.path().join("appliance.sqlite")).unwrap();
    for table in ["attribute", "shape", "trait"] {
        let left: i64 = sql
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

/// The value by which a resource is sorted: that of the primary element, or else of the first.
fn sort_value(known: &Known, schemas: &Schemas, sort: &Sort) -> Option<Folded> {
    let resource = &known.resource;
    let rows = searchable(resource.kind, &resource.attributes, &resource.meta, schemas);
    let of = |key: &str| {
        let key = key.to_owned();
        rows.iter().filter(move |row| row.key == key)
    };
    let primary = format!("{}.primary", sort.attribute.attribute_key());
    let mut elements: Vec<_> = of(&sort.attribute.key()).collect();
    elements.sort_by_key(|row| {
        let first = of(&primary)
            .any(|flag| flag.element == row.element && flag.folded == Folded::Integer(1));
        (!first, row.element)
    });
    elements.first().map(|row| row.folded.clone())
}

#[test]
fn sql_sorts_as_values_compare() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Role::Server).unwrap();
    let schemas = Arc::new(schemas());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&people(), |people| {
            let known = fill(&store, &schemas, &people);
            let mut wrong = None;
            for (path, descending) in [
                ("title", false),
                ("title", true),
                ("emails.value", false),
                ("phoneNumbers.value", true),
                ("meta.lastModified", true),
                (
                    "urn:example:params:scim:schemas:extension:oracle:2.0:User:ratio",
                    false,
                ),
                (
                    "urn:example:params:scim:schemas:extension:oracle:2.0:User:free",
                    true,
                ),
            ] {
                let path = appliance::scim::AttrPath::parse(path).unwrap();
                let sort = Sort {
                    attribute: schemas.resolve(Kind::User, &path).unwrap(),
                    descending,
                };
                let mut order: Vec<_> = known
                    .iter()
                    .filter(|known| known.resource.kind == Kind::User)
                    .map(|known| (sort_value(known, &schemas, &sort), known.resource.id))
                    .collect();
                // Stable: equal ones stay in the order of arrival.
                order.sort_by(|(left, _), (right, _)| match (left, right) {
                    (Some(left), Some(right)) if descending => right.cmp(left),
                    (Some(left), Some(right)) => left.cmp(right),
                    (left, right) => {
                        let order = left.is_none().cmp(&right.is_none());
                        if descending { order.reverse() } else { order }
                    }
                });
                let order: Vec<_> = order.into_iter().map(|(_, id)| id).collect();
                let page = Page::Index {
                    start: 1,
                    count: 100,
                };
                let (_, whole) = found(&store, Kind::User, None, Some(&sort), page);
                if whole != order {
                    wrong = Some(format!("{path} {descending}: {order:?}, found {whole:?}"));
                }
                let mut walked = Vec::new();
                let mut position = None;
                loop {
                    let among = [(Kind::User, None)];
                    let search = Search {
                        connection: DEFAULT,
                        among: &among,
                        sort: Some(&sort),
                        page: Page::After { position, count: 3 },
                    };
                    let found = store.read(|view| view.search(&search)).unwrap();
                    walked.extend(found.resources.iter().map(|stored| stored.id));
                    let Some(next) = found.next else { break };
                    position = Some(next.to_string().parse().unwrap());
                }
                if walked != order {
                    wrong = Some(format!("{path} {descending}: {order:?}, walked {walked:?}"));
                }
            }
            empty(&store, &schemas, &known);
            wrong.map_or(Ok(()), |wrong| Err(TestCaseError::fail(wrong)))
        })
        .unwrap();
}
