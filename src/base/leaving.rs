//! Settings of one connection about people who leave.

use jiff::SignedDuration;

use super::duration::duration;
use super::setting_values::{entries, words, words_or_none};

/// What becomes of a user whom the identity provider deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deletion {
    /// They are gone, and can be brought back until the retention ends.
    #[default]
    Tombstone,
    /// They are kept and made inactive.
    Deactivate,
}

/// The longest list of protected people, in bytes.
const LONGEST_LIST: usize = 16_000;

/// What becomes of people who leave, and who may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// `delete=tombstone|deactivate`
    pub delete: Deletion,
    /// `retention=30d`: how long who is deleted can be brought back, as it was typed.
    pub retention: String,
    /// `protect=none|…`: people whom the identity provider may not deactivate or delete, by id, userName,
    /// externalId or e-mail address.
    pub protect: Vec<String>,
}

impl Default for Leaving {
    fn default() -> Self {
        Self {
            delete: Deletion::default(),
            retention: "30d".to_owned(),
            protect: Vec::new(),
        }
    }
}

impl Leaving {
    pub(super) const KEYS: [&'static str; 3] = ["delete", "retention", "protect"];

    /// How long who is deleted can be brought back; `None`, when it cannot be read, is for ever.
    pub fn retention(&self) -> Option<SignedDuration> {
        duration(&self.retention).ok()
    }

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "delete" => {
                self.delete = match value {
                    "tombstone" => Deletion::Tombstone,
                    "deactivate" => Deletion::Deactivate,
                    _ => return Err("`tombstone` or `deactivate`"),
                }
            }
            "retention" => {
                let longest = SignedDuration::from_hours(3_660 * 24);
                let fits = duration(value).is_ok_and(|length| length <= longest);
                if !fits {
                    return Err("a time such as 30d or 12w, at most 10 years (3660d)");
                }
                value.clone_into(&mut self.retention);
            }
            _ => {
                if value.len() > LONGEST_LIST {
                    return Err("a list of 16000 bytes at most");
                }
                self.protect = words(value);
            }
        }
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let values = [
            match self.delete {
                Deletion::Tombstone => "tombstone",
                Deletion::Deactivate => "deactivate",
            }
            .to_owned(),
            self.retention.clone(),
            words_or_none(&self.protect),
        ];
        entries(Self::KEYS, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_shown_in_one_form() {
        let mut leaving = Leaving::default();
        for (key, value) in [
            ("delete", "deactivate"),
            ("retention", "12w"),
            ("protect", "ada@example.net, root,,"),
        ] {
            leaving.set(key, value).unwrap();
        }
        assert_eq!(
            leaving.retention(),
            Some(SignedDuration::from_hours(84 * 24))
        );
        let shown = leaving
            .entries()
            .map(|(key, value)| format!("{key}={value}"));
        assert_eq!(
            shown.join(" "),
            "delete=deactivate retention=12w protect=ada@example.net,root"
        );
        leaving.set("protect", "none").unwrap();
        assert!(leaving.protect.is_empty());
    }

    #[test]
    fn a_wrong_value_changes_nothing() {
        let mut leaving = Leaving::default();
        let long = "x".repeat(LONGEST_LIST + 1);
        for (key, value) in [
            ("delete", "purge"),
            ("retention", "0d"),
            ("retention", "1y"),
            ("retention", "never"),
            ("retention", "4000d"),
            ("protect", &long),
        ] {
            assert!(leaving.set(key, value).is_err(), "{key}={value}");
        }
        assert_eq!(leaving, Leaving::default());
    }
}
