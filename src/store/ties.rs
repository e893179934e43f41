//! What ties people together by the settings of their connection.

use crate::base::{ManagerKey, TieRules};
use crate::scim::schema::Schemas;
use crate::scim::{Attributes, Derivation, Kind, ResourceId, Spot, fold_name};

/// What follows from the attributes of people, ready to be applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// The places whose values become groups.
    pub(super) derivation: Derivation,
    /// Whether the identity provider sees these groups.
    pub(super) shown: bool,
    /// How managers are found; `None`: they are kept as they were sent.
    pub(super) managers: Option<Managers>,
}

/// How managers are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Managers {
    /// By what, in this order.
    pub(super) keys: Vec<ManagerKey>,
    /// Where a reference to a manager is, as searches spell it.
    pub(super) path: String,
}

impl Ties {
    /// Finds the places that the settings name.
    pub fn new(rules: &TieRules, schemas: &Schemas) -> Self {
        let place = rules
            .links_managers()
            .then(|| Spot::parse("manager.value", Kind::User, schemas))
            .flatten();
        Self {
            derivation: Derivation::new(&rules.derive, schemas),
            shown: rules.derived_in_scim,
            managers: place.map(|place| Managers {
                keys: rules.manager_by.clone(),
                path: place.resolved().key(),
            }),
        }
    }

    /// Whether derived groups are among those that the identity provider sees.
    pub const fn shows_derived(&self) -> bool {
        self.shown
    }

    /// How managers are found; `None`: they are kept as they were sent.
    pub const fn managers(&self) -> Option<&Managers> {
        self.managers.as_ref()
    }
}

impl Managers {
    /// Whether the reference of somebody to a manager means themselves.
    pub(super) fn mean(&self, reference: &str, own: ResourceId, person: &Attributes) -> bool {
        let text = |name| person.text(name);
        self.keys.iter().any(|key| match key {
            ManagerKey::Id => reference.parse() == Ok(own),
            ManagerKey::ExternalId => text("externalId") == Some(reference),
            ManagerKey::UserName => {
                text("userName").is_some_and(|name| fold_name(name) == fold_name(reference))
            }
        })
    }

    /// The references that may lead somewhere else now that somebody came, changed or went: their id, and
    /// what else a reference may be and was not before. A `userName` is found as it is spelled, and in its
    /// folded form.
    pub(super) fn moved(
        &self,
        id: ResourceId,
        before: Option<&Attributes>,
        after: Option<&Attributes>,
    ) -> Vec<String> {
        let was = |name| before.and_then(|before| before.text(name));
        let is = |name| after.and_then(|after| after.text(name));
        let mut moved = Vec::new();
        let came_or_went = before.is_none() || after.is_none();
        if came_or_went || was("displayName") != is("displayName") {
            moved.push(id.to_string());
        }
        for key in &self.keys {
            let place = key.place();
            let Some(value) = is(place).filter(|value| was(place) != Some(value)) else {
                continue;
            };
            moved.push(value.to_owned());
            if *key == ManagerKey::UserName {
                moved.push(fold_name(value));
            }
        }
        moved.dedup();
        moved
    }
}
