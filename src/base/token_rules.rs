//! Settings of one connection about its tokens.

use jiff::SignedDuration;

use super::duration::duration;
use super::setting_values::entries;

/// The longest text of terms, in bytes.
const LONGEST_TERMS: usize = 4_000;

/// What must be so before a token is made, and how long it is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRules {
    /// `token_expiry=90d|never`: how long a token is good unless something else is asked for.
    pub expiry: String,
    /// `token_longest=never|365d`: how long a token can be good at most; `never` is without bound.
    pub longest: String,
    /// `access_expiry=1h`: how long what a client of OAuth 2.0 gets for its secret is good.
    pub access_expiry: String,
    /// `terms=…`: what somebody must have accepted before the first token is made.
    pub terms: Option<String>,
}

impl Default for TokenRules {
    fn default() -> Self {
        Self {
            expiry: "90d".to_owned(),
            longest: NEVER.to_owned(),
            access_expiry: "1h".to_owned(),
            terms: None,
        }
    }
}

/// No end.
const NEVER: &str = "never";

impl TokenRules {
    pub(super) const KEYS: [&'static str; 4] =
        ["token_expiry", "token_longest", "access_expiry", "terms"];

    /// How long a token can be good at most; `None` is without bound.
    pub fn longest(&self) -> Option<SignedDuration> {
        duration(&self.longest).ok()
    }

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "token_expiry" => self.expiry = lifetime(value)?,
            "token_longest" => self.longest = lifetime(value)?,
            "access_expiry" => self.access_expiry = short(value)?,
            _ => {
                if value.len() > LONGEST_TERMS {
                    return Err("a text of 4000 bytes at most, or `none`");
                }
                self.terms = (value != "none").then(|| value.to_owned());
            }
        }
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let terms = self.terms.as_deref().unwrap_or("none");
        let values = [
            self.expiry.as_str(),
            &self.longest,
            &self.access_expiry,
            terms,
        ];
        entries(Self::KEYS, values.map(str::to_owned))
    }
}

fn lifetime(value: &str) -> Result<String, &'static str> {
    /// Ten years, as for a token.
    const LONGEST: SignedDuration = SignedDuration::from_hours(3_660 * 24);
    let fits = value == NEVER || duration(value).is_ok_and(|length| length <= LONGEST);
    fits.then(|| value.to_owned())
        .ok_or("a time such as 90d, 12h or 2w, at most 10 years (3660d), or `never`")
}

fn short(value: &str) -> Result<String, &'static str> {
    /// What cannot be taken back by itself must end by itself.
    const LONGEST: SignedDuration = SignedDuration::from_hours(24);
    let fits = duration(value).is_ok_and(|length| length <= LONGEST);
    fits.then(|| value.to_owned())
        .ok_or("a time such as 1h or 30m, at most 24h")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_bounded_or_without_bound() {
        let mut rules = TokenRules::default();
        assert_eq!(rules.longest(), None);
        rules.set("token_longest", "365d").unwrap();
        assert_eq!(rules.longest(), Some(SignedDuration::from_hours(365 * 24)));
        for wrong in ["", "90", "4000d", "1mo", "always"] {
            assert!(rules.set("token_expiry", wrong).is_err(), "{wrong}");
        }
        rules.set("terms", "Be fair.").unwrap();
        let shown = rules.entries().map(|(key, value)| format!("{key}={value}"));
        assert_eq!(
            shown.join("; "),
            "token_expiry=90d; token_longest=365d; access_expiry=1h; terms=Be fair."
        );
        rules.set("terms", "none").unwrap();
        assert_eq!(rules.terms, None);
    }
}
