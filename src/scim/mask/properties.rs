//! Whatever is sent, wherever it stands: nothing of it comes through.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{answer, query, request, target};

/// A name that no place may let through.
const CANARY: &str = "Can4ry Lovelace";
const SEEN: &str = "an4ry";

/// Not `detail`: what stands there is a sentence of this server.
fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("schemas"),
        Just("Operations"),
        Just("Resources"),
        Just("op"),
        Just("path"),
        Just("value"),
        Just("data"),
        Just("response"),
        Just("type"),
        Just("id"),
        Just("filter"),
        Just("status"),
        Just("meta"),
        Just("version"),
        Just("created"),
        Just("location"),
        Just("members"),
        Just("userName"),
        Just("count"),
        Just("attributes"),
        Just("urn:x:2.0:User:$ref"),
        Just(CANARY),
    ]
    .prop_map(str::to_owned)
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => Just(json!(CANARY)),
        1 => Just(json!(format!("userName eq \"{CANARY}\""))),
        1 => Just(json!(format!("emails[{CANARY}].value"))),
        1 => Just(json!(format!("https://{SEEN}/Users/{CANARY}"))),
        1 => Just(json!(format!("urn:{CANARY}"))),
        1 => Just(json!(true)),
        1 => Just(json!(17)),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((names(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_comes_through_a_body(body in values(), cut in 0_usize..2_000) {
        let text = body.to_string();
        let bytes = text.as_bytes();
        for bytes in [bytes, &bytes[..cut.min(bytes.len())]] {
            let sent = request(bytes, 16 << 10, true);
            prop_assert!(!sent.text.contains(SEEN), "{}", sent.text);
            let answered = answer(bytes, 16 << 10, &[CANARY.to_owned()]);
            prop_assert!(!answered.text.contains(SEEN), "{}", answered.text);
        }
    }

    #[test]
    fn no_value_comes_through_an_address(name in names(), text in values()) {
        let text = text.as_str().unwrap_or(CANARY).to_owned();
        let path = target(&format!("/{name}/{text}")).text;
        prop_assert!(!path.contains(SEEN), "{path}");
        let pair: String = form_urlencoded::Serializer::new(String::new())
            .append_pair(&name, &text)
            .finish();
        let query = query(&pair).text;
        prop_assert!(!query.contains(SEEN), "{query}");
    }
}
