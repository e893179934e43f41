//! What a change of schemas does to the data that are there: they are looked at first, and either all
//! come along or nothing happens.

use std::sync::Arc;

use super::operator::Operator;
use super::ties::Ties;
use crate::scim::schema::{Attribute, Extension, Library, Schemas};
use crate::scim::validate::{Adapted, adapt};
use crate::scim::{Attributes, Kind, ResourceId, Urn};
use crate::store::{self, Connection, Deed, Delta, StoreError, Stored, Tx};

/// How many resources are held at a time.
const AT_A_TIME: u64 = 500;

/// Whether data may be lost on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// They are in the way of the change.
    Refused,
    /// They are given up; the record of each change keeps them.
    Accepted,
}

/// What is in the way of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What is wrong with the first resource that was met.
    pub complaint: String,
    /// How many resources are in the way.
    pub resources: u64,
    /// The first one.
    pub example: ResourceId,
    /// The name of its connection.
    pub connection: String,
}

/// Brings every resource of every connection under the schemas of `to`. Answers how many resources
/// changed, or what is in the way; then the transaction must not be kept.
pub(super) fn carry_over(
    tx: &Tx<'_>,
    from: &mut Library,
    to: &mut Library,
    loss: Loss,
    operator: &Operator,
) -> Result<Result<u64, Obstacle>, StoreError> {
    let mut changed = 0;
    let mut obstacle = None;
    for connection in tx.connections()? {
        let passage = Passage {
            tx,
            connection: &connection,
            from: &*connection.schemas(from)?,
            to: &*connection.schemas(to)?,
            loss,
            operator,
        };
        for kind in Kind::ALL {
            for urn in passage.touched(kind) {
                changed += passage.extension(kind, &urn, &mut obstacle)?;
            }
            if obstacle.is_none() {
                obstacle = passage.shared(kind)?;
            }
        }
        if obstacle.is_none() {
            let ties = Ties::by(tx, &connection, passage.from)?;
            ties.give_way(tx, &connection, passage.to, operator)?;
        }
    }
    Ok(match obstacle {
        Some(obstacle) => Err(obstacle),
        None => Ok(changed),
    })
}

/// The way of one connection from its old schemas to its new ones.
struct Passage<'a> {
    tx: &'a Tx<'a>,
    connection: &'a Connection,
    from: &'a Schemas,
    to: &'a Schemas,
    loss: Loss,
    operator: &'a Operator,
}

impl Passage<'_> {
    /// The extensions whose data must be looked at.
    fn touched(&self, kind: Kind) -> Vec<Urn> {
        let mut touched: Vec<Urn> = Vec::new();
        for schemas in [self.from, self.to] {
            for Extension { schema, .. } in &schemas.resource_type(kind).extensions {
                let find = |schemas| find(schemas, kind, &schema.id);
                if !touched.contains(&schema.id) && calls_for_a_look(find(self.from), find(self.to))
                {
                    touched.push(schema.id.clone());
                }
            }
        }
        touched
    }

    /// Carries the data under one extension over; once something is in the way, it only counts.
    fn extension(
        &self,
        kind: Kind,
        urn: &Urn,
        obstacle: &mut Option<Obstacle>,
    ) -> Result<u64, StoreError> {
        let mut changed = 0;
        let mut last = 0;
        loop {
            let held = self
                .tx
                .extended(self.connection.number, kind, urn, last, AT_A_TIME)?;
            let Some(end) = held.last() else {
                return Ok(changed);
            };
            last = end.number;
            for stored in &held {
                let before = stored.attributes()?;
                match self.resource(&before, kind, urn) {
                    Err(complaint) => match obstacle {
                        Some(known) => known.resources += 1,
                        None => *obstacle = Some(self.obstacle(complaint, 1, stored.id)),
                    },
                    Ok(_) if obstacle.is_some() => {}
                    Ok(adapted) if adapted.attributes == before => {
                        self.tx.refile_resource(stored, urn, self.from, self.to)?;
                    }
                    Ok(adapted) => {
                        self.write(stored, &before, adapted.attributes)?;
                        changed += 1;
                    }
                }
            }
        }
    }

    fn obstacle(&self, complaint: String, resources: u64, example: ResourceId) -> Obstacle {
        Obstacle {
            complaint,
            resources,
            example,
            connection: self.connection.name.clone(),
        }
    }

    /// What becomes of a resource, or why it is in the way.
    fn resource(&self, before: &Attributes, kind: Kind, urn: &Urn) -> Result<Adapted, String> {
        let adapted = adapt(before, kind, urn, self.from, self.to)
            .map_err(|error| error.detail().to_owned())?;
        match adapted.lost.first() {
            Some(lost) if self.loss == Loss::Refused => {
                Err(format!("{lost}: the value would be lost"))
            }
            _ => Ok(adapted),
        }
    }

    /// Writes what became of a resource, with a record of the change.
    fn write(
        &self,
        stored: &Stored,
        before: &Attributes,
        attributes: Attributes,
    ) -> Result<(), StoreError> {
        let after = stored.with(attributes, self.operator.now);
        let now = self
            .tx
            .recast_resource(stored, before, &after, self.from, self.to)?;
        let deed = Deed {
            cause: "schema",
            at: self.operator.now,
            token: None,
            request: "",
            // Groups follow when the whole connection is carried over.
            ties: &store::Ties::default(),
        };
        let (was, is) = (Some(before), Some(&after.attributes));
        self.tx.record(&deed, &now, was, is, Delta::default())
    }

    /// Values that may be there once from now on, and are there more often.
    fn shared(&self, kind: Kind) -> Result<Option<Obstacle>, StoreError> {
        let known = self.from.resource_type(kind).unique();
        for unique in self.to.resource_type(kind).unique() {
            let key = unique.key();
            let was_so = known
                .iter()
                .any(|known| known.key() == key && known.leaf().behaves_like(unique.leaf()));
            if was_so {
                continue;
            }
            if let Some(shared) = self.tx.shared(self.connection.number, kind, &key)? {
                return Ok(Some(self.obstacle(
                    format!("{key}: the same value is there more than once"),
                    shared.resources,
                    shared.example,
                )));
            }
        }
        Ok(None)
    }
}

fn find<'a>(schemas: &'a Schemas, kind: Kind, urn: &Urn) -> Option<&'a Extension> {
    schemas.resource_type(kind).extension(urn.as_str())
}

/// Whether data that suited the old extension may not suit the new one, or be found another way.
fn calls_for_a_look(old: Option<&Extension>, new: Option<&Extension>) -> bool {
    let of = |extension: Option<&Extension>, name: &str| {
        extension.and_then(|extension| extension.schema.attribute(name).cloned())
    };
    let names = |extension: Option<&Extension>| -> Vec<String> {
        let attributes = extension.map(|extension| extension.schema.attributes.as_slice());
        attributes
            .unwrap_or_default()
            .iter()
            .map(|attribute| attribute.name.as_str().to_owned())
            .collect()
    };
    names(old)
        .iter()
        .chain(&names(new))
        .any(|name| match (of(old, name), of(new, name)) {
            (Some(old), Some(new)) => !old.behaves_like(&new),
            (Some(_), None) => true,
            (None, new) => new.is_some_and(|new: Arc<Attribute>| new.required),
        })
}
