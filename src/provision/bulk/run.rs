//! Many operations in one request (RFC 7644 §3.7): each all or nothing, all of them in few commits.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::ended::{Ended, address};
use super::unit::Unit;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::tolerated::Tolerated;
use crate::scim::bulk::{BulkRequest, Malformed, Method, Operation};
use crate::scim::{ResourceId, ScimError, Urn};
use crate::store::Tx;

/// How many operations share one job of the writer. Between two such parts the requests of others
/// have their turn.
const PART: usize = 100;
/// How long such a job may take, but for the operation that is under way then.
const LONGEST: Duration = Duration::from_millis(100);
/// Seconds after which what was broken off is worth another try.
const AGAIN: u32 = 2;

/// A bulk request on its way: it is carried out part by part, and remembers what came of each
/// operation.
#[derive(Debug, Clone)]
pub struct BulkRun {
    operations: Arc<[Result<Operation, Malformed>]>,
    /// What is still to be done, the next unit last.
    left: Vec<Vec<usize>>,
    fail_on_errors: Option<usize>,
    failures: usize,
    /// The identifiers that POST operations will give to what they create. They are known before
    /// anything is created, so that operations may refer to each other in a circle.
    promised: HashMap<String, ResourceId>,
    /// References that lead nowhere because their operation failed.
    failed: HashSet<String>,
    answers: Vec<Option<Value>>,
    tolerated: Vec<Tolerated>,
}

impl BulkRun {
    /// Prepares a request. Which operation comes when is decided here; nothing is written.
    pub fn new(ask: &Ask, request: BulkRequest) -> Result<Self, Failure> {
        let mut left = request.units(ask.schemas());
        left.reverse();
        let mut promised = HashMap::new();
        for operation in request.operations.iter().flatten() {
            if let (Method::Post, Some(name)) = (operation.method, &operation.bulk_id) {
                promised.insert(name.clone(), ask.fresh_id()?);
            }
        }
        Ok(Self {
            answers: vec![None; request.operations.len()],
            operations: request.operations.into(),
            left,
            fail_on_errors: request.fail_on_errors,
            failures: 0,
            promised,
            failed: HashSet::new(),
            tolerated: Vec::new(),
        })
    }

    /// Whether there is nothing left to do: everything was done, or too much of it failed.
    pub fn is_done(&self) -> bool {
        self.left.is_empty()
            || self
                .fail_on_errors
                .is_some_and(|limit| self.failures >= limit)
    }

    /// How it stands after the next part, which is carried out. Each operation is undone by itself when
    /// it fails, or with those that refer to each other in a circle with it; only a fault of ours ends
    /// the whole part.
    pub fn advance(&self, tx: &Tx<'_>, ask: &Ask) -> Result<Self, Failure> {
        let mut run = self.clone();
        // Bodies are read here, so it can be by the rules in force.
        let renewed = ask.renewed(tx)?;
        let ask = renewed.as_ref().unwrap_or(ask);
        let (mut room, begun) = (PART, Instant::now());
        while room > 0 && begun.elapsed() < LONGEST && !run.is_done() {
            let Some(unit) = run.left.pop() else { break };
            room = room.saturating_sub(unit.len());
            run.carry_out(tx, ask, &unit)?;
        }
        Ok(run)
    }

    /// Whether anything of it was carried out, or refused.
    pub fn is_begun(&self) -> bool {
        self.answers.iter().any(Option::is_some)
    }

    /// How it stands when no more can be carried out: what was done stays, and each of the rest is answered
    /// that it is worth another try.
    pub fn break_off(&mut self, ask: &Ask) {
        let error = ScimError::try_again(
            "the server could not carry this out; the operations with other answers are done, send this one \
             again",
            AGAIN,
        );
        for place in std::mem::take(&mut self.left).into_iter().flatten() {
            let ended = match self.operations.get(place) {
                Some(Ok(operation)) => {
                    let id = operation.id.as_deref();
                    let location = id.map(|id| address(ask, operation.kind, id));
                    Ended::failure(operation, location, &error)
                }
                Some(Err(malformed)) => Ended::malformed(ask, malformed),
                None => continue,
            };
            self.note(place, None, ended);
        }
    }

    /// The response: what was done, in the order in which it was asked for. What was not tried is not
    /// mentioned.
    pub fn response(self) -> Value {
        let operations: Vec<Value> = self.answers.into_iter().flatten().collect();
        json!({"schemas": [Urn::BULK_RESPONSE], "Operations": operations})
    }

    /// What was bent or left out in any of the operations.
    pub fn tolerated(&self) -> &[Tolerated] {
        &self.tolerated
    }

    fn carry_out(&mut self, tx: &Tx<'_>, ask: &Ask, places: &[usize]) -> Result<(), Failure> {
        let operations = Arc::clone(&self.operations);
        let mut unit = Vec::with_capacity(places.len());
        for place in places {
            match operations.get(*place) {
                Some(Ok(operation)) => unit.push(operation),
                Some(Err(malformed)) => {
                    let ended = Ended::malformed(ask, malformed);
                    self.note(*place, malformed.bulk_id.as_ref(), ended);
                }
                None => {}
            }
        }
        let together = Unit {
            operations: &unit,
            promised: &self.promised,
            failed: &self.failed,
        };
        let ended = together.carry_out(tx, ask, &mut self.tolerated)?;
        for ((place, sent), ended) in places.iter().zip(unit).zip(ended) {
            self.note(*place, sent.bulk_id.as_ref(), ended);
        }
        Ok(())
    }

    /// Takes down what came of the operation at `place`.
    fn note(&mut self, place: usize, name: Option<&String>, ended: Ended) {
        if ended.id.is_none() {
            self.failures += 1;
            self.failed.extend(name.cloned());
        }
        let promised = name.and_then(|name| self.promised.get_mut(name));
        if let (Some(promised), Some(id)) = (promised, ended.id) {
            *promised = id;
        }
        if let Some(slot) = self.answers.get_mut(place) {
            *slot = Some(Value::Object(ended.answer));
        }
    }
}
