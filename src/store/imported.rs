//! Who was imported by the operator, and not met by an identity provider yet.

use super::error::StoreError;
use super::resources::Stored;
use super::view::Tx;

impl Tx<'_> {
    /// Notes that the operator imported somebody, or that an identity provider has met them now.
    pub fn set_imported(&self, stored: Stored, imported: bool) -> Result<Stored, StoreError> {
        if stored.imported == imported {
            return Ok(stored);
        }
        self.sql()
            .prepare_cached("UPDATE resource SET imported = ? WHERE number = ?")?
            .execute((imported, stored.number))?;
        Ok(Stored { imported, ..stored })
    }
}
