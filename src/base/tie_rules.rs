//! Settings of one connection about what ties its people together: groups that follow from an attribute,
//! and who is whose manager.

use super::setting_values::{entries, words_or_none};
use super::switch;

/// What a reference to a manager may be, beyond the id that the RFC wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagerKey {
    /// The id that this server gave to the manager.
    Id,
    /// The manager's `externalId`.
    ExternalId,
    /// The manager's `userName`.
    UserName,
}

impl ManagerKey {
    const ALL: [Self; 3] = [Self::Id, Self::ExternalId, Self::UserName];

    /// The name of the attribute.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::ExternalId => "externalId",
            Self::UserName => "userName",
        }
    }
}

/// What follows from the attributes of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieRules {
    /// `derive=department,division`: places whose values become groups.
    pub derive: Vec<String>,
    /// `derived_in_scim=off|on`: whether the identity provider sees these groups.
    pub derived_in_scim: bool,
    /// `manager_by=id|id,externalId,userName`: how a manager is found, in this order. With the id alone
    /// a reference is kept as it was sent.
    pub manager_by: Vec<ManagerKey>,
}

impl Default for TieRules {
    fn default() -> Self {
        Self {
            derive: Vec::new(),
            derived_in_scim: false,
            manager_by: vec![ManagerKey::Id],
        }
    }
}

impl TieRules {
    pub(super) const KEYS: [&'static str; 3] = ["derive", "derived_in_scim", "manager_by"];

    /// Whether managers are looked for, and not only kept.
    pub fn links_managers(&self) -> bool {
        self.manager_by != [ManagerKey::Id]
    }

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "derive" => {
                self.derive = places(value)
                    .ok_or("`none`, or a list of places such as department,division")?;
            }
            "derived_in_scim" => {
                self.derived_in_scim = switch::read(value).ok_or(switch::EXPECTED)?;
            }
            _ => {
                self.manager_by = keys(value)
                    .ok_or("`id`, or a list of `id`, `externalId` and `userName`, each once")?;
            }
        }
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let keys: Vec<&str> = self.manager_by.iter().map(|key| key.place()).collect();
        let values = [
            words_or_none(&self.derive),
            switch::show(self.derived_in_scim).to_owned(),
            keys.join(","),
        ];
        entries(Self::KEYS, values)
    }
}

/// A list of places, each once; a list of nothing is a slip.
fn places(value: &str) -> Option<Vec<String>> {
    if value == "none" {
        return Some(Vec::new());
    }
    let mut places: Vec<String> = Vec::new();
    for place in value.split(',').map(str::trim) {
        if !place.is_empty() && !places.iter().any(|known| known == place) {
            places.push(place.to_owned());
        }
    }
    (!places.is_empty()).then_some(places)
}

/// A list in which every key is there once at most.
fn keys(value: &str) -> Option<Vec<ManagerKey>> {
    let mut keys = Vec::new();
    for word in value.split(',').map(str::trim) {
        let key = ManagerKey::ALL
            .into_iter()
            .find(|key| key.place().eq_ignore_ascii_case(word))?;
        if keys.contains(&key) {
            return None;
        }
        keys.push(key);
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_their_order() {
        let mut rules = TieRules::default();
        assert!(!rules.links_managers());
        rules
            .set("derive", "department, division,,department")
            .unwrap();
        rules.set("derived_in_scim", "on").unwrap();
        rules.set("manager_by", "userName, id").unwrap();
        assert!(rules.links_managers());
        let shown = rules.entries().map(|(key, value)| format!("{key}={value}"));
        assert_eq!(
            shown.join(" "),
            "derive=department,division derived_in_scim=on manager_by=userName,id"
        );
        rules.set("derive", "none").unwrap();
        assert!(rules.derive.is_empty());
    }

    #[test]
    fn a_wrong_list_of_keys_changes_nothing() {
        let mut rules = TieRules::default();
        for wrong in ["", "id,id", "mail", "id,", "off"] {
            assert!(rules.set("manager_by", wrong).is_err(), "{wrong}");
        }
        assert!(rules.set("derived_in_scim", "yes").is_err());
        assert!(rules.set("derive", " ,,").is_err());
        assert_eq!(rules, TieRules::default());
    }
}
