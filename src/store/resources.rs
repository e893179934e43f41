//! Rows of `resource`: users and groups.

use rusqlite::types::ToSql;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value};

use super::attributes::Subject;
use super::error::StoreError;
use super::numbers::{kind_number, kind_of, signed, unsigned};
use super::shapes::Values;
use super::view::{Tx, View};
use crate::base::Timestamp;
use crate::scim::schema::Schemas;
use crate::scim::{
    Attributes, Kind, Meta, Resource, ResourceId, modified, searchable, searchable_beside,
};

/// A resource as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What other rows call it; it never leaves the house.
    pub number: i64,
    /// Its connection.
    pub connection: i64,
    /// Its identifier.
    pub id: ResourceId,
    /// Its type.
    pub kind: Kind,
    /// Dates and version.
    pub meta: Meta,
    /// `{"schemas":[…],…}`: the attributes as JSON, ready to be sent.
    pub document: String,
    /// Whether somebody is inactive only until a seat is free.
    pub waiting: bool,
    /// Whether the operator imported somebody whom no identity provider has met yet.
    pub imported: bool,
}

impl Stored {
    /// Its attributes, without `schemas`.
    pub fn attributes(&self) -> Result<Attributes, StoreError> {
        let mut map: Map<String, Value> =
            serde_json::from_str(&self.document).map_err(|error| {
                StoreError::corrupt(format!("the document of {}: {error}", self.id))
            })?;
        map.shift_remove("schemas");
        Ok(Attributes::from_canonical(map))
    }

    /// The resource, without memberships.
    pub fn resource(&self) -> Result<Resource, StoreError> {
        Ok(Resource {
            id: self.id,
            kind: self.kind,
            attributes: self.attributes()?,
            meta: self.meta,
        })
    }

    pub(super) const fn subject(&self) -> Subject {
        Subject {
            connection: self.connection,
            kind: self.kind,
            number: self.number,
        }
    }
}

/// The columns that [`stored`] reads, of a table or alias `resource`.
pub(super) const COLUMNS: &str = "resource.number, resource.connection, resource.kind, \
                                  resource.id, resource.version, resource.created, \
                                  resource.modified, resource.document, \
                                  resource.waiting IS NOT NULL, resource.imported";

/// The first column behind [`COLUMNS`].
pub(super) const BEHIND: usize = 10;

/// A row of [`COLUMNS`].
pub(super) fn stored(row: &Row<'_>) -> Result<Stored, StoreError> {
    Ok(Stored {
        number: row.get(0)?,
        connection: row.get(1)?,
        kind: kind_of(row.get(2)?)?,
        id: id_of(row, 3)?,
        meta: Meta {
            version: unsigned(row.get(4)?)?,
            created: Timestamp::from_millis(row.get(5)?),
            modified: Timestamp::from_millis(row.get(6)?),
        },
        document: row.get(7)?,
        waiting: row.get(8)?,
        imported: row.get(9)?,
    })
}

/// The identifier in a column.
pub(super) fn id_of(row: &Row<'_>, column: usize) -> Result<ResourceId, StoreError> {
    row.get_ref(column)?
        .as_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| StoreError::corrupt("a resource without an id"))
}

