//! Operations of a bulk request that stand or fall together: one by itself, or those that refer to each
//! other in a circle (RFC 7644 §3.7.1), which are carried out all or not at all.

use std::collections::{HashMap, HashSet};

use super::ended::{Ended, address};
use crate::provision::caller::Ask;
use crate::provision::create::create_as;
use crate::provision::delete::delete;
use crate::provision::failure::Failure;
use crate::provision::incoming::Incoming;
use crate::provision::outcome::Outcome;
use crate::provision::patch::{Patch, patch};
use crate::provision::replace::replace;
use crate::provision::tolerated::Tolerated;
use crate::scim::bulk::{Method, Operation};
use crate::scim::project::Projection;
use crate::scim::{ResourceId, ScimError};
use crate::store::{StoreError, Tx};

/// Operations that stand or fall together.
pub(super) struct Unit<'a> {
    /// In the order in which they are carried out.
    pub(super) operations: &'a [&'a Operation],
    /// The identifiers that are given to what is created, by `bulkId`.
    pub(super) promised: &'a HashMap<String, ResourceId>,
    /// Those of them that nobody will have, because their operation failed.
    pub(super) failed: &'a HashSet<String>,
}

/// Why nothing of a unit stays.
enum Stop {
    /// The operation at this place was refused.
    Failed(usize, ScimError),
    /// Somebody came back under the id that they had, while others refer to the one that was promised.
    Moved(HashMap<String, ResourceId>),
    /// It is not the client's fault.
    Broken(Failure),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

impl Unit<'_> {
    /// Carries the unit out. An answer for each operation, in the same order.
    pub(super) fn carry_out(
        &self,
        tx: &Tx<'_>,
        ask: &Ask,
        tolerated: &mut Vec<Tolerated>,
    ) -> Result<Vec<Ended>, Failure> {
        let mut known = HashMap::new();
        // Who comes back under which id is known when they are back: then everything is carried out once
        // more, with that id in the references.
        for _ in 0..2 {
            let mut seen = Vec::new();
            let ended = match tx.attempt(|tx| self.all(tx, ask, &known, &mut seen)) {
                Ok(ended) => ended,
                Err(Stop::Failed(at, error)) => self.refused(ask, at, &error),
                Err(Stop::Broken(failure)) => return Err(failure),
                Err(Stop::Moved(ids)) => {
                    known = ids;
                    continue;
                }
            };
            tolerated.append(&mut seen);
            return Ok(ended);
        }
        let error = ScimError::conflict(
            "whom this operation and others refer to is known under another id than was promised",
        );
        Ok(self.refused(ask, 0, &error))
    }

    /// One after the other; the first that fails ends it.
    fn all(
        &self,
        tx: &Tx<'_>,
        ask: &Ask,
        known: &HashMap<String, ResourceId>,
        tolerated: &mut Vec<Tolerated>,
    ) -> Result<Vec<Ended>, Stop> {
        let names = self.operations.iter().filter_map(|one| one.bulk_id.clone());
        let mut open: HashSet<String> = names.collect();
        let mut ids = HashMap::new();
        let mut moved = false;
        let mut all = Vec::with_capacity(self.operations.len());
        for (at, sent) in self.operations.iter().enumerate() {
            if let Some(member) = sent
                .members(ask.schemas())
                .iter()
                .find(|name| open.contains(*name))
            {
                return Err(Stop::Failed(at, circle(member)));
            }
            let name = sent.bulk_id.as_deref().unwrap_or_default();
            let done = self.one(tx, ask, sent, known, tolerated);
            let (outcome, id) = done.map_err(|failure| match failure {
                Failure::Refused(error) => Stop::Failed(at, error),
                other => Stop::Broken(other),
            })?;
            let place = address(ask, sent.kind, &id.to_string());
            open.remove(name);
            all.push(match outcome {
                // That it was asked for is counted, which is not to be undone.
                Outcome::Forbidden(error) if self.operations.len() == 1 => {
                    Ended::failure(sent, Some(place), &error)
                }
                Outcome::Forbidden(error) => return Err(Stop::Failed(at, error)),
                outcome => Ended::success(sent, &outcome, id, &place),
            });
            if let Some(promised) = known.get(name).or_else(|| self.promised.get(name)) {
                moved |= *promised != id;
                ids.insert(name.to_owned(), id);
            }
        }
        if moved && self.is_circle(ask) {
            return Err(Stop::Moved(ids));
        }
        Ok(all)
    }

