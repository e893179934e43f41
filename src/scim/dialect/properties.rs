//! What holds for every request: nothing is too strange, and what is valid stays as it is.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{rewrite_body, rewrite_patch};
use crate::base::Dialect;
use crate::scim::schema::{Attribute, Mutability, Schemas, Type};
use crate::scim::{Kind, Urn};

/// Any value that is valid for `attribute`.
fn valid(attribute: &Attribute) -> BoxedStrategy<Value> {
    let single = match attribute.kind {
        Type::String | Type::Reference | Type::Any => prop_oneof![
            Just("True"),
            Just("false"),
            Just("[\"x\"]"),
            Just("{\"value\":\"9\",\"displayName\":\"Editor\"}"),
            Just("mira@example.net"),
        ]
        .prop_map(Value::from)
        .boxed(),
        Type::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Type::Integer => any::<i64>().prop_map(Value::from).boxed(),
        Type::Decimal => Just(json!(1.5)).boxed(),
        Type::DateTime => Just(json!("2026-11-20T09:30:00Z")).boxed(),
        Type::Binary => Just(json!("bWlyYQ==")).boxed(),
        Type::Complex => object(
            &attribute
                .sub_attributes
                .iter()
                .map(AsRef::as_ref)
                .collect::<Vec<_>>(),
        ),
    };
    if attribute.multi_valued {
        prop::collection::vec(single, 0..3)
            .prop_map(Value::Array)
            .boxed()
    } else {
        prop_oneof![9 => single, 1 => Just(Value::Null)].boxed()
    }
}

/// An object with some of these attributes.
fn object(attributes: &[&Attribute]) -> BoxedStrategy<Value> {
    let names: Vec<String> = attributes
        .iter()
        .map(|one| one.name.as_str().to_owned())
        .collect();
    let values: Vec<_> = attributes
        .iter()
        .map(|one| prop::option::weighted(0.3, valid(one)))
        .collect();
    values
        .prop_map(move |values| {
            let pairs = names.iter().cloned().zip(values);
            Value::Object(
                pairs
                    .filter_map(|(name, value)| Some((name, value?)))
                    .collect(),
            )
        })
        .boxed()
}

fn writable(kind: Kind) -> Vec<(String, Attribute)> {
    let schemas = Schemas::builtin().unwrap();
    let resource_type = schemas.resource_type(kind);
    let core = resource_type
        .core
        .attributes
        .iter()
        .map(|one| (String::new(), one));
    let extensions = resource_type.extensions.iter().flat_map(|extension| {
        let urn = extension.schema.id.as_str().to_owned();
        extension
            .schema
            .attributes
            .iter()
            .map(move |one| (urn.clone(), one))
    });
    core.chain(extensions)
        .filter(|(_, one)| one.mutability != Mutability::ReadOnly)
        .map(|(urn, one)| (urn, one.as_ref().clone()))
        .collect()
}

/// A valid resource, without `schemas`.
fn resource(kind: Kind) -> BoxedStrategy<Map<String, Value>> {
    let all = writable(kind);
    let (core, extended): (Vec<_>, Vec<_>) = all.iter().partition(|(urn, _)| urn.is_empty());
    let core = object(&core.iter().map(|(_, one)| one).collect::<Vec<_>>());
    let extended = object(&extended.iter().map(|(_, one)| one).collect::<Vec<_>>());
    (core, prop::option::of(extended))
        .prop_map(move |(core, extended)| {
            let mut map = core.as_object().cloned().unwrap_or_default();
            if let Some(extended) = extended.filter(|_| kind == Kind::User) {
                map.insert(Urn::ENTERPRISE.into(), extended);
            }
            map
        })
        .boxed()
}

/// A valid operation.
fn operation(kind: Kind) -> BoxedStrategy<Value> {
    let op = prop::sample::select(vec!["add", "replace"]);
    let without_path =
        (op.clone(), resource(kind)).prop_map(|(op, value)| json!({"op": op, "value": value}));
    let paths: Vec<BoxedStrategy<(String, Value)>> = writable(kind)
        .into_iter()
        .flat_map(|(urn, one)| {
            let name = if urn.is_empty() {
                one.name.to_string()
            } else {
                format!("{urn}:{}", one.name)
            };
            let mut paths = vec![(name.clone(), valid(&one))];
            for sub in &one.sub_attributes {
                paths.push((format!("{name}.{}", sub.name), valid(sub)));
                if one.multi_valued {
                    paths.push((format!("{name}[value eq \"]\"].{}", sub.name), valid(sub)));
                }
            }
            paths
        })
        .map(|(path, value)| value.prop_map(move |value| (path.clone(), value)).boxed())
        .collect();
    let with_path = (op, prop::sample::select(paths).prop_flat_map(|one| one))
        .prop_map(|(op, (path, value))| json!({"op": op, "path": path, "value": value}));
    prop_oneof![without_path, with_path].boxed()
}

fn any_json() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "schemas",
        "Operations",
        "op",
        "path",
        "value",
        "$ref",
        "emails",
        "active",
        "manager",
        "members",
        "name.givenName",
        "emails[type eq \"work\"].value",
        "department",
        "a[",
        "]",
        Urn::USER,
        Urn::ENTERPRISE,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0User:manager.value",
        "ü",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        name.clone().prop_map(Value::from),
        Just(json!("True")),
    ];
    leaf.prop_recursive(5, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name.clone().prop_map(str::to_owned), inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_valid_body_passes_unchanged((kind, body) in prop::sample::select(Kind::ALL.to_vec())
        .prop_flat_map(|kind| (Just(kind), resource(kind))))
    {
        let schemas = Schemas::builtin().unwrap();
        let mut body = body;
        body.insert("schemas".into(), json!([schemas.resource_type(kind).core.id.as_str()]));
        let body = Value::Object(body);
        prop_assert_eq!(rewrite_body(Dialect::Tolerant, kind, &schemas, body.clone()), (body, vec![]));
    }

    #[test]
    fn a_valid_patch_passes_unchanged((kind, operations) in prop::sample::select(Kind::ALL.to_vec())
        .prop_flat_map(|kind| (Just(kind), prop::collection::vec(operation(kind), 1..4))))
    {
        let schemas = Schemas::builtin().unwrap();
        let body = json!({"schemas": [Urn::PATCH_OP], "Operations": operations});
        prop_assert_eq!(rewrite_patch(Dialect::Tolerant, kind, &schemas, body.clone()), (body, vec![]));
    }

    #[test]
    fn no_body_is_too_strange(body in any_json()) {
        let schemas = Schemas::builtin().unwrap();
        for kind in Kind::ALL {
            let (patch, _) = rewrite_patch(Dialect::Tolerant, kind, &schemas, body.clone());
            prop_assert_eq!(patch.is_object(), body.is_object());
            let (resource, _) = rewrite_body(Dialect::Tolerant, kind, &schemas, body.clone());
            prop_assert_eq!(resource.is_object(), body.is_object());
        }
    }
}
