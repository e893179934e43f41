//! What a connection admits, whoever brings it: what its schemas allow, and what may be there once.

use std::sync::Arc;

use super::failure::Failure;
use super::objection::Objection;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Spot, validate};
use crate::store::{Connection, StoreError, Tombstone, View, unique_places, unique_values};

/// The schemas and the uniqueness of one connection, as they are in force.
#[derive(Debug)]
pub struct Admission {
    connection: i64,
    schemas: Arc<Schemas>,
    /// The RFC's own schemas, which have not changed while somebody was gone.
    rfc: Schemas,
    unique: Vec<(Kind, Spot)>,
}

impl Admission {
    /// What this connection admits now.
    pub fn of(view: &View<'_>, connection: &Connection) -> Result<Self, StoreError> {
        let schemas = connection.schemas(&mut view.library()?)?;
        let (policy, _) = view.policy(connection)?;
        Ok(Self {
            connection: connection.number,
            unique: unique_places(&policy.rules, &schemas),
            rfc: Schemas::builtin().map_err(|flaw| StoreError::Corrupt {
                what: format!("the built-in schemas: {flaw}"),
            })?,
            schemas,
        })
    }

    /// The schemas of the connection.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// Refuses what the schemas do not allow, and what another resource has and only one may have.
    /// `before` is the resource itself, when it exists.
    pub fn check(
        &self,
        view: &View<'_>,
        kind: Kind,
        before: Option<(i64, &Attributes)>,
        after: &Attributes,
    ) -> Result<(), Failure> {
        validate::finish(after, kind, &self.schemas).map_err(Objection::Unsuitable)?;
        let connection = self.connection;
        let taken = match view.taken_by_schema(connection, kind, &self.schemas, before, after)? {
            Some(taken) => Some(taken),
            None => view.taken_by_settings(connection, kind, &self.unique, before, after)?,
        };
        match taken {
            None => Ok(()),
            Some(taken) => Err(Objection::Taken { kind, taken }.into()),
        }
    }

    /// The attributes with which somebody could come back now. What no schema knows any more stays
    /// behind.
    pub fn readmit(&self, view: &View<'_>, tombstone: &Tombstone) -> Result<Attributes, Failure> {
        let (kind, attributes) = (tombstone.kind, tombstone.attributes()?);
        let attributes = validate::readmit(attributes, kind, &self.rfc, &self.schemas)
            .map_err(Objection::Unsuitable)?;
        self.check(view, kind, None, &attributes)?;
        Ok(attributes)
    }

    /// The values among these attributes that only one may have, each with its place.
    pub fn unique_values(&self, kind: Kind, attributes: &Attributes) -> Vec<(String, String)> {
        unique_values(kind, &self.schemas, &self.unique, attributes)
    }
}
