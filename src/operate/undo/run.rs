//! The way through the record that gives back what was taken away.

use std::collections::{HashSet, VecDeque};

use super::decide::{Decider, Parted, Verdict};
use super::step::{Left, Reason, Step};
use crate::base::Timestamp;
use crate::operate::failure::Failure;
use crate::operate::hand::Hand;
use crate::operate::operator::{Errand, Operator};
use crate::scim::{Kind, ResourceId};
use crate::store::{Change, Connection, Recorded, Since, StoreError, Tx, View};

/// Changes that are read at a time, and looked at in one transaction at most; between two of them the
/// requests of identity providers have their turn.
const PART: u64 = 200;
/// Members who are looked at in one transaction, however many left at once.
const MOST: usize = 500;

/// What was given back, and what was not.
#[derive(Debug, Default)]
pub struct Undone {
    /// What was done, in this order.
    pub steps: Vec<Step>,
    /// What stays as it is.
    pub left: Vec<Left>,
}

/// An undo on its way: it is carried out part by part. What was done stays if it is broken off, and a
/// second one goes on from there, because what is there already is left alone.
#[derive(Debug)]
pub struct Undo {
    connection: Connection,
    since: Timestamp,
    decider: Decider,
    errand: Option<Errand>,
    /// How far back to read, and the change that was read last; those before it are still to be read. At
    /// first that is what came after the last one, so that what is done here is not looked at itself.
    reached: Option<(Since, u64)>,
    /// What was read and is to be looked at, newest first.
    open: VecDeque<Recorded>,
    /// Whether everything was looked at but the members who left by the first of these, and from which of
    /// them on; what is done about them.
    members: Option<(Parted, usize)>,
    undone: Undone,
}

impl Undo {
    /// Prepares to give back what was taken away since then.
    pub fn new(connection: Connection, since: Timestamp) -> Self {
        Self {
            decider: Decider::new(connection.number),
            connection,
            since,
            errand: None,
            reached: None,
            open: VecDeque::new(),
            members: None,
            undone: Undone::default(),
        }
    }

    /// Reads on, if that is needed; `false` when everything was looked at.
    pub fn read_on(&mut self, view: &View<'_>) -> Result<bool, StoreError> {
        if self.open.is_empty() {
            let (since, reached) = match self.reached {
                Some(reached) => reached,
                None => (
                    view.since(self.since)?,
                    view.last_change()?.saturating_add(1),
                ),
            };
            let number = self.connection.number;
            self.open = view.changes_back(number, reached, since, PART)?.into();
            let reached = self.open.back().map_or(reached, |last| last.sequence);
            self.reached = Some((since, reached));
        }
        Ok(!self.open.is_empty())
    }

    /// What was done.
    pub fn finish(self) -> Undone {
        self.undone
    }

    /// Carries out the next part of what was read.
    pub fn advance(mut self, tx: &Tx<'_>, operator: &Operator) -> Result<Self, Failure> {
        let errand = self.errand(tx, operator)?;
        let hand = Hand::new(tx, &self.connection, &errand)?;
        let mut room = MOST;
        while room > 0
            && let Some(recorded) = self.open.pop_front()
        {
            let (parted, from) = match self.members.take() {
                Some(where_it_was) => where_it_was,
                None => (self.loss(tx, &hand, &recorded)?, 0),
            };
            let some = recorded.change.parted.iter().skip(from).take(room);
            let some: Vec<ResourceId> = some.copied().collect();
            self.parted(tx, &hand, &recorded, parted, &some, from > 0)?;
            room = room.saturating_sub(some.len().max(1));
            let reached = from + some.len();
            if parted != Parted::Stay && reached < recorded.change.parted.len() {
                self.members = Some((parted, reached));
                self.open.push_front(recorded);
            }
        }
        Ok(self)
    }

