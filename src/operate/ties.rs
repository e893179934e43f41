//! What ties the people of a connection together, before and after its settings change.

use super::operator::Operator;
use crate::scim::schema::Schemas;
use crate::store::{self, Connection, Deed, StoreError, Tx, View};

/// What followed from the attributes of people by the settings that are about to change.
#[derive(Debug)]
pub(super) struct Ties(store::Ties);

impl Ties {
    /// As it is by the settings and the schemas that are in force.
    pub(super) fn of(view: &View<'_>, connection: &Connection) -> Result<Self, StoreError> {
        let schemas = connection.schemas(&mut view.library()?)?;
        Self::by(view, connection, &schemas)
    }

    /// As it is by these schemas.
    pub(super) fn by(
        view: &View<'_>,
        connection: &Connection,
        schemas: &Schemas,
    ) -> Result<Self, StoreError> {
        let (policy, _) = view.policy(connection)?;
        Ok(Self(store::Ties::new(&policy.ties, schemas)))
    }

    /// Brings what follows from everybody who is there under the settings that are in force now, and
    /// these schemas.
    pub(super) fn give_way(
        &self,
        tx: &Tx<'_>,
        connection: &Connection,
        schemas: &Schemas,
        operator: &Operator,
    ) -> Result<(), StoreError> {
        let now = Self::by(tx, connection, schemas)?;
        if now.0 == self.0 {
            return Ok(());
        }
        let deed = Deed {
            cause: "derive",
            at: operator.now,
            token: None,
            request: "",
            ties: &now.0,
        };
        tx.rederive(&deed, connection.number, &self.0, schemas)?;
        if now.0.managers() == self.0.managers() {
            return Ok(());
        }
        tx.bind_everybody(&deed, connection.number, schemas)
    }
}