impl View<'_> {
    /// The resource of this connection and kind with this id.
    pub fn resource(
        &self,
        connection: i64,
        kind: Kind,
        id: &ResourceId,
    ) -> Result<Option<Stored>, StoreError> {
        self.one_resource(
            &format!(
                "SELECT {COLUMNS}
                 FROM resource
                 WHERE id = ? AND connection = ? AND kind = ?"
            ),
            params![id.to_string(), connection, kind_number(kind)],
        )
    }

    /// The resource with this number.
    pub fn resource_by_number(&self, number: i64) -> Result<Option<Stored>, StoreError> {
        self.one_resource(
            &format!("SELECT {COLUMNS} FROM resource WHERE number = ?"),
            params![number],
        )
    }

    fn one_resource(
        &self,
        statement: &str,
        parameters: &[&dyn ToSql],
    ) -> Result<Option<Stored>, StoreError> {
        let mut statement = self.sql().prepare_cached(statement)?;
        let mut rows = statement.query(parameters)?;
        rows.next()?.map(stored).transpose()
    }

    /// The numbers and kinds of the resources with these ids, in their order; `None` where the
    /// connection has no such resource, or the text is no id.
    pub fn numbers_of<S: AsRef<str>>(
        &self,
        connection: i64,
        ids: &[S],
    ) -> Result<Vec<Option<(i64, Kind)>>, StoreError> {
        let mut statement = self.sql().prepare_cached(
            "SELECT number, kind
             FROM resource
             WHERE id = ? AND connection = ?",
        )?;
        ids.iter()
            .map(|id| {
                let Ok(id) = id.as_ref().parse::<ResourceId>() else {
                    return Ok(None);
                };
                statement
                    .query_row(params![id.to_string(), connection], |row| {
                        Ok((row.get(0)?, row.get(1)?))
                    })
                    .optional()?
                    .map(|(number, kind)| Ok((number, kind_of(kind)?)))
                    .transpose()
            })
            .collect()
    }
}

