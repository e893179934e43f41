//! What the operator may configure for one connection.

use std::num::NonZeroU32;

use thiserror::Error;

use super::guard_rules::GuardRules;
use super::known_rules::KnownRules;
use super::leaving::Leaving;
use super::rules::Rules;
use super::seat_rules::SeatRules;
use super::switch;
use super::tenant::Tenant;
use super::tie_rules::TieRules;
use super::token_rules::TokenRules;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// `dialect=tolerant|strict`
    pub dialect: Dialect,
    /// `unknown=drop|refuse`
    pub unknown: Unknown,
    /// `rate_limit=off|200/s`: requests let in each second, once `rate_burst` is used up.
    pub rate_limit: Option<NonZeroU32>,
    /// `rate_burst=2000`: requests let in at once after a quiet time.
    pub rate_burst: NonZeroU32,
    /// `single_token=on|off`: whether a new token of a scope ends the others at once.
    pub single_token: bool,
    /// What people and groups may be.
    pub rules: Rules,
    /// What must be so before a token is made.
    pub tokens: TokenRules,
    /// Whose identity provider it is.
    pub tenant: Tenant,
    /// What follows from the attributes of people.
    pub ties: TieRules,
    /// What becomes of people who leave.
    pub leaving: Leaving,
    /// When a create means somebody who is known already.
    pub known: KnownRules,
    /// How many people may be active.
    pub seats: SeatRules,
    /// How much the identity provider may take away at once.
    pub guard: GuardRules,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            dialect: Dialect::default(),
            unknown: Unknown::default(),
            rate_limit: None,
            rate_burst: NonZeroU32::MIN.saturating_add(1_999),
            single_token: false,
            rules: Rules::default(),
            tokens: TokenRules::default(),
            tenant: Tenant::default(),
            ties: TieRules::default(),
            leaving: Leaving::default(),
            known: KnownRules::default(),
            seats: SeatRules::default(),
            guard: GuardRules::default(),
        }
    }
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
    const KEYS: [&'static str; 5] = [
        "dialect",
        "unknown",
        "rate_limit",
        "rate_burst",
        "single_token",
    ];

    /// The names of all settings, in the order they are shown.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        Self::KEYS
            .into_iter()
            .chain(Rules::KEYS)
            .chain(KnownRules::KEYS)
            .chain(SeatRules::KEYS)
            .chain(TokenRules::KEYS)
            .chain(Tenant::KEYS)
            .chain(TieRules::KEYS)
            .chain(Leaving::KEYS)
            .chain(GuardRules::KEYS)
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
            "rate_limit" => {
                self.rate_limit = match value {
                    "off" => None,
                    _ => Some(rate(value).ok_or_else(|| {
                        bad(
                            "rate_limit",
                            "requests per second such as `200/s`, or `off`",
                        )
                    })?),
                }
            }
            "rate_burst" => {
                self.rate_burst =
                    count(value).ok_or_else(|| bad("rate_burst", "a number from 1 to 1000000"))?;
            }
            "single_token" => {
                self.single_token =
                    switch::read(value).ok_or_else(|| bad("single_token", switch::EXPECTED))?;
            }
            _ => {
                let known = Self::keys().find(|known| *known == key);
                let key = known.ok_or_else(|| PolicyFlaw::UnknownKey {
                    key: key.to_owned(),
                })?;
                let fits = if TokenRules::KEYS.contains(&key) {
                    self.tokens.set(key, value)
                } else if Tenant::KEYS.contains(&key) {
                    self.tenant.set(key, value)
                } else if TieRules::KEYS.contains(&key) {
                    self.ties.set(key, value)
                } else if Leaving::KEYS.contains(&key) {
                    self.leaving.set(key, value)
                } else if KnownRules::KEYS.contains(&key) {
                    self.known.set(key, value)
                } else if SeatRules::KEYS.contains(&key) {
                    self.seats.set(key, value)
                } else if GuardRules::KEYS.contains(&key) {
                    self.guard.set(key, value)
                } else {
                    self.rules.set(key, value)
                };
                fits.map_err(|expected| bad(key, expected))?;
            }
        }
        Ok(self)
    }

    /// The value of every setting as the operator would type it, in the order of [`Self::keys`].
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries = self.own_entries().to_vec();
        entries.extend(self.rules.entries());
        entries.extend(self.known.entries());
        entries.extend(self.seats.entries());
        entries.extend(self.tokens.entries());
        entries.extend(self.tenant.entries());
        entries.extend(self.ties.entries());
        entries.extend(self.leaving.entries());
        entries.extend(self.guard.entries());
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
            (
                "rate_limit",
                self.rate_limit
                    .map_or_else(|| "off".to_owned(), |rate| format!("{rate}/s")),
            ),
            ("rate_burst", self.rate_burst.to_string()),
            ("single_token", switch::show(self.single_token).to_owned()),
        ]
    }
}

/// `200/s`
fn rate(value: &str) -> Option<NonZeroU32> {
    count(value.strip_suffix("/s")?)
}

fn count(value: &str) -> Option<NonZeroU32> {
    let number: NonZeroU32 = value.parse().ok()?;
    (number.get() <= 1_000_000).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_can_be_typed_again() {
        let changed = [("dialect", "strict"), ("rate_limit", "200/s")];
        let policy = changed
            .iter()
            .fold(Policy::default(), |policy, (key, value)| {
                policy.set(key, value).unwrap()
            });
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
        for wrong in ["200", "0/s", "-1/s", "1000001/s", "2.5/s", "200/m", ""] {
            assert!(
                Policy::default().set("rate_limit", wrong).is_err(),
                "{wrong}"
            );
        }
        for wrong in ["0", "many", "1000001"] {
            assert!(
                Policy::default().set("rate_burst", wrong).is_err(),
                "{wrong}"
            );
        }
    }
}
