//! JSON as a body may be: UTF-8, bounded in depth and in values, every name once per object, nothing
//! behind the end (RFC 8259, RFC 7493 §2.3).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::scim::error::ScimError;

/// Reads one JSON text. Anything that is not JSON, nests deeper than `depth`, or names a member of an
/// object twice is 400 `invalidSyntax` with the place.
///
/// The parser has a limit of its own, 128, so a larger `depth` has no effect.
///
/// In memory a value takes some 80 bytes and an object some 500, of which the text may have been `{},`. So a
/// body of many that are as short as that is 413: a member of a group, the shortest object that is sent in
/// great numbers, has 47 bytes, and an operation of PATCH 43.
///
/// Names that differ in letter case only are told apart here; whether they mean the same attribute is
/// for validation to say.
pub fn parse(body: &[u8], depth: usize) -> Result<Value, ScimError> {
    let text = std::str::from_utf8(body).map_err(|error| {
        ScimError::invalid_syntax(format_args!(
            "the body is not UTF-8: byte {} begins no character",
            error.valid_up_to()
        ))
    })?;
    if text.trim_ascii().is_empty() {
        return Err(ScimError::invalid_syntax(
            "the body is empty; expected JSON",
        ));
    }
    let mut source = serde_json::Deserializer::from_str(text);
    let room = Room::of(text.len());
    Bounded {
        left: depth,
        room: &room,
    }
    .deserialize(&mut source)
    .and_then(|value| source.end().map(|()| value))
    .map_err(|error| {
        if room.is_exceeded() {
            ScimError::too_large("the body has too many values for its size; send less at once")
        } else {
            ScimError::invalid_syntax(format_args!("the body is not JSON: {error}"))
        }
    })
}

/// How many more there may be.
struct Room {
    values: Cell<Option<usize>>,
    objects: Cell<Option<usize>>,
}

impl Room {
    /// For a body of so many bytes.
    const fn of(bytes: usize) -> Self {
        Self {
            values: Cell::new(Some(4_096 + bytes / 8)),
            objects: Cell::new(Some(1_024 + bytes / 36)),
        }
    }

    fn take<E: Error>(left: &Cell<Option<usize>>) -> Result<(), E> {
        let less = left.get().and_then(|left| left.checked_sub(1));
        left.set(less);
        less.map(|_| ())
            .ok_or_else(|| E::custom("more values than there is room for"))
    }

    const fn is_exceeded(&self) -> bool {
        self.values.get().is_none() || self.objects.get().is_none()
    }
}

/// A value that may nest `left` levels deeper.
#[derive(Clone, Copy)]
struct Bounded<'a> {
    left: usize,
    room: &'a Room,
}

impl Bounded<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left, ..self }),
            None => Err(E::custom("nested too deeply")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        Room::take(&self.room.values)?;
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = source.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        Room::take(&self.room.objects)?;
        let mut object = Map::new();
        while let Some(name) = source.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!(
                    "`{name}` stands twice in one object"
                )));
            }
            let value = source.next_value_seed(inner)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(body: &[u8]) -> String {
        let error = parse(body, 4).unwrap_err();
        assert_eq!(
            (error.status(), error.scim_type()),
            (400, Some(crate::scim::ScimType::InvalidSyntax))
        );
        error.detail().to_owned()
    }

    #[test]
    fn a_body_has_room_for_members_and_not_for_crumbs() {
        let list = |one: &str, times: usize| format!("[{}]", vec![one; times].join(","));
        let member = json!({"value": "01a21bed-1874-708a-b423-4c0d6da2b9e7"}).to_string();
        assert!(parse(list(&member, 100_000).as_bytes(), 4).is_ok());
        assert!(parse(list("{}", 1_000).as_bytes(), 4).is_ok());
        for crumb in ["{}", "0", "[]", "{\"a\":0}"] {
            let error = parse(list(crumb, 100_000).as_bytes(), 4).unwrap_err();
            assert_eq!(error.status(), 413, "{crumb}");
        }
    }

    #[test]
    fn json_is_read_as_it_is() {
        let body = br#" {"a": [1, -2.5, true, null, "\u00e9\ud83d\ude00"]} "#;
        assert_eq!(
            parse(body, 4),
            Ok(json!({"a": [1, -2.5, true, null, "é😀"]}))
        );
    }

    #[test]
    fn a_number_is_the_same_when_it_was_printed_and_read_again() {
        for number in ["11326434440115538011819", "0.1", "1e300", &"6".repeat(80)] {
            let read = parse(number.as_bytes(), 4).unwrap();
            let printed = read.to_string();
            assert_eq!(parse(printed.as_bytes(), 4), Ok(read), "{number}");
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_the_place() {
        assert!(refused(b"{\"a\": \xff}").contains("UTF-8"));
        assert!(refused(b"").contains("empty"));
        assert!(refused(b"{\"a\": 1} x").contains("trailing"));
        assert!(refused(b"{\"a\": NaN}").contains("line 1 column"));
        assert!(refused(b"{\"a\": 1e999}").contains("out of range"));
        assert!(refused(b"{\"a\": 1, \"a\": 2}").contains("`a` stands twice"));
        assert!(refused(b"\"\\ud800\"").contains("hex escape"));
        assert!(refused(b"{\"a\": 1,}").contains("line 1"));
    }

    #[test]
    fn depth_is_counted_before_the_stack_is() {
        assert!(parse(b"[[[[]]]]", 4).is_ok());
        assert!(refused(b"[[[[[]]]]]").contains("too deeply"));
        assert!(refused("[".repeat(1_000_000).as_bytes()).contains("too deeply"));
    }
}
