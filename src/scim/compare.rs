//! Equality and order of values, by the type and case-exactness of their attribute (RFC 7644
//! §3.4.2.2).

use std::cmp::Ordering;

use jiff::civil::{DateTime, date};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use serde_json::{Number, Value};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::schema::{Attribute, Type};

/// A value in the form in which it is compared. The store keeps exactly this beside a resource, so
/// that SQL and the matcher cannot disagree; its order is that of `SQLite`: numbers before texts, texts by
/// their bytes.
#[derive(Debug, Clone, PartialEq)]
pub enum Folded {
    /// A whole number, a boolean (0 or 1), or an instant (microseconds since the epoch).
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text; folded where letter case does not count.
    Text(String),
}

impl Eq for Folded {}

impl Ord for Folded {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
            (Self::Text(_), _) => Ordering::Greater,
            (_, Self::Text(_)) => Ordering::Less,
            (left, right) => left.number().total_cmp(&right.number()),
        }
    }
}

impl PartialOrd for Folded {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Folded {
    /// The number as a fraction; a text has none and counts as nought, which no caller asks for.
    #[expect(
        clippy::cast_precision_loss,
        reason = "whole numbers are compared as such; only mixed pairs come here"
    )]
    const fn number(&self) -> f64 {
        match self {
            Self::Integer(whole) => *whole as f64,
            Self::Real(real) => *real,
            Self::Text(_) => 0.0,
        }
    }
}

/// The comparable form of `value`, a single (not multi-valued) value of `attribute`.
///
/// `None` when there is nothing to compare: `null`, an object, or a value that does not have the
/// attribute's type.
pub fn fold(attribute: &Attribute, value: &Value) -> Option<Folded> {
    match (attribute.kind, value) {
        (Type::Boolean, Value::Bool(flag)) => Some(Folded::Integer(i64::from(*flag))),
        (Type::Integer | Type::Decimal | Type::Any, Value::Number(number)) => fold_number(number),
        (Type::DateTime, Value::String(text)) => instant(text).map(Folded::Integer),
        (Type::String | Type::Binary | Type::Reference, Value::String(text)) => {
            Some(Folded::Text(fold_text(attribute, text)))
        }
        (Type::Any, Value::String(text)) => Some(Folded::Text(fold_text(attribute, text))),
        (Type::Any, Value::Bool(flag)) => Some(Folded::Text(flag.to_string())),
        _ => None,
    }
}

/// A number in the one form that it has: whole if it is whole, so that 1 and 1.0 are equal.
fn fold_number(number: &Number) -> Option<Folded> {
    /// Beyond this a fraction cannot tell neighbouring whole numbers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(whole) = number.as_i64() {
        return Some(Folded::Integer(whole));
    }
    let real = number.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within the exact range"
    )]
    let folded = if real.fract() == 0.0 && real.abs() <= EXACT {
        Folded::Integer(real as i64)
    } else {
        Folded::Real(real)
    };
    Some(folded)
}

/// Microseconds since the epoch of an RFC 3339 date and time. Without an offset it is read as UTC,
/// because RFC 7643 §2.3.5 admits XML Schema's `dateTime`, where the offset is optional.
fn instant(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>()
        .map(jiff::Timestamp::as_microsecond)
        .ok()
        .or_else(|| calendar(text))
}

/// The same by the calendar alone: what has no offset, and the last day of the year 9999, which lies beyond
/// the instants of `jiff` and is how directories write "never".
fn calendar(text: &str) -> Option<i64> {
    const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);
    let pieces = Pieces::parse(text).ok()?;
    let local = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    let passed = local.duration_since(EPOCH) - offset.duration_since(Offset::UTC);
    i64::try_from(passed.as_micros()).ok()
}

