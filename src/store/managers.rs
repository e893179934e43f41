//! Managers, bound to the people whom they are: when the reference is sent, or when who is meant arrives.

use rusqlite::params;

use super::error::StoreError;
use super::numbers::{kind_number, signed};
use super::record::{Deed, Delta};
use super::resources::{Stored, id_of};
use super::ties::Managers;
use super::view::{Tx, View};
use crate::base::ManagerKey;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Folded, Kind, ResourceId, fold_name, manager};

/// Somebody whose reference to a manager leads to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmanaged {
    /// Who.
    pub id: ResourceId,
    /// The reference, as it was sent.
    pub reference: String,
}

impl View<'_> {
    /// Those of a connection whose reference to a manager leads to nobody, `limit` at most.
    pub fn unmanaged(
        &self,
        connection: i64,
        managers: &Managers,
        limit: u64,
    ) -> Result<Vec<Unmanaged>, StoreError> {
        let Some(path) = self.session().path(Kind::User, &managers.path)? else {
            return Ok(Vec::new());
        };
        let mut statement = self.sql().prepare_cached(
            "SELECT resource.id, attribute.folded
             FROM attribute
             CROSS JOIN resource ON resource.number = attribute.resource
             WHERE attribute.connection = ?1 AND attribute.path = ?2
               AND NOT EXISTS (
                 SELECT 1
                 FROM resource AS boss
                 WHERE boss.id = attribute.folded AND boss.connection = ?1 AND boss.kind = ?3
               )
             LIMIT ?4",
        )?;
        let mut rows = statement.query(params![
            connection,
            path,
            kind_number(Kind::User),
            signed(limit)
        ])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(Unmanaged {
                id: id_of(row, 0)?,
                reference: row.get(1)?,
            });
        }
        Ok(found)
    }

    /// Who is meant by a reference: found by one key after the other. Where several have the same
    /// `externalId`, nobody is meant.
    fn meant(
        &self,
        managers: &Managers,
        connection: i64,
        reference: &str,
    ) -> Result<Option<Stored>, StoreError> {
        for key in &managers.keys {
            let (path, value) = match key {
                ManagerKey::Id => {
                    let Ok(id) = reference.parse() else { continue };
                    match self.resource(connection, Kind::User, &id)? {
                        Some(stored) => return Ok(Some(stored)),
                        None => continue,
                    }
                }
                ManagerKey::ExternalId => ("externalId", reference.to_owned()),
                ManagerKey::UserName => ("userName", fold_name(reference)),
            };
            let found = self.having(connection, Kind::User, path, &Folded::Text(value), 2)?;
            if let [only] = found.as_slice() {
                return self.resource_by_number(*only);
            }
        }
        Ok(None)
    }
}

impl Tx<'_> {
    /// What becomes of the reference to a manager in `after`, which is about to be written: the id and the
    /// name of whom it means, or what was sent. `own` is the id of the person. It fails nobody.
    pub(super) fn with_manager(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        own: ResourceId,
        before: Option<&Attributes>,
        after: Attributes,
    ) -> Result<Attributes, StoreError> {
        let Some(managers) = &deed.ties.managers else {
            return Ok(after);
        };
        let Some(reference) = manager::reference(&after).map(str::to_owned) else {
            return Ok(after);
        };
        if managers.mean(&reference, own, &after) {
            let display = after.text("displayName").map(str::to_owned);
            return Ok(manager::bound(after, own, display.as_deref()));
        }
        if let Some(before) = before
            && manager::reference(before) == Some(&*reference)
        {
            return Ok(manager::as_before(after, before));
        }
        self.bind(managers, connection, &reference, after)
    }

    fn bind(
        &self,
        managers: &Managers,
        connection: i64,
        reference: &str,
        person: Attributes,
    ) -> Result<Attributes, StoreError> {
        match self.meant(managers, connection, reference)? {
            Some(found) => {
                let display = found.attributes()?;
                Ok(manager::bound(
                    person,
                    found.id,
                    display.text("displayName"),
                ))
            }
            None => Ok(manager::unbound(person)),
        }
    }

    /// Brings in line the people whose manager `stored` is, was, or may have become. Who is on their way
    /// out leaves references that lead to nobody.
    pub(super) fn follow_manager(
        &self,
        deed: &Deed<'_>,
        managers: &Managers,
        stored: &Stored,
        before: Option<&Attributes>,
        after: Option<&Attributes>,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        let connection = stored.connection;
        for reference in managers.moved(stored.id, before, after) {
            let value = Folded::Text(reference.clone());
            let reports = self.having(connection, Kind::User, &managers.path, &value, u64::MAX)?;
            for number in reports {
                if number == stored.number {
                    continue;
                }
                let Some(report) = self.resource_by_number(number)? else {
                    continue;
                };
                let was = report.attributes()?;
                let is = match after {
                    Some(_) => self.bind(managers, connection, &reference, was.clone())?,
                    None => manager::unbound(was.clone()),
                };
                self.write_report(deed, &report, &was, is, schemas)?;
            }
        }
        Ok(())
    }

    /// Binds the references of everybody who is there, and fills in the names.
    pub fn bind_everybody(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        let Some(managers) = &deed.ties.managers else {
            return Ok(());
        };
        self.everybody(connection, |people| {
            for stored in people {
                let was = stored.attributes()?;
                if let Some(reference) = manager::reference(&was) {
                    let is = self.bind(managers, connection, reference, was.clone())?;
                    self.write_report(deed, stored, &was, is, schemas)?;
                }
            }
            Ok(())
        })
    }

    fn write_report(
        &self,
        deed: &Deed<'_>,
        report: &Stored,
        was: &Attributes,
        is: Attributes,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        if *was == is {
            return Ok(());
        }
        let after = report.with(is, deed.at);
        let now = self.replace_resource(report, was, &after, schemas)?;
        let deed = Deed {
            cause: "manager",
            ..*deed
        };
        let is = Some(&after.attributes);
        self.record(&deed, &now, Some(was), is, Delta::default())
    }
}
