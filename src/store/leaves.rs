//! One test of a filter as SQL: the set of `(resource, element)` that pass it.

use rusqlite::types::Value;

use super::error::StoreError;
use super::fragment::Fragment;
use super::membership;
use super::numbers::{kind_number, sql_value};
use super::view::View;
use crate::scim::filter::{Operand, Operator, Test};
use crate::scim::schema::{Holder, Resolved};
use crate::scim::{Folded, Kind};

/// Where a filter looks: the resources of one kind in one connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) connection: i64,
    pub(super) kind: Kind,
}

/// What an attribute is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// Rows of `attribute`.
    Rows,
    /// `resource.id`.
    Id,
    /// `resource.version`.
    Version,
    /// Nowhere: it follows from the address and the id.
    Location,
    /// Rows of `member` below a group.
    Members,
    /// Rows of `member` above a user.
    Groups,
}

/// Where the values of an attribute are.
pub(super) fn home(kind: Kind, attribute: &Resolved) -> Home {
    if attribute.holder != Holder::Core {
        return Home::Rows;
    }
    let name = &attribute.attribute.name;
    let sub = |wanted: &str| {
        attribute
            .sub
            .as_ref()
            .is_some_and(|sub| sub.name.is(wanted))
    };
    if name.is("id") {
        Home::Id
    } else if name.is("meta") && sub("version") {
        Home::Version
    } else if name.is("meta") && sub("location") {
        Home::Location
    } else if name.is("members") && kind == Kind::Group {
        Home::Members
    } else if name.is("groups") && kind == Kind::User {
        Home::Groups
    } else {
        Home::Rows
    }
}

impl Place<'_> {
    /// The `(resource, element)` that pass a test, as a `SELECT`.
    pub(super) fn pairs(&self, test: &Test) -> Result<Fragment, StoreError> {
        match home(self.kind, &test.attribute) {
            Home::Rows => self.rows(test),
            Home::Id => Ok(self.resources(&test.operand, "resource.id")),
            Home::Version => {
                Ok(self.resources(&test.operand, "'W/\"' || resource.version || '\"'"))
            }
            Home::Location => Ok(self
                .everybody()
                .sql(" AND ")
                .then(address(&test.operand, "resource"))),
            Home::Members => membership::members(self, test),
            Home::Groups => membership::groups(self, test),
        }
    }

    /// Every resource of the place, as a `SELECT` of `(resource, element)`.
    pub(super) fn everybody(&self) -> Fragment {
        Fragment::new(
            "SELECT resource.number AS resource, 0 AS element \
             FROM resource \
             WHERE resource.connection = ",
        )
        .bind(self.connection)
        .sql(" AND resource.kind = ")
        .bind(kind_number(self.kind))
    }

    /// A test on an expression over the columns of `resource`.
    fn resources(&self, operand: &Operand, expression: &str) -> Fragment {
        self.everybody()
            .sql(" AND ")
            .then(passes(operand, expression))
    }

    /// A test on the rows of `attribute`.
    fn rows(&self, test: &Test) -> Result<Fragment, StoreError> {
        let paths = self.paths(&test.attribute)?;
        Ok(self
            .slice(&paths)
            .sql(" AND ")
            .then(passes(&test.operand, "attribute.folded")))
    }

    /// The rows of `attribute` at these paths.
    fn slice(&self, paths: &[i64]) -> Fragment {
        let slice = Fragment::new(
            "SELECT attribute.resource AS resource, attribute.element AS element \
             FROM attribute \
             WHERE attribute.connection = ",
        )
        .bind(self.connection);
        match paths {
            [path] => slice.sql(" AND attribute.path = ").bind(*path),
            paths => slice
                .sql(" AND attribute.path IN (")
                .bind_all(paths)
                .sql(")"),
        }
    }

    /// The elements of a complex attribute, as a `SELECT` of `(resource, element)`.
    pub(super) fn elements(&self, attribute: &Resolved) -> Result<Fragment, StoreError> {
        match home(self.kind, attribute) {
            Home::Members => Ok(membership::every_member(self)),
            Home::Groups => Ok(membership::every_group(self)),
            _ => Ok(self.slice(&self.paths(attribute)?)),
        }
    }

    /// The numbers of the paths under which the values of an attribute are filed: its own, or those
    /// of all its parts.
    pub(super) fn paths(&self, attribute: &Resolved) -> Result<Vec<i64>, StoreError> {
        let leaf = attribute.leaf();
        let keys = if leaf.is_complex() {
            leaf.sub_attributes
                .iter()
                .map(|sub| attribute.with_sub(sub.clone()).key())
                .collect()
        } else {
            vec![attribute.key()]
        };
        let mut paths = Vec::with_capacity(keys.len());
        for key in keys {
            // A path that nobody has yet has no number; nothing is found under 0.
            paths.push(self.view.session().path(self.kind, &key)?.unwrap_or(0));
        }
        Ok(paths)
    }
}

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
