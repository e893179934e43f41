//! The two ways through the record: one that gives back, one that only tells what would be given back.

use super::decide::{Decider, Verdict};
use super::step::{Left, Reason, Step};
use crate::base::Timestamp;
use crate::operate::admission::Admission;
use crate::operate::failure::Failure;
use crate::operate::hand::Hand;
use crate::operate::operator::{Errand, Operator};
use crate::scim::Kind;
use crate::store::{Connection, StoreError, Tx, View};

/// Changes that are looked at in one transaction; between two of them the requests of identity providers
/// have their turn.
const PART: u64 = 200;
/// Things that are given back in one transaction, unless one change alone took more.
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
    /// The change that was looked at last; those before it are still to be looked at.
    reached: u64,
    is_done: bool,
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
            reached: u64::MAX,
            is_done: false,
            undone: Undone::default(),
        }
    }

    /// Whether everything was looked at.
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    /// What was done.
    pub fn finish(self) -> Undone {
        self.undone
    }

    /// Carries out the next part.
    pub fn advance(mut self, tx: &Tx<'_>, operator: &Operator) -> Result<Self, Failure> {
        let errand = self.errand(tx, operator)?;
        let hand = Hand::new(tx, &self.connection, &errand)?;
        let (connection, since) = (self.connection.number, self.since);
        let changes = tx.changes_back(connection, self.reached, since, PART)?;
        self.is_done = changes.is_empty();
        let mut work = 0;
        for recorded in &changes {
            self.reached = recorded.sequence;
            for verdict in self.decider.decide(tx, hand.admission(), recorded)? {
                match verdict {
                    Verdict::Do(step) => {
                        work += weight(&step);
                        match carry_out(tx, &hand, connection, &step)? {
                            None => self.undone.steps.push(step),
                            Some(why) => self.undone.left.push(Left::new(recorded, why)),
                        }
                    }
                    Verdict::Leave(reason) => self.undone.left.push(Left::new(recorded, reason)),
                }
            }
            if work >= MOST {
                break;
            }
        }
        Ok(self)
    }

    /// The line in the audit is written once, and everything that is looked at is older than it.
    fn errand(&mut self, tx: &Tx<'_>, operator: &Operator) -> Result<Errand, StoreError> {
        if let Some(errand) = &self.errand {
            return Ok(errand.clone());
        }
        self.reached = tx.last_change()?.saturating_add(1);
        let subject = format!("{}: since {}", self.connection.name, self.since);
        let errand = operator.set_out(tx, "connection undo", &subject, "undo")?;
        Ok(self.errand.insert(errand).clone())
    }
}

/// What an undo would do now. Nothing is written.
pub fn forecast(
    view: &View<'_>,
    connection: &Connection,
    since: Timestamp,
) -> Result<Undone, Failure> {
    let admission = Admission::of(view, connection)?;
    let mut decider = Decider::new(connection.number);
    let mut undone = Undone::default();
    let mut reached = u64::MAX;
    loop {
        let changes = view.changes_back(connection.number, reached, since, PART)?;
        let Some(last) = changes.last() else {
            return Ok(undone);
        };
        reached = last.sequence;
        for recorded in &changes {
            for verdict in decider.decide(view, &admission, recorded)? {
                match verdict {
                    Verdict::Do(step) => undone.steps.push(step),
                    Verdict::Leave(reason) => undone.left.push(Left::new(recorded, reason)),
                }
            }
        }
    }
}

/// Does what was decided, or says why it could not be done. Who has gone since an earlier transaction is
/// left alone.
fn carry_out(
    tx: &Tx<'_>,
    hand: &Hand<'_>,
    connection: i64,
    step: &Step,
) -> Result<Option<Reason>, Failure> {
    match step {
        Step::Restore { id, .. } => {
            if let Some(tombstone) = tx.tombstone(connection, id)? {
                hand.restore(&tombstone)?;
            }
        }
        Step::Activate { id, .. } => {
            if let Some(stored) = tx.resource(connection, Kind::User, id)? {
                let attributes = stored.attributes()?;
                let now = hand.change(&stored, attributes.with_active(true))?;
                let is_active = match now {
                    Some(now) => now.attributes()?.is_active(),
                    None => false,
                };
                if !is_active {
                    return Ok(Some(Reason::NoSeat));
                }
            }
        }
        Step::Join { group, members, .. } => {
            if let Some(stored) = tx.resource(connection, Kind::Group, group)? {
                hand.join(&stored, members)?;
            }
        }
    }
    Ok(None)
}

fn weight(step: &Step) -> usize {
    match step {
        Step::Restore { .. } | Step::Activate { .. } => 1,
        Step::Join { members, .. } => members.len(),
    }
}
