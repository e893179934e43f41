//! Seats: how many are taken, and who gets those that are free.

use super::failure::Failure;
use super::hand::Hand;
use super::operator::Operator;
use crate::base::SeatRules;
use crate::store::{Connection, StoreError, Tx, View};

/// How many people are activated in one transaction, so that a server beside has its turn.
const AT_A_TIME: u64 = 500;

/// The seats of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// How many there are, and who gives them away.
    pub rules: SeatRules,
    /// How many people are active.
    pub taken: u64,
    /// How many are inactive until there is a seat for them.
    pub waiting: u64,
}

impl Seats {
    /// Those of a connection with these rules.
    pub fn of(view: &View<'_>, connection: i64, rules: SeatRules) -> Result<Self, StoreError> {
        Ok(Self {
            rules,
            taken: view.active_users(connection)?,
            waiting: view.waiting_users(connection)?,
        })
    }

    /// Whether more people are active than there are seats.
    pub fn is_exceeded(&self) -> bool {
        self.rules.limit.is_some_and(|limit| limit < self.taken)
    }

    /// How many of those who wait could be active.
    pub fn fitting(&self) -> u64 {
        self.rules.free(self.taken).min(self.waiting)
    }
}

/// Activates those who have waited longest, as many as there are seats for, some at a time: how many,
/// and how the seats are then. Whoever calls this goes on until nobody fits any more.
pub fn activate_waiting(
    tx: &Tx<'_>,
    connection: &Connection,
    rules: SeatRules,
    operator: &Operator,
) -> Result<(u64, Seats), Failure> {
    let seats = Seats::of(tx, connection.number, rules)?;
    let count = seats.fitting().min(AT_A_TIME);
    if count > 0 {
        let subject = format!("{}: {count} who waited", connection.name);
        let errand = operator.set_out(tx, "user activate", &subject, "activate")?;
        Hand::new(tx, connection, &errand)?.fill_seats(count)?;
    }
    Ok((count, Seats::of(tx, connection.number, rules)?))
}

/// Gives the seats of a connection whose settings have changed to those who wait, if that needs nobody:
/// how many people were activated.
pub(super) fn pass_on(
    tx: &Tx<'_>,
    connection: &Connection,
    rules: SeatRules,
    operator: &Operator,
) -> Result<u64, Failure> {
    let count = Seats::of(tx, connection.number, rules)?.fitting();
    if count > 0 && rules.automatic {
        let subject = format!("{}: {count} who waited", connection.name);
        let errand = operator.set_out(tx, "user activate", &subject, "seat")?;
        Hand::new(tx, connection, &errand)?.fill_seats(count)?;
        return Ok(count);
    }
    Ok(0)
}
