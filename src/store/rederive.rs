//! Derived groups under other settings: brought in line with everybody who is there.

use super::derive::Person;
use super::error::StoreError;
use super::record::Deed;
use super::resources::Stored;
use super::ties::Ties;
use super::view::Tx;
use crate::scim::Attributes;
use crate::scim::schema::Schemas;

impl Tx<'_> {
    /// Brings the derived groups of a connection, which were kept by the settings `from` until now, under
    /// those of the deed. All of it is one transaction, so at no moment do groups and settings disagree;
    /// what happens to one group among some hundred people is one change in the record.
    pub fn rederive(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        from: &Ties,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        if from.shown {
            for group in self.derived_groups(connection)? {
                self.hide_derived(&group, schemas)?;
            }
        }
        let hidden = Ties {
            shown: false,
            ..deed.ties.clone()
        };
        if from.derivation != hidden.derivation {
            let deed = Deed {
                ties: &hidden,
                ..*deed
            };
            self.derive_everybody(&deed, connection, schemas)?;
        }
        if deed.ties.shown {
            for group in self.derived_groups(connection)? {
                self.show_derived(&group, schemas)?;
            }
        }
        Ok(())
    }

    fn derive_everybody(
        &self,
        deed: &Deed<'_>,
        connection: i64,
        schemas: &Schemas,
    ) -> Result<(), StoreError> {
        self.everybody(connection, |some| {
            let held: Vec<(&Stored, Attributes)> = some
                .iter()
                .map(|stored| Ok((stored, stored.attributes()?)))
                .collect::<Result<_, StoreError>>()?;
            let people: Vec<Person<'_>> = held
                .iter()
                .map(|(stored, attributes)| Person {
                    number: stored.number,
                    id: stored.id,
                    before: None,
                    after: Some(attributes),
                })
                .collect();
            self.derive(deed, connection, schemas, &people)
        })
    }
}
