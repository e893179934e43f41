//! What follows for others when somebody comes, changes or goes.

use super::derive::Person;
use super::error::StoreError;
use super::record::Deed;
use super::resources::Stored;
use super::view::Tx;
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Kind};

impl Tx<'_> {
    /// Brings everything in line that follows from a person: called after they came or changed, and before
    /// they go.
    pub(super) fn follow(
        &self,
        deed: &Deed<'_>,
        stored: &Stored,
        before: Option<&Attributes>,
        after: Option<&Attributes>,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        if stored.kind == Kind::Group {
            return Ok(());
        }
        if let Some(managers) = &deed.ties.managers {
            self.follow_manager(deed, managers, stored, before, after, schemas)?;
        }
        if deed.ties.derivation.is_empty() {
            return Ok(());
        }
        let person = Person {
            number: stored.number,
            id: stored.id,
            before,
            after,
        };
        self.derive(deed, stored.connection, schemas, &[person])
    }
}
