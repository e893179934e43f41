//! What is to be done about one change of the record.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::outlook::Outlook;
use super::step::{Reason, Step};
use crate::operate::admission::Admission;
use crate::operate::failure::Failure;
use crate::operate::objection::Objection;
use crate::operate::refusal::Refusal;
use crate::scim::{Kind, ResourceId};
use crate::store::{Change, StoreError, Stored, View};

/// The cause of changes to derived groups: what follows from people comes back with them.
const FOLLOWS: &str = "derive";

/// Goes through the record from the newest change on and decides of each loss what becomes of it.
#[derive(Debug)]
pub(super) struct Decider {
    connection: i64,
    /// What the operator took away, later than everything that is still to come.
    by_operator: HashSet<Loss>,
    /// What could not be given back: said once, and not again for an older change.
    left: HashSet<Loss>,
    outlook: Outlook,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Loss {
    Gone(ResourceId),
    Inactive(ResourceId),
    Membership(ResourceId, ResourceId),
}

/// What is to be done about one loss.
#[derive(Debug)]
pub(super) enum Verdict {
    Do(Step),
    Leave(Reason),
}

/// What is to be done about the members whom a change took out of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parted {
    /// Nothing.
    Stay,
    /// They come back with their group.
    Return,
    /// That is to be found out.
    Weighed,
}

impl Decider {
    pub(super) fn new(connection: i64) -> Self {
        Self {
            connection,
            by_operator: HashSet::new(),
            left: HashSet::new(),
            outlook: Outlook::default(),
        }
    }

    /// What is to be done about the loss that a change was, the memberships apart, and what about these.
    pub(super) fn decide(
        &mut self,
        view: &View<'_>,
        admission: &Admission,
        change: &Change,
    ) -> Result<(Option<Verdict>, Parted), Failure> {
        if change.cause == FOLLOWS {
            return Ok((None, Parted::Stay));
        }
        if change.token.is_none() {
            self.note_operator(change)?;
            return Ok((None, Parted::Stay));
        }
        if change.before.is_some() && change.after.is_none() {
            return self.deletion(view, admission, change);
        }
        let verdict = if change.kind == Kind::User && was_deactivated(change)? {
            self.deactivation(view, change)?
        } else {
            None
        };
        Ok((verdict, Parted::Weighed))
    }

    /// Takes note that somebody waits for a seat, which is said once.
    pub(super) fn note_waiting(&mut self, id: ResourceId) {
        self.left.insert(Loss::Inactive(id));
        self.outlook.deactivate(id);
    }

    /// Whether somebody whom a step is about is meant to be active then.
    pub(super) fn means_active(&self, id: &ResourceId) -> bool {
        self.outlook.is_active(id) == Some(true)
    }

    fn note_operator(&mut self, change: &Change) -> Result<(), StoreError> {
        if was_deactivated(change)? {
            self.by_operator.insert(Loss::Inactive(change.resource));
        }
        let parted = change.parted.iter();
        self.by_operator
            .extend(parted.map(|member| Loss::Membership(change.resource, *member)));
        Ok(())
    }

    fn deletion(
        &mut self,
        view: &View<'_>,
        admission: &Admission,
        change: &Change,
    ) -> Result<(Option<Verdict>, Parted), Failure> {
        let (kind, id) = (change.kind, change.resource);
        let loss = Loss::Gone(id);
        if self.is_there(view, kind, &id)? {
            // A group may have come back without all of its members: an undo was interrupted.
            return Ok((None, Parted::Weighed));
        }
        if self.left.contains(&loss) {
            return Ok((None, Parted::Stay));
        }
        let leave = |reason| (Some(Verdict::Leave(reason)), Parted::Stay);
        let Some(tombstone) = view.tombstone(self.connection, &id)? else {
            self.left.insert(loss);
            return Ok(leave(Reason::Purged));
        };
        let attributes = match admission.readmit(view, &tombstone) {
            Ok(attributes) => attributes,
            Err(Failure::Refused(refusal)) => {
                self.left.insert(loss);
                return Ok(leave(reason(refusal)));
            }
            Err(broken) => return Err(broken),
        };
        let values = admission.unique_values(kind, &attributes);
        if let Some(place) = self.outlook.taken(&values) {
            self.left.insert(loss);
            let reason = Reason::TakenOnTheWay(place.to_owned());
            return Ok(leave(reason));
        }
        let name = match kind {
            Kind::User => "userName",
            Kind::Group => "displayName",
        };
        let name = attributes.text(name).unwrap_or_default().to_owned();
        self.outlook
            .restore(&tombstone, &name, attributes.is_active(), &values);
        let step = Step::Restore { kind, id, name };
        Ok((Some(Verdict::Do(step)), Parted::Return))
    }