impl Tx<'_> {
    /// Adds a resource with its searchable values.
    pub fn insert_resource(
        &self,
        connection: i64,
        resource: &Resource,
        schemas: &Schemas,
    ) -> Result<Stored, StoreError> {
        let document = document(resource, schemas)?;
        let meta = &resource.meta;
        let values = searchable(resource.kind, &resource.attributes, meta, schemas);
        let values = Values::of(values);
        let shape = self.shape(connection, resource.kind, &values.traits)?;
        let number = self
            .sql()
            .prepare_cached(
                "INSERT INTO resource
                   (connection, kind, id, version, created, modified, display, document, shape)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .insert(params![
                connection,
                kind_number(resource.kind),
                resource.id.to_string(),
                signed(meta.version),
                meta.created.as_millis(),
                meta.modified.as_millis(),
                resource.attributes.text("displayName"),
                document,
                shape,
            ])?;
        let stored = Stored {
            number,
            connection,
            id: resource.id,
            kind: resource.kind,
            meta: resource.meta,
            document,
            waiting: false,
            imported: false,
        };
        self.write_searchable(stored.subject(), &[], &values.own)?;
        let active = is_active(resource.kind, &resource.attributes);
        self.count_insert(connection, resource.kind, active)?;
        Ok(stored)
    }

    /// Puts `after` in the place of `before`, which must be the present state, with the attributes
    /// `was`; of the searchable values only those that differ are written. Version and dates are those
    /// of `after`.
    pub fn replace_resource(
        &self,
        before: &Stored,
        was: &Attributes,
        after: &Resource,
        schemas: &Schemas,
    ) -> Result<Stored, StoreError> {
        let now = self.rewrite(before, was, after, schemas)?;
        let is = &after.attributes;
        let searched = |attributes, beside, meta| {
            let values = searchable_beside(before.kind, attributes, Some(beside), meta, schemas);
            Values::of(values)
        };
        let (old, new) = (
            searched(was, is, &before.meta),
            searched(is, was, &after.meta),
        );
        self.write_searchable(before.subject(), &old.own, &new.own)?;
        if old.traits != new.traits {
            // A shape is whole: what did not change belongs to it.
            let all = searchable(before.kind, is, &after.meta, schemas);
            self.reshape(before.subject(), &Values::of(all).traits)?;
        }
        Ok(now)
    }

    /// The same where `before` was written by the schemas `from`, and `after` is by the schemas `to`:
    /// what reads the same may be searched differently.
    pub fn recast_resource(
        &self,
        before: &Stored,
        was: &Attributes,
        after: &Resource,
        from: &Schemas,
        to: &Schemas,
    ) -> Result<Stored, StoreError> {
        let now = self.rewrite(before, was, after, to)?;
        let old = Values::of(searchable(before.kind, was, &before.meta, from));
        let new = searchable(before.kind, &after.attributes, &after.meta, to);
        let new = Values::of(new);
        self.write_searchable(before.subject(), &old.own, &new.own)?;
        if old.traits != new.traits {
            self.reshape(before.subject(), &new.traits)?;
        }
        Ok(now)
    }

    /// Writes a resource anew, but for its searchable values.
    fn rewrite(
        &self,
        before: &Stored,
        was: &Attributes,
        after: &Resource,
        schemas: &Schemas,
    ) -> Result<Stored, StoreError> {
        let document = document(after, schemas)?;
        let meta = &after.meta;
        self.sql()
            .prepare_cached(
                "UPDATE resource
                 SET version = ?, created = ?, modified = ?, display = ?, document = ?
                 WHERE number = ?",
            )?
            .execute(params![
                signed(meta.version),
                meta.created.as_millis(),
                meta.modified.as_millis(),
                after.attributes.text("displayName"),
                document,
                before.number,
            ])?;
        let active = is_active(before.kind, &after.attributes);
        if is_active(before.kind, was) != active {
            self.count_active(before.connection, active)?;
        }
        Ok(Stored {
            meta: after.meta,
            document,
            ..*before
        })
    }

    /// Raises the version and moves `lastModified`; the document stays as it is: a change of
    /// members.
    pub fn touch_resource(&self, before: &Stored, now: Timestamp) -> Result<Stored, StoreError> {
        let meta = Meta {
            modified: now,
            version: before.meta.version.saturating_add(1),
            ..before.meta
        };
        self.sql()
            .prepare_cached(
                "UPDATE resource
                 SET version = ?, modified = ?
                 WHERE number = ?",
            )?
            .execute(params![
                signed(meta.version),
                meta.modified.as_millis(),
                before.number
            ])?;
        let (old, new) = (modified(&before.meta), modified(&meta));
        self.write_searchable(before.subject(), &[old], &[new])?;
        Ok(Stored {
            meta,
            document: before.document.clone(),
            ..*before
        })
    }

    /// Removes a resource, its searchable values and its memberships, as a group and as a member.
    pub fn delete_resource(&self, stored: &Stored, schemas: &Schemas) -> Result<(), StoreError> {
        let attributes = stored.attributes()?;
        let values = searchable(stored.kind, &attributes, &stored.meta, schemas);
        self.write_searchable(stored.subject(), &Values::of(values).own, &[])?;
        self.drop_resource(stored.number)?;
        let active = is_active(stored.kind, &attributes);
        self.count_delete(stored.connection, stored.kind, active)
    }

    /// Removes the row of a resource that has no rows of `attribute` any more. The rows of `member` and
    /// `derived_member` go with it, by foreign key.
    pub(super) fn drop_resource(&self, number: i64) -> Result<(), StoreError> {
        let shape = self
            .sql()
            .prepare_cached("DELETE FROM resource WHERE number = ? RETURNING shape")?
            .query_row([number], |row| row.get(0))?;
        self.leave_shape(shape)
    }
}

/// Whether it is one of the active people.
fn is_active(kind: Kind, attributes: &Attributes) -> bool {
    kind == Kind::User && attributes.is_active()
}

/// The document of a resource: `schemas` first, then its attributes in their order.
fn document(resource: &Resource, schemas: &Schemas) -> Result<String, StoreError> {
    let resource_type = schemas.resource_type(resource.kind);
    let mut urns = vec![resource_type.core.id.as_str()];
    for (name, _) in resource.attributes.iter() {
        if let Some(extension) = resource_type.extension(name) {
            urns.push(extension.schema.id.as_str());
        }
    }
    let unprintable = |error: serde_json::Error| {
        StoreError::corrupt(format!("the document of {}: {error}", resource.id))
    };
    let mut text = String::with_capacity(1_024);
    text.push_str("{\"schemas\":");
    text.push_str(&serde_json::to_string(&urns).map_err(unprintable)?);
    for (name, value) in resource.attributes.iter() {
        text.push(',');
        text.push_str(&serde_json::to_string(name).map_err(unprintable)?);
        text.push(':');
        text.push_str(&serde_json::to_string(value).map_err(unprintable)?);
    }
    text.push('}');
    Ok(text)
}
