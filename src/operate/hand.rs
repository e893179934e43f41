//! The operator's hand on people and groups: what it changes is checked, written and recorded as what an
//! identity provider changes, with the operator in the place of a token.

use super::admission::Admission;
use super::failure::Failure;
use super::operator::Errand;
use super::refusal::Refusal;
use crate::base::SeatRules;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind, Meta, Resource, ResourceId};
use crate::store::{Connection, Deed, Delta, Seated, StoreError, Stored, Ties, Tombstone, Tx};

/// Leave to change what one connection holds. It is good for one transaction: the schemas and the
/// settings are those in force there.
#[derive(Debug)]
pub struct Hand<'a> {
    tx: &'a Tx<'a>,
    connection: i64,
    admission: Admission,
    ties: Ties,
    seats: SeatRules,
    errand: &'a Errand,
}

impl<'a> Hand<'a> {
    /// The hand on one connection, for this errand.
    pub fn new(
        tx: &'a Tx<'a>,
        connection: &Connection,
        errand: &'a Errand,
    ) -> Result<Self, Failure> {
        if tx.connection(connection.number)?.is_none() {
            // It was removed between two transactions of this errand.
            return Err(Refusal::NoSuchConnection {
                name: connection.name.clone(),
                similar: None,
            }
            .into());
        }
        let admission = Admission::of(tx, connection)?;
        let (policy, _) = tx.policy(connection)?;
        Ok(Self {
            ties: Ties::new(&policy.ties, admission.schemas()),
            admission,
            seats: policy.seats,
            connection: connection.number,
            tx,
            errand,
        })
    }

    /// What the connection admits.
    pub const fn admission(&self) -> &Admission {
        &self.admission
    }

    /// The schemas of the connection.
    pub fn schemas(&self) -> &Schemas {
        self.admission.schemas()
    }

    /// How many of the connection's seats are free.
    pub(super) fn free_seats(&self) -> Result<u64, StoreError> {
        Ok(self.seats.free(self.tx.active_users(self.connection)?))
    }

    /// Activates as many of those who have waited longest.
    pub(super) fn fill_seats(&self, most: u64) -> Result<(), StoreError> {
        let deed = self.deed();
        self.tx
            .fill_seats(self.connection, most, self.schemas(), &deed)
    }

    /// Brings a new resource into the connection, under an id of ours that was made for it. Where there
    /// is no seat for somebody, they are inactive and wait.
    pub fn create(
        &self,
        kind: Kind,
        id: ResourceId,
        attributes: Attributes,
    ) -> Result<Stored, Failure> {
        self.admission.check(self.tx, kind, None, &attributes)?;
        let Seated { attributes, waits } =
            self.tx
                .seat(self.connection, kind, &self.seats, None, attributes)?;
        let resource = Resource {
            id,
            kind,
            attributes,
            meta: Meta {
                created: self.errand.at,
                modified: self.errand.at,
                version: 1,
            },
        };
        let (deed, schemas) = (self.deed(), self.schemas());
        let nobody = |_: &Stored| Ok(Delta::default());
        let stored: Result<Stored, StoreError> =
            self.tx
                .bring_in(&deed, self.connection, resource, schemas, nobody);
        Ok(self.tx.set_waiting(stored?, waits)?)
    }

    /// Gives a resource of the connection other attributes: it as it is then; `None` when these are the
    /// ones that it has. Where there is no seat for somebody who was inactive, they stay so and wait;
    /// a seat that somebody leaves goes to who waits, if that needs nobody.
    pub fn change(&self, stored: &Stored, after: Attributes) -> Result<Option<Stored>, Failure> {
        let before = stored.attributes()?;
        if before == after {
            return Ok(None);
        }
        let own = Some((stored.number, &before));
        self.admission.check(self.tx, stored.kind, own, &after)?;
        let (tx, deed) = (self.tx, self.deed());
        let Seated {
            attributes: after,
            waits,
        } = tx.seat(
            self.connection,
            stored.kind,
            &self.seats,
            Some(stored),
            after,
        )?;
        let stored = tx.set_waiting(stored.clone(), waits)?;
        let leaves_a_seat = before.is_active() && !after.is_active();
        let delta = Delta::default();
        let now = tx.amend(&deed, &stored, &before, after, delta, self.schemas())?;
        if leaves_a_seat {
            self.pass_on()?;
        }
        Ok(now)
    }

    /// Gives the seats that are free to those who wait, if that is not for the operator to do.
    pub(super) fn pass_on(&self) -> Result<(), StoreError> {
        if self.seats.automatic && self.seats.limit.is_some() {
            let deed = Deed {
                cause: "seat",
                ..self.deed()
            };
            let free = self.free_seats()?;
            self.tx
                .fill_seats(self.connection, free, self.schemas(), &deed)?;
        }
        Ok(())
    }

    /// Makes those of `members` who are there, and may be, members of a group: the group as it is then;
    /// `None` when nobody was to be added.
    pub fn join(&self, group: &Stored, members: &[ResourceId]) -> Result<Option<Stored>, Failure> {
        let (tx, deed) = (self.tx, self.deed());
        let texts: Vec<String> = members.iter().map(ToString::to_string).collect();
        let found = tx.numbers_of(self.connection, &texts)?;
        let mut delta = Delta::default();
        for (id, found) in members.iter().zip(found) {
            let Some((number, kind)) = found else {
                continue;
            };
            if kind == Kind::Group && tx.holds(group.number, number)? {
                continue;
            }
            if !tx.add_members(group.number, &[number])?.is_empty() {
                delta.joined.push(*id);
            }
        }
        let before = group.attributes()?;
        let after = before.clone();
        Ok(tx.amend(&deed, group, &before, after, delta, self.schemas())?)
    }

    /// Brings back who is gone, under the same id, with attributes and memberships. What no schema knows
    /// any more stays behind; where there is no seat for somebody, they are inactive and wait.
    pub fn restore(&self, tombstone: &Tombstone) -> Result<Stored, Failure> {
        let kind = tombstone.kind;
        let attributes = self.admission.readmit(self.tx, tombstone)?;
        let (tx, deed) = (self.tx, self.deed());
        let Seated { attributes, waits } =
            tx.seat(self.connection, kind, &self.seats, None, attributes)?;
        let stored = tx.bring_back(&deed, tombstone, attributes, self.schemas())?;
        Ok(tx.set_waiting(stored, waits)?)
    }

    /// Makes those of `members` who are there members of a group that came back, and leaves the membership
    /// with those who are gone.
    pub fn take_in(&self, group: &Stored, members: &[ResourceId]) -> Result<(), Failure> {
        let delta = Delta {
            joined: self.tx.take_in(group, members)?,
            parted: Vec::new(),
        };
        let before = group.attributes()?;
        let after = before.clone();
        self.tx
            .amend(&self.deed(), group, &before, after, delta, self.schemas())?;
        Ok(())
    }

    fn deed(&self) -> Deed<'_> {
        self.errand.deed(&self.ties)
    }
}