/// Text as it is compared: as it is where case counts, otherwise in lower case and composed (NFC).
///
/// `userName` is mapped as RFC 8265 §3.3 maps a `UsernameCaseMapped` string: full-width and half-width
/// letters count as the ordinary ones.
fn fold_text(attribute: &Attribute, text: &str) -> String {
    if attribute.case_exact {
        return text.to_owned();
    }
    if attribute.name.is("userName") {
        return fold_name(text);
    }
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    composed(text.chars().flat_map(lower_case).collect())
}

/// The name of a person as it is compared where no attribute says how: as `userName` is.
pub fn fold_name(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    composed(text.chars().flat_map(narrow).flat_map(lower_case).collect())
}

fn composed(text: String) -> String {
    if is_nfc(&text) {
        text
    } else {
        text.nfc().collect()
    }
}

/// Lower case letter by letter, so that the start of a text folds to the start of its fold: `sw`
/// depends on it. The two small sigmas are one letter.
fn lower_case(letter: char) -> impl Iterator<Item = char> {
    letter
        .to_lowercase()
        .map(|lower| if lower == 'ς' { 'σ' } else { lower })
}

/// The ordinary form of a full-width or half-width letter.
fn narrow(letter: char) -> impl Iterator<Item = char> {
    let wide = matches!(letter, '\u{3000}' | '\u{ff00}'..='\u{ffef}');
    let mapped: String = if wide {
        std::iter::once(letter).nfkc().collect()
    } else {
        letter.to_string()
    };
    mapped.chars().collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::schema::Schemas;
    use crate::scim::{AttrPath, Kind};
    use serde_json::json;

    fn folded(path: &str, value: &Value) -> Option<Folded> {
        let schemas = Schemas::builtin().unwrap();
        let resolved = schemas
            .resolve(Kind::User, &AttrPath::parse(path).unwrap())
            .unwrap();
        fold(resolved.leaf(), value)
    }

    #[track_caller]
    fn same(path: &str, left: &Value, right: &Value) {
        assert!(folded(path, left).is_some());
        assert_eq!(folded(path, left), folded(path, right));
    }

    #[test]
    fn letter_case_counts_where_the_schema_says_so() {
        same(
            "userName",
            &json!("Ada@Example.NET"),
            &json!("ada@example.net"),
        );
        same("displayName", &json!("ÉCOLE"), &json!("e\u{301}cole"));
        same("userName", &json!("ＡＤＡ"), &json!("ada"));
        same("displayName", &json!("ΟΔΟΣ"), &json!("οδος"));
        assert_ne!(
            folded("externalId", &json!("A")),
            folded("externalId", &json!("a"))
        );
    }

    #[test]
    fn instants_compare_as_instants() {
        same(
            "meta.created",
            &json!("2026-11-20T10:00:00+01:00"),
            &json!("2026-11-20T09:00:00.000Z"),
        );
        same(
            "meta.created",
            &json!("2026-11-20T09:00:00"),
            &json!("2026-11-20T09:00:00Z"),
        );
        same(
            "meta.created",
            &json!("9999-12-31T23:59:59.9999999Z"),
            &json!("9999-12-31T22:59:59.9999999-01:00"),
        );
        assert!(
            folded("meta.created", &json!("9999-12-31T23:59:59Z"))
                > folded("meta.created", &json!("9999-12-30T20:00:00Z"))
        );
        for text in ["yesterday", "2026-02-30T09:00:00Z", "10000-01-01T00:00:00Z"] {
            assert_eq!(folded("meta.created", &json!(text)), None);
        }
    }

    #[test]
    fn a_value_of_another_type_is_not_comparable() {
        assert_eq!(folded("active", &json!("true")), None);
        assert_eq!(folded("active", &json!(true)), Some(Folded::Integer(1)));
        assert_eq!(folded("userName", &json!(null)), None);
    }

    #[test]
    fn numbers_come_before_texts() {
        assert!(Folded::Integer(9) < Folded::Text(String::new()));
        assert!(Folded::Integer(1) < Folded::Real(1.5));
    }
}
