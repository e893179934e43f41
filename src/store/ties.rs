//! What ties people together by the settings of their connection.

use crate::base::TieRules;
use crate::scim::Derivation;
use crate::scim::schema::Schemas;

/// What follows from the attributes of people, ready to be applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// The places whose values become groups.
    pub(super) derivation: Derivation,
    /// Whether the identity provider sees these groups.
    pub(super) shown: bool,
}

impl Ties {
    /// Finds the places that the settings name.
    pub fn new(rules: &TieRules, schemas: &Schemas) -> Self {
        Self {
            derivation: Derivation::new(&rules.derive, schemas),
            shown: rules.derived_in_scim,
        }
    }

    /// Whether derived groups are among those that the identity provider sees.
    pub const fn shows_derived(&self) -> bool {
        self.shown
    }
}
