//! What the operator may configure for one connection.

use thiserror::Error;

use super::rules::Rules;

/// How far a connection bends towards what identity providers really send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// Known deviations are rewritten into plain SCIM before anything else sees them.
    #[default]
    Tolerant,
    /// The RFC to the letter.
    Strict,
}

/// What happens to an attribute that no schema of the connection knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unknown {
    /// Left out and counted.
    #[default]
    Drop,
    /// 400, with the name of the attribute.
    Refuse,
}

/// Settings of one connection, each at its default or as the operator set it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// `dialect=tolerant|strict`
    pub dialect: Dialect,
    /// `unknown=drop|refuse`
    pub unknown: Unknown,
    /// What people and groups may be.
    pub rules: Rules,
}

/// Why a `key=value` was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyFlaw {
    /// No setting has this name.
    #[error("no setting is called `{key}`; there are: {}", Policy::keys().collect::<Vec<_>>().join(", "))]
    UnknownKey {
        /// What was typed.
        key: String,
    },
    /// The setting exists, the value does not fit.
    #[error("`{key}={value}`: expected {expected}")]
    BadValue {
        /// The setting.
        key: &'static str,
        /// What was typed.
        value: String,
        /// What fits, in words.
        expected: &'static str,
    },
}

impl Policy {
    /// The names of the settings that are here, in the order they are shown.
    const KEYS: [&'static str; 2] = ["dialect", "unknown"];

    /// The names of all settings, in the order they are shown.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        Self::KEYS.into_iter().chain(Rules::KEYS)
    }

    /// The policy after setting `key` to `value`.
    pub fn set(mut self, key: &str, value: &str) -> Result<Self, PolicyFlaw> {
        let bad = |key, expected| PolicyFlaw::BadValue {
            key,
            value: value.to_owned(),
            expected,
        };
        match key {
            "dialect" => {
                self.dialect = match value {
                    "tolerant" => Dialect::Tolerant,
                    "strict" => Dialect::Strict,
                    _ => return Err(bad("dialect", "`tolerant` or `strict`")),
                }
            }
            "unknown" => {
                self.unknown = match value {
                    "drop" => Unknown::Drop,
                    "refuse" => Unknown::Refuse,
                    _ => return Err(bad("unknown", "`drop` or `refuse`")),
                }
            }
            _ => {
                let rule = Rules::KEYS.into_iter().find(|known| *known == key);
                let rule = rule.ok_or_else(|| PolicyFlaw::UnknownKey {
                    key: key.to_owned(),
                })?;
                let fits = self.rules.set(rule, value);
                fits.map_err(|expected| bad(rule, expected))?;
            }
        }
        Ok(self)
    }

    /// The value of every setting as the operator would type it, in the order of [`Self::keys`].
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries = self.own_entries().to_vec();
        entries.extend(self.rules.entries());
        entries
    }

    fn own_entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        [
            (
                "dialect",
                match self.dialect {
                    Dialect::Tolerant => "tolerant",
                    Dialect::Strict => "strict",
                }
                .to_owned(),
            ),
            (
                "unknown",
                match self.unknown {
                    Unknown::Drop => "drop",
                    Unknown::Refuse => "refuse",
                }
                .to_owned(),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_can_be_typed_again() {
        let policy = Policy::default().set("dialect", "strict").unwrap();
        let again = policy
            .entries()
            .iter()
            .fold(Policy::default(), |policy, (key, value)| {
                policy.set(key, value).unwrap()
            });
        assert_eq!(again, policy);
        let keys = policy.entries().into_iter().map(|(key, _)| key);
        assert!(keys.eq(Policy::keys()));
    }

    #[test]
    fn a_wrong_value_is_met_with_what_fits() {
        assert_eq!(
            Policy::default()
                .set("dialect", "loose")
                .unwrap_err()
                .to_string(),
            "`dialect=loose`: expected `tolerant` or `strict`"
        );
        assert!(Policy::default().set("dialekt", "strict").is_err());
    }
}
