//! Settings of one connection about how many people may be active.

/// The seats of a connection, and who gives them away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeatRules {
    /// `seats=unlimited|500`: how many people may be active; `None` is without bound.
    pub limit: Option<u64>,
    /// `seat_activation=hand|automatic`: whether a seat that is free goes to whoever has waited
    /// longest, or waits for the operator.
    pub automatic: bool,
}

impl SeatRules {
    pub(super) const KEYS: [&'static str; 2] = ["seats", "seat_activation"];

    /// How many of the seats are free while `used` are taken.
    pub const fn free(&self, used: u64) -> u64 {
        match self.limit {
            Some(limit) => limit.saturating_sub(used),
            None => u64::MAX,
        }
    }

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "seats" => {
                let limit =
                    match value {
                        "unlimited" => None,
                        number => Some(seats(number).ok_or(
                            "how many people may be active, 1 to 100000000, or `unlimited`",
                        )?),
                    };
                self.limit = limit;
            }
            _ => {
                self.automatic = match value {
                    "automatic" => true,
                    "hand" => false,
                    _ => return Err("`hand` or `automatic`"),
                }
            }
        }
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let [seats, activation] = Self::KEYS;
        let limit = self.limit.map(|limit| limit.to_string());
        let who = if self.automatic { "automatic" } else { "hand" };
        [
            (seats, limit.unwrap_or_else(|| "unlimited".to_owned())),
            (activation, who.to_owned()),
        ]
    }
}

fn seats(value: &str) -> Option<u64> {
    let number = value.parse().ok()?;
    (1..=100_000_000).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_a_number_or_without_bound() {
        let mut rules = SeatRules::default();
        assert_eq!(rules.free(7), u64::MAX);
        rules.set("seats", "10").unwrap();
        assert_eq!([9, 10, 11].map(|used| rules.free(used)), [1, 0, 0]);
        for wrong in ["", "0", "-1", "many", "1.5", "100000001"] {
            assert!(rules.set("seats", wrong).is_err(), "{wrong}");
        }
        rules.set("seat_activation", "automatic").unwrap();
        assert!(rules.set("seat_activation", "on").is_err());
        let shown = rules.entries().map(|(key, value)| format!("{key}={value}"));
        assert_eq!(shown.join(" "), "seats=10 seat_activation=automatic");
    }
}
