//! Many operations in one request (RFC 7644 §3.7): each all or nothing, all of them in few commits.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::create;
use super::delete;
use super::patch;
use super::replace;
use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::incoming::Incoming;
use crate::provision::outcome::Outcome;
use crate::provision::patch::Patch;
use crate::provision::tolerated::Tolerated;
use crate::scim::bulk::{BulkRequest, Malformed, Method, Operation};
use crate::scim::project::Projection;
use crate::scim::{Kind, ResourceId, ScimError, Urn};
use crate::store::Tx;

/// How many operations share one job of the writer. Between two such parts the requests of others
/// have their turn.
const PART: usize = 100;

/// A bulk request on its way: it is carried out part by part, and remembers what came of each
/// operation.
#[derive(Debug, Clone)]
pub struct BulkRun {
    operations: Arc<[Result<Operation, Malformed>]>,
    /// What is still to be done, the next one last.
    left: Vec<usize>,
    fail_on_errors: Option<usize>,
    failures: usize,
    /// The identifiers that POST operations will give to what they create. They are known before
    /// anything is created, so that operations may refer to each other in a circle.
    promised: HashMap<String, ResourceId>,
    /// The names of operations that were carried out.
    done: HashSet<String>,
    /// References that lead nowhere because their operation failed.
    failed: HashSet<String>,
    answers: Vec<Option<Value>>,
    tolerated: Vec<Tolerated>,
}

impl BulkRun {
    /// Prepares a request. Which operation comes when is decided here; nothing is written.
    pub fn new(ask: &Ask, request: BulkRequest) -> Result<Self, Failure> {
        let mut left = request.order();
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
            done: HashSet::new(),
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

    /// How it stands after the next part, which is carried out. Each operation is undone by itself when it
    /// fails; only a fault of ours ends the whole part.
    pub fn advance(&self, tx: &Tx<'_>, ask: &Ask) -> Result<Self, Failure> {
        let mut run = self.clone();
        // Bodies are read here, so it can be by the rules in force.
        let renewed = ask.renewed(tx)?;
        let ask = renewed.as_ref().unwrap_or(ask);
        for _ in 0..PART {
            if run.is_done() {
                break;
            }
            let Some(index) = run.left.pop() else { break };
            let Some(operation) = self.operations.get(index) else {
                break;
            };
            let (answer, name) = match operation {
                Ok(operation) => (run.carry_out(tx, ask, operation)?, &operation.bulk_id),
                Err(Malformed {
                    method,
                    bulk_id,
                    target,
                    error,
                }) => {
                    let place = target.as_ref().map(|(kind, id)| address(ask, *kind, id));
                    (failure(*method, bulk_id.as_deref(), place, error), bulk_id)
                }
            };
            if answer.contains_key("response") {
                run.failures += 1;
                run.failed.extend(name.clone());
            } else {
                run.done.extend(name.clone());
            }
            if let Some(place) = run.answers.get_mut(index) {
                *place = Some(Value::Object(answer));
            }
        }
        Ok(run)
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

    fn carry_out(
        &mut self,
        tx: &Tx<'_>,
        ask: &Ask,
        sent: &Operation,
    ) -> Result<Map<String, Value>, Failure> {
        let name = sent.bulk_id.as_deref();
        let known = |name: &str| {
            let promised = self
                .promised
                .get(name)
                .filter(|_| !self.failed.contains(name));
            promised.map(ToString::to_string)
        };
        let resolved = sent.clone().resolved(&known).map_err(|unknown| {
            let unknown: String = unknown.chars().take(64).collect();
            ScimError::conflict(format_args!(
                "bulkId:{unknown}: no operation of this request has this bulkId, or it failed"
            ))
        });
        let done = match resolved {
            Ok(operation) => {
                let promised = name.and_then(|name| self.promised.get(name)).copied();
                let tolerated = &mut self.tolerated;
                tx.attempt(|tx| run(tx, ask, &operation, promised, tolerated))
            }
            Err(error) => Err(error.into()),
        };
        match done {
            Ok((Outcome::Forbidden(error), id)) => {
                let place = address(ask, sent.kind, &id.to_string());
                Ok(failure(Some(sent.method), name, Some(place), &error))
            }
            Ok((outcome, id)) => {
                if let Some(promised) = name.and_then(|name| self.promised.get_mut(name)) {
                    *promised = id;
                }
                let place = address(ask, sent.kind, &id.to_string());
                Ok(success(sent, &outcome, &place))
            }
            Err(Failure::Refused(error)) => {
                let error = self.in_a_circle(sent).unwrap_or(error);
                let place = sent.id.as_deref().map(|id| address(ask, sent.kind, id));
                Ok(failure(Some(sent.method), name, place, &error))
            }
            Err(broken) => Err(broken),
        }
    }

    /// 409 for an operation that failed while it referred to one that waits for it in turn: RFC 7644
    /// §3.7.1 wants the circle tried, and this answer when it cannot be closed.
    fn in_a_circle(&self, sent: &Operation) -> Option<ScimError> {
        let open = sent.references().into_iter().find(|name| {
            self.promised.contains_key(name)
                && !self.done.contains(name)
                && !self.failed.contains(name)
        })?;
        let open: String = open.chars().take(64).collect();
        Some(ScimError::conflict(format_args!(
            "bulkId:{open}: the two operations refer to each other, and neither can be carried out \
             before the other; create one without the reference and add it afterwards"
        )))
    }
}

/// Where the resource of an operation is, or would be: its id as it was sent, but in a form that can
/// stand in an address. Too long for an id of anybody's, it is left out.
fn address(ask: &Ask, kind: Kind, id: &str) -> String {
    const LONGEST: usize = 128;
    let endpoint = format!("{}/{}", ask.base, kind.endpoint());
    if id.len() > LONGEST {
        return endpoint;
    }
    let mut address = endpoint + "/";
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
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
        let outcome = create::create_as(tx, ask, *kind, id, &incoming, &nothing)?;
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

fn success(sent: &Operation, outcome: &Outcome, location: &str) -> Map<String, Value> {
    let mut answer = start(Some(sent.method), sent.bulk_id.as_deref());
    answer.insert("location".into(), json!(location));
    if let Some(shown) = outcome.shown() {
        answer.insert("version".into(), json!(shown.etag().to_string()));
    }
    let status = match (outcome, sent.kind, sent.method) {
        (Outcome::Created(_), ..) => "201",
        (Outcome::Gone, ..) | (_, Kind::Group, Method::Patch) => "204",
        (Outcome::Changed(_) | Outcome::Unchanged(_) | Outcome::Forbidden(_), ..) => "200",
    };
    answer.insert("status".into(), json!(status));
    answer
}

fn failure(
    method: Option<Method>,
    name: Option<&str>,
    location: Option<String>,
    error: &ScimError,
) -> Map<String, Value> {
    let mut answer = start(method, name);
    // RFC 7644 §3.7.3: only a POST that failed has no location.
    if let Some(location) = location.filter(|_| method != Some(Method::Post)) {
        answer.insert("location".into(), json!(location));
    }
    answer.insert("status".into(), json!(error.status().to_string()));
    answer.insert("response".into(), error.body());
    answer
}

fn start(method: Option<Method>, name: Option<&str>) -> Map<String, Value> {
    let mut answer = Map::new();
    if let Some(method) = method {
        answer.insert("method".into(), json!(method.as_str()));
    }
    if let Some(name) = name {
        answer.insert("bulkId".into(), json!(name));
    }
    answer
}