    /// Gives back what a change took away, the memberships apart; what is to be done about these.
    fn loss(
        &mut self,
        tx: &Tx<'_>,
        hand: &Hand<'_>,
        recorded: &Recorded,
    ) -> Result<Parted, Failure> {
        let change = &recorded.change;
        let (verdict, parted) = self.decider.decide(tx, hand.admission(), change)?;
        match verdict {
            Some(Verdict::Do(step)) => {
                let done = give_back(tx, hand, &self.connection, change, &step)?;
                if done != Done::Seatless || matches!(step, Step::Restore { .. }) {
                    self.undone.steps.push(step);
                }
                if done == Done::Seatless {
                    self.decider.note_waiting(change.resource);
                    self.undone.left.push(Left::new(recorded, Reason::NoSeat));
                }
            }
            Some(Verdict::Leave(reason)) => self.undone.left.push(Left::new(recorded, reason)),
            None => {}
        }
        Ok(parted)
    }

    /// Gives back some of the memberships that a change ended.
    fn parted(
        &mut self,
        tx: &Tx<'_>,
        hand: &Hand<'_>,
        recorded: &Recorded,
        parted: Parted,
        some: &[ResourceId],
        goes_on: bool,
    ) -> Result<(), Failure> {
        let change = &recorded.change;
        let group = || tx.resource(change.connection, Kind::Group, &change.resource);
        match parted {
            Parted::Stay => {}
            Parted::Return => {
                if let Some(group) = group()?.filter(|_| !some.is_empty()) {
                    hand.take_in(&group, some)?;
                }
            }
            Parted::Weighed => {
                for verdict in self.decider.memberships(tx, change, some)? {
                    match verdict {
                        Verdict::Do(step) => {
                            if let (Step::Join { members, .. }, Some(group)) = (&step, group()?) {
                                hand.join(&group, members)?;
                            }
                            self.undone.add(step, goes_on);
                        }
                        Verdict::Leave(reason) => {
                            self.undone.left.push(Left::new(recorded, reason));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The line in the audit is written once.
    fn errand(&mut self, tx: &Tx<'_>, operator: &Operator) -> Result<Errand, StoreError> {
        if let Some(errand) = &self.errand {
            return Ok(errand.clone());
        }
        let subject = format!("{}: since {}", self.connection.name, self.since);
        let errand = operator.set_out(tx, "connection undo", &subject, "undo")?;
        Ok(self.errand.insert(errand).clone())
    }
}

impl Undone {
    /// Adds a step, which may go on with the one before.
    fn add(&mut self, step: Step, goes_on: bool) {
        if goes_on
            && let Step::Join { group, members, .. } = &step
            && let Some(Step::Join {
                group: before,
                members: known,
                ..
            }) = self.steps.last_mut()
            && group == before
        {
            known.extend(members);
            return;
        }
        self.steps.push(step);
    }
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// It is done.
    Fully,
    /// There was no seat: whom it was about is inactive and waits.
    Seatless,
}

/// Does what was decided. Members of a group are given back to it later, some at a time.
fn give_back(
    tx: &Tx<'_>,
    hand: &Hand<'_>,
    connection: &Connection,
    change: &Change,
    step: &Step,
) -> Result<Done, Failure> {
    let waits = match step {
        Step::Restore { id, .. } => match tx.tombstone(connection.number, id)? {
            Some(mut tombstone) => {
                // Those who came back before their group are not among those who left with it.
                let parted: HashSet<&ResourceId> = change.parted.iter().collect();
                tombstone.members.retain(|member| !parted.contains(member));
                hand.restore(&tombstone)?.waiting
            }
            None => false,
        },
        Step::Activate { id, .. } => match tx.resource(connection.number, Kind::User, id)? {
            Some(stored) => {
                let active = stored.attributes()?.with_active(true);
                let now = hand.change(&stored, active)?;
                match now {
                    Some(now) => !now.attributes()?.is_active(),
                    None => true,
                }
            }
            None => false,
        },
        Step::Join { .. } => false,
    };
    Ok(if waits { Done::Seatless } else { Done::Fully })
}
