//! Whether a value passes a test, as a Boolean expression.

use rusqlite::types::Value;

use super::fragment::Fragment;
use super::numbers::{kind_number, sql_value};
use crate::scim::filter::{Operand, Operator};
use crate::scim::{Folded, Kind};

/// Whether the address of the resource in table or alias `table` passes, as a Boolean expression.
///
/// An address begins as the client knows the server, which nobody here does, and ends in endpoint and
/// id. So equality is told by these two, and anything else by the address relative to the server's.
pub(super) fn address(operand: &Operand, table: &str) -> Fragment {
    let Operand::Compare(Operator::Equal, Folded::Text(text)) = operand else {
        let relative = format!(
            "'../' || CASE {table}.kind WHEN 1 THEN 'Users' ELSE 'Groups' END || '/' || {table}.id"
        );
        return passes(operand, &relative);
    };
    let (before, id) = text.rsplit_once('/').unwrap_or(("", text));
    let same = Fragment::new(&format!("{table}.id = ")).bind(id.to_owned());
    if before.is_empty() {
        return same;
    }
    let endpoint = before.rsplit('/').next();
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| Some(kind.endpoint()) == endpoint)
        .map_or(0, kind_number);
    same.sql(&format!(" AND {table}.kind = ")).bind(kind)
}

/// Whether `expression` passes, as a Boolean expression. Our `expression` appears more than once.
pub(super) fn passes(operand: &Operand, expression: &str) -> Fragment {
    let side = |sign: &str, value: &Folded| {
        Fragment::new(&format!("({expression}) {sign} ")).bind(sql_value(value))
    };
    // Numbers sort before every text, so this keeps them out of a test on texts.
    let text = || Fragment::new(&format!("({expression}) >= ''"));
    match operand {
        // RFC 7644 table 3: an empty value is not there.
        Operand::Present => Fragment::new(&format!("({expression}) <> ''")),
        Operand::Compare(operator, value) => match (operator, value) {
            (Operator::Equal, value) => side("=", value),
            (Operator::Greater, value) => side(">", value),
            (Operator::GreaterOrEqual, value) => side(">=", value),
            (Operator::Less, value) => side("<", value),
            (Operator::LessOrEqual, value) => side("<=", value),
            (Operator::StartsWith, Folded::Text(start)) => {
                let from = side(">=", value);
                match after_all(start) {
                    Some(end) => from.sql(&format!(" AND ({expression}) < ")).bind(end),
                    None => from,
                }
            }
            (Operator::Contains, Folded::Text(part)) => text()
                .sql(&format!(" AND instr({expression}, "))
                .bind(part.clone())
                .sql(") > 0"),
            (Operator::EndsWith, Folded::Text(end)) if end.is_empty() => text(),
            (Operator::EndsWith, Folded::Text(end)) => {
                // As bytes, because a letter U+0000 would end the text for SQL's functions. UTF-8
                // says by itself where a letter begins.
                let length = i64::try_from(end.len()).unwrap_or(i64::MAX);
                text()
                    .sql(&format!(" AND substr(CAST({expression} AS BLOB), "))
                    .bind(-length)
                    .sql(") = ")
                    .bind(Value::Blob(end.clone().into_bytes()))
            }
            (Operator::StartsWith | Operator::Contains | Operator::EndsWith, _) => {
                Fragment::new("FALSE")
            }
        },
    }
}

/// The least text that sorts behind every text starting with `start`; `None` when there is none.
fn after_all(start: &str) -> Option<String> {
    let mut letters: Vec<char> = start.chars().collect();
    while let Some(last) = letters.pop() {
        // The range of letters skips the surrogates by itself.
        if let Some(next) = (last..=char::MAX).nth(1) {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_ends_where_the_next_start_begins() {
        assert_eq!(after_all("ab").as_deref(), Some("ac"));
        assert_eq!(after_all("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_all("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_all("\u{10ffff}"), None);
        assert_eq!(after_all(""), None);
    }
}
