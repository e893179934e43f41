//! The operator's hand on people and groups: what it changes is checked, written and recorded as what an
//! identity provider changes, with the operator in the place of a token.

use std::sync::Arc;

use super::failure::Failure;
use super::objection::Objection;
use super::operator::Errand;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Meta, Resource, ResourceId, Spot, validate};
use crate::store::{
    Connection, Deed, Delta, StoreError, Stored, Ties, Tombstone, Tx, unique_places,
};

/// Leave to change what one connection holds. It is good for one transaction: the schemas and the
/// settings are those in force there.
#[derive(Debug)]
pub struct Hand<'a> {
    tx: &'a Tx<'a>,
    connection: i64,
    schemas: Arc<Schemas>,
    /// The RFC's own schemas, which have not changed while somebody was gone.
    rfc: Schemas,
    unique: Vec<(Kind, Spot)>,
    ties: Ties,
    errand: &'a Errand,
}

impl<'a> Hand<'a> {
    /// The hand on one connection, for this errand.
    pub fn new(
        tx: &'a Tx<'a>,
        connection: &Connection,
        errand: &'a Errand,
    ) -> Result<Self, StoreError> {
        let schemas = connection.schemas(&mut tx.library()?)?;
        let (policy, _) = tx.policy(connection)?;
        Ok(Self {
            unique: unique_places(&policy.rules, &schemas),
            ties: Ties::new(&policy.ties, &schemas),
            connection: connection.number,
            schemas,
            rfc: Schemas::builtin().map_err(|flaw| StoreError::Corrupt {
                what: format!("the built-in schemas: {flaw}"),
            })?,
            tx,
            errand,
        })
    }

    /// The schemas of the connection.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// Brings a new resource into the connection, under an id of ours that was made for it.
    pub fn create(
        &self,
        kind: Kind,
        id: ResourceId,
        attributes: Attributes,
    ) -> Result<Stored, Failure> {
        self.check(kind, None, &attributes)?;
        let resource = Resource {
            id,
            kind,
            attributes,
            meta: Meta {
                created: self.errand.at,
                modified: self.errand.at,
                version: 1,
            },
        };
        let (deed, schemas) = (self.deed(), &self.schemas);
        let nobody = |_: &Stored| Ok(Delta::default());
        self.tx
            .bring_in(&deed, self.connection, &resource, schemas, nobody)
    }

    /// Gives a resource of the connection other attributes: it as it is then; `None` when these are the
    /// ones that it has.
    pub fn change(&self, stored: &Stored, after: Attributes) -> Result<Option<Stored>, Failure> {
        let before = stored.attributes()?;
        if before == after {
            return Ok(None);
        }
        self.check(stored.kind, Some((stored.number, &before)), &after)?;
        let delta = Delta::default();
        let deed = self.deed();
        Ok(self
            .tx
            .amend(&deed, stored, &before, after, delta, &self.schemas)?)
    }

    /// Brings back who is gone, under the same id, with attributes and memberships. What no schema knows
    /// any more stays behind.
    pub fn restore(&self, tombstone: &Tombstone) -> Result<Stored, Failure> {
        let kind = tombstone.kind;
        let attributes = validate::readmit(tombstone.attributes()?, kind, &self.rfc, &self.schemas)
            .map_err(Objection::Unsuitable)?;
        self.check(kind, None, &attributes)?;
        let deed = self.deed();
        Ok(self
            .tx
            .bring_back(&deed, tombstone, attributes, &self.schemas)?)
    }

    /// Refuses what the schemas do not allow, and what another resource has and only one may have.
    fn check(
        &self,
        kind: Kind,
        before: Option<(i64, &Attributes)>,
        after: &Attributes,
    ) -> Result<(), Failure> {
        validate::finish(after, kind, &self.schemas).map_err(Objection::Unsuitable)?;
        let (tx, connection) = (self.tx, self.connection);
        let taken = match tx.taken_by_schema(connection, kind, &self.schemas, before, after)? {
            Some(taken) => Some(taken),
            None => tx.taken_by_settings(connection, kind, &self.unique, before, after)?,
        };
        match taken {
            None => Ok(()),
            Some(taken) => Err(Objection::Taken { kind, taken }.into()),
        }
    }

    fn deed(&self) -> Deed<'_> {
        self.errand.deed(&self.ties)
    }
}