    fn deactivation(
        &mut self,
        view: &View<'_>,
        change: &Change,
    ) -> Result<Option<Verdict>, StoreError> {
        let id = change.resource;
        let loss = Loss::Inactive(id);
        let stored = view.resource(self.connection, Kind::User, &id)?;
        let Some(is_active) = self.is_active(stored.as_ref(), &id)? else {
            // They are gone, and why they stay so was said when that was looked at.
            return Ok(None);
        };
        if is_active || self.left.contains(&loss) {
            return Ok(None);
        }
        if self.by_operator.contains(&loss) {
            self.left.insert(loss);
            return Ok(Some(Verdict::Leave(Reason::Operator)));
        }
        self.outlook.activate(id);
        let name = self.name(stored.as_ref(), "userName", &id)?;
        Ok(Some(Verdict::Do(Step::Activate { id, name })))
    }

    /// What is to be done about these of the memberships that a change ended.
    pub(super) fn memberships(
        &mut self,
        view: &View<'_>,
        change: &Change,
        parted: &[ResourceId],
    ) -> Result<Vec<Verdict>, StoreError> {
        if parted.is_empty() {
            return Ok(Vec::new());
        }
        let group = change.resource;
        let stored = view.resource(self.connection, Kind::Group, &group)?;
        if stored.is_none() && !self.outlook.is_back(&group) {
            let is_new = self.left.insert(Loss::Gone(group));
            return Ok(is_new
                .then_some(Verdict::Leave(Reason::NoGroup))
                .into_iter()
                .collect());
        }
        let texts: Vec<String> = parted.iter().map(ToString::to_string).collect();
        let found = view.numbers_of(self.connection, &texts)?;
        let mut members = Vec::new();
        let mut verdicts = Vec::new();
        for (member, found) in parted.iter().zip(found) {
            let loss = Loss::Membership(group, *member);
            if self.outlook.is_member(group, *member) || self.left.contains(&loss) {
                continue;
            }
            match (found, &stored) {
                (None, _) if !self.outlook.is_back(member) => continue,
                (Some((number, kind)), Some(stored)) => {
                    if view.is_member(stored.number, number)? {
                        continue;
                    }
                    if kind == Kind::Group && view.holds(stored.number, number)? {
                        self.left.insert(loss);
                        verdicts.push(Verdict::Leave(Reason::Circle));
                        continue;
                    }
                }
                _ => {}
            }
            if self.by_operator.contains(&loss) {
                self.left.insert(loss);
                verdicts.push(Verdict::Leave(Reason::Operator));
                continue;
            }
            members.push(*member);
        }
        if !members.is_empty() {
            self.outlook.join(group, &members);
            let name = self.name(stored.as_ref(), "displayName", &group)?;
            verdicts.push(Verdict::Do(Step::Join {
                group,
                name,
                members,
            }));
        }
        Ok(verdicts)
    }

    fn name(
        &self,
        stored: Option<&Stored>,
        attribute: &str,
        id: &ResourceId,
    ) -> Result<String, StoreError> {
        let name = match stored {
            Some(stored) => stored.attributes()?.text(attribute).map(str::to_owned),
            None => self.outlook.name(id).map(str::to_owned),
        };
        Ok(name.unwrap_or_default())
    }

    fn is_there(&self, view: &View<'_>, kind: Kind, id: &ResourceId) -> Result<bool, StoreError> {
        Ok(self.outlook.is_back(id) || view.resource(self.connection, kind, id)?.is_some())
    }

    /// Whether somebody is active, now or in what is foreseen; `None`: they are not there.
    fn is_active(
        &self,
        stored: Option<&Stored>,
        id: &ResourceId,
    ) -> Result<Option<bool>, StoreError> {
        match (self.outlook.is_active(id), stored) {
            (Some(foreseen), _) => Ok(Some(foreseen)),
            (None, Some(stored)) => Ok(Some(stored.attributes()?.is_active())),
            (None, None) => Ok(None),
        }
    }
}

/// Why a refusal leaves a loss as it is.
fn reason(refusal: Refusal) -> Reason {
    match refusal {
        Refusal::Person(Objection::Taken { taken, .. }) => Reason::Taken(taken),
        other => Reason::Unsuitable(other.to_string()),
    }
}

/// Whether a change made somebody inactive who was not.
fn was_deactivated(change: &Change) -> Result<bool, StoreError> {
    let [Some(before), Some(after)] = change.sides()? else {
        return Ok(false);
    };
    let says_inactive = |side: &Map<String, Value>| side.get("active") == Some(&Value::Bool(false));
    Ok(says_inactive(&after) && !says_inactive(&before))
}
