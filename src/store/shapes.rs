//! Rows of `shape` and `trait`: of the searchable values those that many resources have alike.
//!
//! Of thirty-five values that somebody from Entra ID has, ten say of which type an address or number is
//! and whether it is the primary one, and two under which schemas there is more; nearly everybody has the
//! same twelve. As rows of `attribute` they cost a create ten pages of the log, of fifty, and a Bulk request
//! a fifth of its time.

use rusqlite::{OptionalExtension, params};

use super::attributes::Subject;
use super::error::StoreError;
use super::numbers::sql_borrowed;
use super::view::Tx;
use crate::scim::{Folded, Kind, Searchable};

/// Whether the values of a path, as `Resolved::key` spells it, are traits: `schemas`, and `type` and
/// `primary` of several values (RFC 7643 §2.4) where no operator changes what they are.
pub(super) fn is_trait(key: &str) -> bool {
    key == "schemas"
        || !key.contains(':') && matches!(key.split_once('.'), Some((_, "type" | "primary")))
}

/// The searchable values of a resource by where they are kept, each list in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    /// Rows of `attribute`.
    pub(super) own: Vec<Searchable>,
    /// Rows of `trait`.
    pub(super) traits: Vec<Searchable>,
}

impl Values {
    pub(super) fn of(values: Vec<Searchable>) -> Self {
        let (mut traits, mut own): (Vec<_>, Vec<_>) =
            values.into_iter().partition(|value| is_trait(&value.key));
        own.sort_unstable();
        traits.sort_unstable();
        // Two values of one element may fold to the same.
        traits.dedup();
        Self { own, traits }
    }
}

impl Tx<'_> {
    /// The shape that has these traits, which is made if nobody has had it yet; `None` for no traits.
    pub(super) fn shape(
        &self,
        connection: i64,
        kind: Kind,
        traits: &[Searchable],
    ) -> Result<Option<i64>, StoreError> {
        if traits.is_empty() {
            return Ok(None);
        }
        let mut rows = Vec::with_capacity(traits.len());
        for one in traits {
            let path = self.session().intern(kind, &one.key)?;
            rows.push((path, one.element, &one.folded));
        }
        let text = text(&rows)?;
        let known = self
            .sql()
            .prepare_cached("SELECT number FROM shape WHERE connection = ? AND traits = ?")?
            .query_row(params![connection, text], |row| row.get(0))
            .optional()?;
        if known.is_some() {
            return Ok(known);
        }
        let number = self
            .sql()
            .prepare_cached("INSERT INTO shape (connection, traits) VALUES (?, ?)")?
            .insert(params![connection, text])?;
        let mut statement = self.sql().prepare_cached(
            "INSERT INTO trait (connection, path, folded, shape, element)
             VALUES (?, ?, ?, ?, ?)",
        )?;
        for (path, element, folded) in rows {
            statement.execute(params![
                connection,
                path,
                sql_borrowed(folded),
                number,
                element
            ])?;
        }
        Ok(Some(number))
    }

    /// Gives a resource the shape that has these traits.
    pub(super) fn reshape(
        &self,
        subject: Subject,
        traits: &[Searchable],
    ) -> Result<(), StoreError> {
        let shape = self.shape(subject.connection, subject.kind, traits)?;
        let before = self
            .sql()
            .prepare_cached("SELECT shape FROM resource WHERE number = ?")?
            .query_row([subject.number], |row| row.get(0))?;
        self.sql()
            .prepare_cached("UPDATE resource SET shape = ? WHERE number = ?")?
            .execute(params![shape, subject.number])?;
        self.leave_shape(before)
    }

    /// Removes a shape that a resource had until now, if it was the last: nothing of people stays behind.
    pub(super) fn leave_shape(&self, shape: Option<i64>) -> Result<(), StoreError> {
        if let Some(shape) = shape {
            // The rows of `trait` go with it, by foreign key.
            self.sql()
                .prepare_cached(
                    "DELETE FROM shape
                     WHERE number = ?1
                       AND NOT EXISTS (SELECT 1 FROM resource WHERE resource.shape = ?1)",
                )?
                .execute([shape])?;
        }
        Ok(())
    }
}

/// Traits as a shape is told apart by them: a JSON list of path, element and value.
fn text(rows: &[(i64, u32, &Folded)]) -> Result<String, StoreError> {
    let list: Vec<_> = rows
        .iter()
        .map(|(path, element, folded)| {
            let value = match folded {
                Folded::Integer(whole) => serde_json::json!(whole),
                Folded::Real(real) => serde_json::json!(real),
                Folded::Text(text) => serde_json::json!(text),
            };
            (path, element, value)
        })
        .collect();
    serde_json::to_string(&list)
        .map_err(|error| StoreError::corrupt(format!("traits that are no JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_types_and_primaries_are_traits() {
        for (key, expected) in [
            ("schemas", true),
            ("emails.type", true),
            ("addresses.primary", true),
            ("emails.value", false),
            ("userType", false),
            ("type", false),
            ("urn:example:2.0:User:badges.type", false),
        ] {
            assert_eq!(is_trait(key), expected, "{key}");
        }
    }
}
