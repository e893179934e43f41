//! The way through the record that only tells what would be given back.

use super::decide::{Decider, Parted, Verdict};
use super::run::Undone;
use super::step::{Left, Reason, Step};
use crate::base::{SeatRules, Timestamp};
use crate::operate::admission::Admission;
use crate::operate::failure::Failure;
use crate::scim::{Kind, ResourceId};
use crate::store::{Connection, StoreError, View};

/// Changes that are read at a time.
const PART: u64 = 200;

/// What an undo would do now. Nothing is written.
pub fn forecast(
    view: &View<'_>,
    connection: &Connection,
    since: Timestamp,
) -> Result<Undone, Failure> {
    let since = view.since(since)?;
    let admission = Admission::of(view, connection)?;
    let mut seats = Seats::of(view, connection)?;
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
            let change = &recorded.change;
            let (verdict, parted) = decider.decide(view, &admission, change)?;
            match verdict {
                Some(Verdict::Do(step)) => {
                    let id = change.resource;
                    let waits = change.kind == Kind::User
                        && decider.means_active(&id)
                        && !seats.take(view, &id)?;
                    // Who comes back without a seat is back all the same.
                    if !waits || matches!(step, Step::Restore { .. }) {
                        undone.steps.push(step);
                    }
                    if waits {
                        decider.note_waiting(id);
                        undone.left.push(Left::new(recorded, Reason::NoSeat));
                    }
                }
                Some(Verdict::Leave(reason)) => undone.left.push(Left::new(recorded, reason)),
                None => {}
            }
            if parted != Parted::Weighed {
                continue;
            }
            for verdict in decider.memberships(view, change, &change.parted)? {
                match verdict {
                    Verdict::Do(step) => undone.steps.push(step),
                    Verdict::Leave(reason) => undone.left.push(Left::new(recorded, reason)),
                }
            }
        }
    }
}

/// The seats of the connection as they are given away one by one.
struct Seats {
    connection: i64,
    rules: SeatRules,
    free: u64,
}

impl Seats {
    fn of(view: &View<'_>, connection: &Connection) -> Result<Self, StoreError> {
        let rules = view.policy(connection)?.0.seats;
        Ok(Self {
            connection: connection.number,
            rules,
            free: rules.free(view.active_users(connection.number)?),
        })
    }

    /// Takes one for somebody who would be active again; `false` when there is none for them.
    fn take(&mut self, view: &View<'_>, id: &ResourceId) -> Result<bool, StoreError> {
        let stored = view.resource(self.connection, Kind::User, id)?;
        // Whoever waits already goes on waiting, unless seats are given away by themselves.
        let by_hand = !self.rules.automatic && stored.is_some_and(|stored| stored.waiting);
        if by_hand || self.free == 0 {
            return Ok(false);
        }
        self.free -= 1;
        Ok(true)
    }
}