    /// Whether something refers to what is not there before it.
    fn is_circle(&self, ask: &Ask) -> bool {
        match self.operations {
            [alone] => alone
                .references(ask.schemas())
                .iter()
                .any(|name| alone.bulk_id.as_ref() == Some(name)),
            _ => true,
        }
    }

    /// What came of an operation, and the id of the resource that it was about.
    fn one(
        &self,
        tx: &Tx<'_>,
        ask: &Ask,
        sent: &Operation,
        known: &HashMap<String, ResourceId>,
        tolerated: &mut Vec<Tolerated>,
    ) -> Result<(Outcome, ResourceId), Failure> {
        let id = |name: &str| {
            let promised = self
                .promised
                .get(name)
                .filter(|_| !self.failed.contains(name));
            known.get(name).or(promised).map(ToString::to_string)
        };
        let operation = sent
            .clone()
            .resolved(ask.schemas(), &id)
            .map_err(|unknown| {
                ScimError::conflict(format_args!(
                    "bulkId:{}: no operation of this request has this bulkId, or it failed",
                    short(&unknown)
                ))
            })?;
        let name = sent.bulk_id.as_deref();
        let promised = name.and_then(|name| self.promised.get(name)).copied();
        run(tx, ask, &operation, promised, tolerated)
    }

    /// The answers of a unit of which the operation at `at` failed: its own error, and for the others
    /// that they failed with it.
    fn refused(&self, ask: &Ask, at: usize, error: &ScimError) -> Vec<Ended> {
        let culprit = self
            .operations
            .get(at)
            .and_then(|one| one.bulk_id.as_deref());
        let along = ScimError::conflict(format_args!(
            "bulkId:{}: that operation failed, and this one refers to it, directly or by way of others, \
             and was not carried out either",
            short(culprit.unwrap_or_default())
        ));
        let ended = |(place, sent): (usize, &&Operation)| {
            let location = sent.id.as_deref().map(|id| address(ask, sent.kind, id));
            let error = if place == at { error } else { &along };
            Ended::failure(sent, location, error)
        };
        self.operations.iter().enumerate().map(ended).collect()
    }
}

/// 409 for a group of which a member waits for it in turn: RFC 7644 §3.7.1 wants the circle tried, and
/// this answer when it cannot be closed.
fn circle(member: &str) -> ScimError {
    ScimError::conflict(format_args!(
        "bulkId:{}: the two operations refer to each other, and neither can be carried out before the \
         other; create one without the reference and add it afterwards",
        short(member)
    ))
}

/// A name as an error may hold it.
fn short(name: &str) -> String {
    name.chars().take(64).collect()
}

/// What came of an operation, and the id of the resource that it was about.
fn run(
    tx: &Tx<'_>,
    ask: &Ask,
    operation: &Operation,
    promised: Option<ResourceId>,
    tolerated: &mut Vec<Tolerated>,
) -> Result<(Outcome, ResourceId), Failure> {
    let Operation {
        method,
        kind,
        id,
        given,
        data,
        ..
    } = operation;
    let nothing = Projection::nothing();
    if let (Method::Post, Some(id)) = (method, promised) {
        let incoming = Incoming::read(ask, *kind, data.clone())?;
        tolerated.extend_from_slice(incoming.tolerated());
        let outcome = create_as(tx, ask, *kind, id, &incoming, &nothing)?;
        // Somebody who is known already keeps the id that they have.
        let id = outcome.shown().map_or(id, |shown| shown.stored().id);
        return Ok((outcome, id));
    }
    let id: ResourceId = id
        .as_deref()
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Ask::not_found(*kind))?;
    let outcome = match method {
        Method::Put => {
            let incoming = Incoming::read(ask, *kind, data.clone())?;
            tolerated.extend_from_slice(incoming.tolerated());
            replace(tx, ask, *kind, &id, &incoming, given, &nothing)?
        }
        Method::Patch => {
            let request = Patch::read(ask, *kind, data.clone())?;
            tolerated.extend_from_slice(request.tolerated());
            patch(tx, ask, *kind, &id, &request, given, &nothing)?
        }
        Method::Post | Method::Delete => delete(tx, ask, *kind, &id, given)?,
    };
    Ok((outcome, id))
}
