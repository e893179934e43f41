//! Settings of one connection about how much its identity provider may take away at once.

use jiff::SignedDuration;

use super::duration::duration;

/// How much may be taken away, and in what time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Of a hundred people.
    pub percent: u64,
    /// The time, as the operator typed it.
    text: String,
    /// The time.
    pub window: SignedDuration,
}

/// How much the identity provider may take away at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardRules {
    /// `guard=off|20%/1h`
    pub share: Option<Share>,
    /// `guard_least=10`: so many may always go, however few there are.
    pub least: u64,
}

impl Default for GuardRules {
    fn default() -> Self {
        Self {
            share: None,
            least: 10,
        }
    }
}

impl GuardRules {
    pub(super) const KEYS: [&'static str; 2] = ["guard", "guard_least"];

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        if key == "guard" {
            self.share = match value {
                "off" => None,
                _ => Some(share(value).ok_or(
                    "a share of the people in a time, such as `20%/1h` (1 to 99 %, 1m to 7d), or `off`",
                )?),
            };
            return Ok(());
        }
        let least = value.parse().ok();
        let fits = least.filter(|least| (1..=1_000_000).contains(least));
        self.least = fits.ok_or("a number from 1 to 1000000")?;
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let [guard, least] = Self::KEYS;
        [(guard, self.share()), (least, self.least.to_string())]
    }

    /// The share as the operator would type it.
    pub fn share(&self) -> String {
        match &self.share {
            None => "off".to_owned(),
            Some(Share { percent, text, .. }) => format!("{percent}%/{text}"),
        }
    }
}

/// `20%/1h`
fn share(value: &str) -> Option<Share> {
    const SHORTEST: SignedDuration = SignedDuration::from_mins(1);
    const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);
    let (percent, text) = value.split_once("%/")?;
    let percent = percent.parse().ok()?;
    let window = duration(text).ok()?;
    let fits = (1..=99).contains(&percent) && window >= SHORTEST && window <= LONGEST;
    fits.then(|| Share {
        percent,
        text: text.to_owned(),
        window,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_people_in_a_time() {
        let mut rules = GuardRules::default();
        rules.set("guard", "20%/1h").unwrap();
        rules.set("guard_least", "5").unwrap();
        let share = rules.share.clone().unwrap();
        assert_eq!(
            (share.percent, share.window),
            (20, SignedDuration::from_hours(1))
        );
        let shown = rules.entries().map(|(key, value)| format!("{key}={value}"));
        assert_eq!(shown.join(" "), "guard=20%/1h guard_least=5");
        for wrong in [
            "", "on", "20%", "0%/1h", "100%/1h", "20/1h", "20%/8d", "20%/1s", "-5%/1h",
        ] {
            assert!(rules.set("guard", wrong).is_err(), "{wrong}");
        }
        for wrong in ["0", "-1", "many", "1000001"] {
            assert!(rules.set("guard_least", wrong).is_err(), "{wrong}");
        }
        rules.set("guard", "off").unwrap();
        assert_eq!(rules.share, None);
    }
}
