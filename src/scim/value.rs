//! One value of a body, read by its schema: the type is right, or the complaint says what would be.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::error::ScimError;
use super::place::Place;
use super::reading::Reading;
use super::schema::{Attribute, Mutability};
use super::types::{expected, has_type, is_hidden, mismatch};
use super::{link, several};
use crate::base::Unknown;

/// Names of unknown attributes that one request reports; further ones are dropped in silence.
const MOST_DROPPED: usize = 64;
/// Letters of such a name that are reported.
const LONGEST_DROPPED: usize = 300;

/// Reads the values of one body, and remembers what it left out.
pub(super) struct Reader<'a> {
    pub(super) reading: &'a Reading,
    dropped: Vec<String>,
}

/// What a missing part (`null`, `""`, `[]`, `{}`: RFC 7643 §2.5) of an object stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// The part is not there.
    Absent,
    /// The part is to be taken away, and is kept as `null`.
    Cleared,
}

/// Whether `value` counts as unassigned (RFC 7643 §2.5). So does an empty text: identity providers
/// send one for a field that is empty on their side, whatever its type.
pub(super) fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(parts) => parts.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The names that an object has had so far: RFC 7643 §2.1 makes `Active` and `active` one name.
#[derive(Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// Refuses a name that was there before in another spelling.
    pub(super) fn add(&mut self, place: &Place<'_>, name: &str) -> Result<(), ScimError> {
        if self.0.insert(name.to_ascii_lowercase()) {
            Ok(())
        } else {
            Err(ScimError::invalid_syntax(format_args!(
                "{place}: the attribute is there twice, in different letter case; keep one"
            )))
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) const fn new(reading: &'a Reading) -> Self {
        Self {
            reading,
            dropped: Vec::new(),
        }
    }

    /// The names of the unknown attributes that were left out.
    pub(super) fn into_dropped(self) -> Vec<String> {
        self.dropped
    }

    /// Leaves out what no schema knows, or answers that it may not be there.
    pub(super) fn unknown(&mut self, place: &Place<'_>) -> Result<(), ScimError> {
        self.leave_out(&place.to_string(), ScimError::invalid_syntax)
    }

    /// The same for a whole extension: each of its attributes is left out by its own name, so that the
    /// operator can declare it.
    pub(super) fn unknown_extension(&mut self, urn: &str, value: &Value) -> Result<(), ScimError> {
        match value {
            Value::Object(inner) if urn.contains(':') && !inner.is_empty() => inner
                .keys()
                .try_for_each(|name| self.unknown(&Place::Extended(urn, name))),
            _ => self.unknown(&Place::Attribute(urn)),
        }
    }

    /// The same for the path of a PATCH operation, where the answer is `invalidPath`.
    pub(super) fn unknown_path(&mut self, path: &str) -> Result<(), ScimError> {
        self.leave_out(path, ScimError::invalid_path)
    }

    fn leave_out(&mut self, name: &str, refuse: fn(String) -> ScimError) -> Result<(), ScimError> {
        match self.reading.unknown {
            Unknown::Refuse => Err(refuse(format!(
                "{name}: no schema of this connection has such an attribute"
            ))),
            Unknown::Drop => {
                // Whoever sends a very long name has no attribute in mind.
                let name: String = name.chars().take(LONGEST_DROPPED).collect();
                if self.dropped.len() < MOST_DROPPED && !self.dropped.contains(&name) {
                    self.dropped.push(name);
                }
                Ok(())
            }
        }
    }

    /// The canonical form of all that `attribute` is given; `None` when it is left unassigned.
    pub(super) fn value(
        &mut self,
        place: &Place<'_>,
        attribute: &Attribute,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        if is_unassigned(&value) {
            return Ok(None);
        }
        if !attribute.multi_valued {
            return self.single(place, attribute, value);
        }
        let Value::Array(values) = value else {
            return Err(mismatch(place, attribute, "a list", &value));
        };
        let values = self.list(place, attribute, values)?;
        let values = several::collapse(attribute, values);
        Ok((!values.is_empty()).then_some(Value::Array(values)))
    }

    /// The values of a multi-valued attribute in canonical form, in order and perhaps repeated.
    pub(super) fn list(
        &mut self,
        place: &Place<'_>,
        attribute: &Attribute,
        values: Vec<Value>,
    ) -> Result<Vec<Value>, ScimError> {
        several::check_number(place, values.len())?;
        let mut read = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let place = Place::Nth(place, index);
            read.extend(self.single(&place, attribute, value)?);
        }
        Ok(read)
    }

    /// One value in canonical form; `None` when it is unassigned.
    pub(super) fn single(
        &mut self,
        place: &Place<'_>,
        attribute: &Attribute,
        value: Value,
    ) -> Result<Option<Value>, ScimError> {
        if is_unassigned(&value) {
            return Ok(None);
        }
        if !attribute.is_complex() {
            self.check(place, attribute, &value)?;
            return Ok(Some(value));
        }
        let Value::Object(parts) = value else {
            return Err(mismatch(place, attribute, "an object", &value));
        };
        let parts = self.parts(place, attribute, parts, Missing::Absent)?;
        Ok((!parts.is_empty()).then_some(Value::Object(parts)))
    }

    /// The parts of one complex value in canonical form; those that only the server sets are left
    /// out.
    pub(super) fn parts(
        &mut self,
        place: &Place<'_>,
        attribute: &Attribute,
        parts: Map<String, Value>,
        missing: Missing,
    ) -> Result<Map<String, Value>, ScimError> {
        let mut read = Map::new();
        let mut names = Names::default();
        for (name, value) in parts {
            let Some(sub) = attribute.sub(&name) else {
                self.unknown(&Place::Part(place, &name))?;
                continue;
            };
            let place = Place::Part(place, sub.name.as_str());
            names.add(&place, &name)?;
            if sub.mutability == Mutability::ReadOnly {
                continue;
            }
            let value = self.value(&place, sub, value)?;
            if is_hidden(sub) {
                continue;
            }
            match value {
                Some(value) => {
                    read.insert(sub.name.as_str().to_owned(), value);
                }
                None if missing == Missing::Cleared => {
                    read.insert(sub.name.as_str().to_owned(), Value::Null);
                }
                None => {}
            }
        }
        complete_link(attribute, &mut read);
        Ok(read)
    }

    /// Whether a value that is neither a list nor complex has the type of its attribute. What is
    /// canonical for it is advice only (RFC 7643 §7, `canonicalValues`).
    fn check(
        &self,
        place: &Place<'_>,
        attribute: &Attribute,
        value: &Value,
    ) -> Result<(), ScimError> {
        if let Value::String(text) = value {
            let most = self.reading.limits.string;
            if text.len() > most {
                return Err(ScimError::invalid_value(format_args!(
                    "{place}: a text may have {most} bytes, this one has {}",
                    text.len()
                )));
            }
        }
        if has_type(attribute, value) {
            Ok(())
        } else {
            Err(mismatch(place, attribute, expected(attribute.kind), value))
        }
    }
}

