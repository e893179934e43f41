//! Seats: who may be active, and the queue of those who are inactive until a seat is free. Here, under
//! every path that makes somebody active, so that none can pass by the limit.

use rusqlite::params;

use super::error::StoreError;
use super::numbers::unsigned;
use super::record::{Deed, Delta};
use super::resources::{COLUMNS, Stored, stored};
use super::view::{Tx, View};
use crate::base::SeatRules;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind};

/// Somebody's attributes after the question whether there is a seat for them.
#[derive(Debug, Clone, PartialEq)]
pub struct Seated {
    /// As they are to be stored: inactive where there is none.
    pub attributes: Attributes,
    /// Whether they wait for one from now on.
    pub waits: bool,
}

impl View<'_> {
    /// How many people wait for a seat.
    pub fn waiting_users(&self, connection: i64) -> Result<u64, StoreError> {
        let waiting = self
            .sql()
            .prepare_cached(
                "SELECT count(*)
                 FROM resource
                 WHERE connection = ? AND waiting IS NOT NULL",
            )?
            .query_row([connection], |row| row.get(0))?;
        unsigned(waiting)
    }

    /// What becomes of somebody who is to have the attributes `after`. Whoever is active stays so;
    /// for others there must be a seat, and with activation by hand whoever waits goes on waiting
    /// until the operator activates them.
    pub fn seat(
        &self,
        connection: i64,
        kind: Kind,
        rules: &SeatRules,
        before: Option<&Stored>,
        after: Attributes,
    ) -> Result<Seated, StoreError> {
        let granted = |attributes| Seated {
            attributes,
            waits: false,
        };
        let by_hand = !rules.automatic && before.is_some_and(|before| before.waiting);
        if kind == Kind::Group || !after.is_active() || (rules.limit.is_none() && !by_hand) {
            return Ok(granted(after));
        }
        if !by_hand {
            let has_one = match before {
                Some(before) => before.attributes()?.is_active(),
                None => false,
            };
            if has_one || rules.free(self.active_users(connection)?) > 0 {
                return Ok(granted(after));
            }
        }
        Ok(Seated {
            attributes: after.with_active(false),
            waits: true,
        })
    }

    pub(super) fn longest_waiting(&self, connection: i64) -> Result<Option<Stored>, StoreError> {
        let mut statement = self.sql().prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM resource
             WHERE connection = ? AND waiting IS NOT NULL
             ORDER BY waiting
             LIMIT 1"
        ))?;
        let mut rows = statement.query([connection])?;
        rows.next()?.map(stored).transpose()
    }
}

impl Tx<'_> {
    /// Puts somebody at the end of the queue, or takes them out of it. Whoever is in it keeps their
    /// turn.
    pub fn set_waiting(&self, stored: Stored, waiting: bool) -> Result<Stored, StoreError> {
        if stored.waiting == waiting {
            return Ok(stored);
        }
        if waiting {
            self.sql()
                .prepare_cached(
                    "UPDATE resource
                     SET waiting = (
                       SELECT coalesce(max(other.waiting), 0) + 1
                       FROM resource AS other
                       WHERE other.connection = ?1 AND other.waiting IS NOT NULL
                     )
                     WHERE number = ?2",
                )?
                .execute(params![stored.connection, stored.number])?;
        } else {
            self.sql()
                .prepare_cached("UPDATE resource SET waiting = NULL WHERE number = ?")?
                .execute([stored.number])?;
        }
        Ok(Stored { waiting, ..stored })
    }

    /// Activates `most` of those who have waited longest, and records each as a change.
    pub fn fill_seats(
        &self,
        connection: i64,
        most: u64,
        schemas: &Schemas,
        deed: &Deed<'_>,
    ) -> Result<(), StoreError> {
        for _ in 0..most {
            let Some(waiting) = self.longest_waiting(connection)? else {
                break;
            };
            let before = waiting.attributes()?;
            let after = before.clone().with_active(true);
            let waiting = self.set_waiting(waiting, false)?;
            self.amend(deed, &waiting, &before, after, Delta::default(), schemas)?;
        }
        Ok(())
    }
}
