//! Resources brought under other schemas: their documents where the data change, their rows of
//! `attribute` where only the way of comparing does.

use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::numbers::{kind_number, signed, unsigned};
use super::resources::{COLUMNS, Stored, id_of, stored};
use super::shapes::Values;
use super::view::{Tx, View};
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, ResourceId, Urn, searchable};

/// Resources that have a value which another one has too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// How many they are.
    pub resources: u64,
    /// One of them.
    pub example: ResourceId,
}

impl View<'_> {
    /// Resources that have data under the extension `urn`: those after the one with the number
    /// `after`, in the order of arrival, `limit` at most.
    pub fn extended(
        &self,
        connection: i64,
        kind: Kind,
        urn: &Urn,
        after: i64,
        limit: u64,
    ) -> Result<Vec<Stored>, StoreError> {
        let Some(path) = self.session().path(kind, "schemas")? else {
            return Ok(Vec::new());
        };
        self.sql()
            .prepare_cached(&format!(
                "SELECT {COLUMNS}
                 FROM attribute
                 CROSS JOIN resource ON resource.number = attribute.resource
                 WHERE attribute.connection = ? AND attribute.path = ? AND attribute.folded = ?
                   AND attribute.resource > ?
                 ORDER BY attribute.resource
                 LIMIT ?"
            ))?
            .query_and_then(
                params![connection, path, urn.as_str(), after, signed(limit)],
                stored,
            )?
            .collect()
    }

    /// How many resources have data under the extension `urn`.
    pub fn count_extended(
        &self,
        connection: i64,
        kind: Kind,
        urn: &Urn,
    ) -> Result<u64, StoreError> {
        let Some(path) = self.session().path(kind, "schemas")? else {
            return Ok(0);
        };
        let count = self
            .sql()
            .prepare_cached(
                "SELECT count(*)
                 FROM attribute
                 WHERE connection = ? AND path = ? AND folded = ?",
            )?
            .query_row(params![connection, path, urn.as_str()], |row| row.get(0))?;
        unsigned(count)
    }

    /// The resources of one kind that share a value at the path `key` with another of them; `None`
    /// when every value is there once.
    pub fn shared(
        &self,
        connection: i64,
        kind: Kind,
        key: &str,
    ) -> Result<Option<Shared>, StoreError> {
        let Some(path) = self.session().path(kind, key)? else {
            return Ok(None);
        };
        // A value is compared by its own kind of text or number, as the search does.
        let found: Option<(Option<i64>, i64)> = self
            .sql()
            .prepare_cached(
                "SELECT min(first), coalesce(sum(many), 0)
                 FROM (
                   SELECT min(resource) AS first, count(DISTINCT resource) AS many
                   FROM attribute
                   WHERE connection = ? AND path = ?
                   GROUP BY folded
                   HAVING many > 1
                 )",
            )?
            .query_row(params![connection, path], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((Some(first), resources)) = found else {
            return Ok(None);
        };
        let mut statement = self
            .sql()
            .prepare_cached("SELECT id FROM resource WHERE number = ? AND kind = ?")?;
        let mut rows = statement.query(params![first, kind_number(kind)])?;
        let row = rows
            .next()?
            .ok_or_else(|| StoreError::corrupt("a value without a resource"))?;
        Ok(Some(Shared {
            resources: unsigned(resources)?,
            example: id_of(row, 0)?,
        }))
    }
}

impl Tx<'_> {
    /// Files again what a resource has under the extension `urn`, which is compared another way from
    /// now on. The resource itself is as it was.
    pub fn refile_resource(
        &self,
        stored: &Stored,
        urn: &Urn,
        from: &Schemas,
        to: &Schemas,
    ) -> Result<(), StoreError> {
        let mut attributes = stored.attributes()?.into_map();
        // The other rows are the same on both sides: they need not be computed. An extension has no traits.
        attributes.retain(|name, _| urn.is(name));
        let attributes = Attributes::from_canonical(attributes);
        let rows = |schemas| {
            let values = searchable(stored.kind, &attributes, &stored.meta, schemas);
            Values::of(values).own
        };
        self.write_searchable(stored.subject(), &rows(from), &rows(to))
    }
}
