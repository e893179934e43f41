//! Which connections an export is about, and whom of each.

use std::sync::Arc;

use super::error::ExportError;
use super::order::Order;
use crate::operate::connections;
use crate::operate::refusal::Refusal;
use crate::scim::Kind;
use crate::scim::filter::Condition;
use crate::scim::schema::Schemas;
use crate::store::{Connection, StoreError, View};

/// The connections with what is wanted of each, by its schemas.
pub(super) struct Population {
    connections: Vec<Connection>,
    schemas: Vec<Arc<Schemas>>,
    conditions: Vec<Option<Condition>>,
}

impl Population {
    /// Whom an order means, of one kind. Refuses an order that cannot be carried out.
    pub(super) fn choose(
        view: &View<'_>,
        order: &Order<'_>,
        kind: Kind,
    ) -> Result<Self, ExportError> {
        order.check()?;
        let connections = connections::chosen(view, order.connection)?;
        let mut library = view.library()?;
        let schemas: Vec<Arc<Schemas>> = connections
            .iter()
            .map(|connection| connection.schemas(&mut library))
            .collect::<Result<_, StoreError>>()?;
        let conditions = schemas
            .iter()
            .map(|schemas| order.condition(schemas, kind))
            .collect::<Result<_, Refusal>>()?;
        Ok(Self {
            connections,
            schemas,
            conditions,
        })
    }

    pub(super) fn connections(&self) -> &[Connection] {
        &self.connections
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &Schemas> {
        self.schemas.iter().map(AsRef::as_ref)
    }

    /// Each connection with the condition on its resources.
    pub(super) fn each(&self) -> impl Iterator<Item = (&Connection, Option<&Condition>)> {
        self.connections
            .iter()
            .zip(self.conditions.iter().map(Option::as_ref))
    }
}