/// A reference that was given as an address alone gets its id from there.
fn complete_link(attribute: &Attribute, parts: &mut Map<String, Value>) {
    let Some(kind) = link::target(attribute) else {
        return;
    };
    if !parts.contains_key("value")
        && let Some(id) = parts
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| link::id_in(reference, kind))
    {
        let id = Value::from(id);
        parts.insert("value".into(), id);
    }
    link::settle(attribute, parts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Limits, Policy};
    use crate::scim::schema::SchemaDocument;
    use serde_json::json;

    fn read(attribute: &Value, value: Value) -> Result<Option<Value>, String> {
        let document = json!({"id": "urn:a:b", "attributes": [attribute]});
        let document = SchemaDocument::parse(&document).unwrap();
        let attribute = &document.attributes[0];
        let reading = Reading::new(&Policy::default(), &Limits::DEFAULT);
        Reader::new(&reading)
            .value(&Place::Attribute(attribute.name.as_str()), attribute, value)
            .map_err(|error| error.detail().to_owned())
    }

    #[track_caller]
    fn refuses(attribute: &Value, value: Value, complaint: &str) {
        assert_eq!(read(attribute, value), Err(complaint.to_owned()));
    }

    #[track_caller]
    fn keeps(attribute: &Value, value: &Value) {
        assert_eq!(read(attribute, value.clone()), Ok(Some(value.clone())));
    }

    #[test]
    fn a_complaint_names_the_place_and_the_remedy() {
        let flag = json!({"name": "active", "type": "boolean"});
        refuses(
            &flag,
            json!("True"),
            r#"active: expected true or false, found "True""#,
        );
        let emails = json!({"name": "emails", "type": "complex", "multiValued": true,
            "subAttributes": [{"name": "value"}, {"name": "primary", "type": "boolean"}]});
        refuses(
            &emails,
            json!([{"value": "a@example.net", "primary": "True"}]),
            r#"emails[0].primary: expected true or false, found "True""#,
        );
        refuses(
            &emails,
            json!({"value": "a@example.net"}),
            "emails: expected a list, found an object",
        );
        refuses(
            &emails,
            json!([[], "a@example.net"]),
            r#"emails[1]: expected an object, found "a@example.net""#,
        );
        refuses(
            &json!({"name": "size", "type": "integer"}),
            json!(1.5),
            "size: expected a whole number, found 1.5",
        );
        refuses(
            &json!({"name": "password", "mutability": "writeOnly"}),
            json!(12_345),
            "password: expected a text, found something else",
        );
    }

    #[test]
    fn every_type_accepts_its_own_values() {
        keeps(&json!({"name": "a", "type": "integer"}), &json!(-7));
        keeps(&json!({"name": "a", "type": "decimal"}), &json!(7));
        keeps(&json!({"name": "a", "type": "decimal"}), &json!(7.25));
        keeps(
            &json!({"name": "a", "type": "dateTime"}),
            &json!("2026-11-20T09:30:00+01:00"),
        );
        keeps(&json!({"name": "a", "type": "binary"}), &json!("bWlyYQ=="));
        keeps(&json!({"name": "a", "type": "binary"}), &json!("-_8"));
        keeps(
            &json!({"name": "a", "type": "reference"}),
            &json!("https://example.net/"),
        );
        keeps(&json!({"name": "a", "type": "any"}), &json!(true));
        keeps(
            &json!({"name": "a", "multiValued": true}),
            &json!(["x", "y"]),
        );
    }

    #[test]
    fn every_type_refuses_what_is_not_its_own() {
        for (kind, wrong) in [
            ("string", json!(1)),
            ("boolean", json!(0)),
            ("integer", json!(u64::MAX)),
            ("decimal", json!("1")),
            ("dateTime", json!("2026-11-20")),
            (
                "dateTime",
                json!("2026-11-20T09:30:00+01:00[Europe/Zurich]"),
            ),
            ("dateTime", json!("2026-02-30T00:00:00Z")),
            ("binary", json!("b?")),
            ("reference", json!(false)),
            ("any", json!(["x"])),
        ] {
            let attribute = json!({"name": "a", "type": kind});
            assert!(read(&attribute, wrong.clone()).is_err(), "{kind} {wrong}");
        }
    }

    #[test]
    fn what_is_unassigned_is_not_there() {
        for kind in ["string", "boolean", "integer", "dateTime", "binary"] {
            for value in [json!(null), json!(""), json!([]), json!({})] {
                let attribute = json!({"name": "a", "type": kind});
                assert_eq!(read(&attribute, value), Ok(None));
            }
        }
        let complex = json!({"name": "a", "type": "complex", "multiValued": true,
            "subAttributes": [{"name": "value"}]});
        assert_eq!(read(&complex, json!([{"value": ""}, null, {}])), Ok(None));
    }

    #[test]
    fn a_text_is_bounded() {
        let complaint = read(&json!({"name": "a"}), json!("x".repeat(65_537))).unwrap_err();
        assert_eq!(
            complaint,
            "a: a text may have 65536 bytes, this one has 65537"
        );
    }

    #[test]
    fn one_name_in_two_spellings_is_refused() {
        let name = json!({"name": "name", "type": "complex",
            "subAttributes": [{"name": "givenName"}]});
        assert_eq!(
            read(&name, json!({"givenname": "Mira"})),
            Ok(Some(json!({"givenName": "Mira"})))
        );
        refuses(
            &name,
            json!({"givenName": "Mira", "GivenName": "Lina"}),
            "name.givenName: the attribute is there twice, in different letter case; keep one",
        );
    }
}
