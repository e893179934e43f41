//! The values of one cell: what an export wrote, read back.

use serde_json::{Map, Value};

use crate::operate::sheet::{BETWEEN, unguarded};
use crate::scim::Spot;
use crate::scim::schema::{Attribute, Type};

/// The values that a cell gives to a place; none when it is empty.
pub(super) fn values(spot: &Spot, text: &str) -> Result<Vec<Value>, String> {
    let text = unguarded(text);
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let attribute = spot.resolved().leaf();
    let said =
        |text: &str| value(attribute, text).map_err(|why| format!("{}: {why}", spot.as_str()));
    if spot.has_several() {
        text.split(BETWEEN).map(said).collect()
    } else {
        Ok(vec![said(text)?])
    }
}

fn value(attribute: &Attribute, text: &str) -> Result<Value, String> {
    match attribute.kind {
        // Spreadsheets write these in capitals.
        Type::Boolean if text.eq_ignore_ascii_case("true") => Ok(true.into()),
        Type::Boolean if text.eq_ignore_ascii_case("false") => Ok(false.into()),
        Type::Integer | Type::Decimal => match serde_json::from_str(text) {
            Ok(Value::Number(number)) => Ok(Value::Number(number)),
            _ => Err(format!("expected a number, found {text:?}")),
        },
        Type::Complex if text.starts_with('{') => {
            serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
        }
        Type::Complex => {
            let name = attribute.default_sub().map(|sub| sub.name.as_str());
            let part = (name.unwrap_or("value").to_owned(), Value::from(text));
            Ok(Value::Object(Map::from_iter([part])))
        }
        // What is no boolean is refused where every body is.
        _ => Ok(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Kind;
    use crate::scim::schema::Schemas;
    use serde_json::json;

    #[track_caller]
    fn check(place: &str, text: &str, expected: &Value) {
        let spot = Spot::parse(place, Kind::User, &Schemas::builtin().unwrap()).unwrap();
        assert_eq!(&json!(values(&spot, text).unwrap()), expected);
    }

    #[test]
    fn what_an_export_writes_is_read_back() {
        check("title", "Clerk; Head", &json!(["Clerk; Head"]));
        check("title", "'=1+1", &json!(["=1+1"]));
        check("title", "'tis", &json!(["'tis"]));
        check("title", " ", &json!([]));
        check("active", "TRUE", &json!([true]));
        check("active", "yes", &json!(["yes"]));
        check(
            "phoneNumbers.work",
            "'+49 30 1; 2",
            &json!(["+49 30 1", "2"]),
        );
        check("manager", "7", &json!([{"value": "7"}]));
    }
}
