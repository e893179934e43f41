//! Settings of one connection about meeting somebody who is known already.

use super::setting_values::entries;
use super::switch;

/// By what a create is taken to mean somebody whom the operator imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Link {
    /// By nothing: nobody is adopted.
    #[default]
    Never,
    /// By the person's address.
    Email,
    /// By the userName.
    UserName,
}

/// What counts as the address of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Address {
    /// The work e-mail address.
    #[default]
    WorkEmail,
    /// The userName, where that is an address.
    UserName,
}

impl Address {
    /// Where its value is, in the short form of `scim::Spot`.
    pub const fn place(self) -> &'static str {
        match self {
            Self::WorkEmail => "emails.work",
            Self::UserName => "userName",
        }
    }
}

/// When a create means somebody who is here, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KnownRules {
    /// `link=never|email|userName`
    pub link: Link,
    /// `address=emails.work|userName`
    pub address: Address,
    /// `revive=off|on`: whether a create brings somebody back who was deactivated or deleted.
    pub revive: bool,
}

impl KnownRules {
    pub(super) const KEYS: [&'static str; 3] = ["link", "address", "revive"];

    /// Where the value is by which a create is linked; `None`: nobody is.
    pub const fn linked_by(&self) -> Option<&'static str> {
        match self.link {
            Link::Never => None,
            Link::Email => Some(self.address.place()),
            Link::UserName => Some(Address::UserName.place()),
        }
    }

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "link" => {
                self.link = match value {
                    "never" => Link::Never,
                    "email" => Link::Email,
                    "userName" => Link::UserName,
                    _ => return Err("`never`, `email` or `userName`"),
                }
            }
            "address" => {
                self.address = match value {
                    "emails.work" => Address::WorkEmail,
                    "userName" => Address::UserName,
                    _ => return Err("`emails.work` or `userName`"),
                }
            }
            _ => {
                self.revive = switch::read(value).ok_or(switch::EXPECTED)?;
            }
        }
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let values = [
            match self.link {
                Link::Never => "never",
                Link::Email => "email",
                Link::UserName => "userName",
            },
            self.address.place(),
            switch::show(self.revive),
        ];
        entries(Self::KEYS, values.map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_decides_what_an_email_is() {
        let mut rules = KnownRules::default();
        assert_eq!(rules.linked_by(), None);
        rules.set("link", "email").unwrap();
        assert_eq!(rules.linked_by(), Some("emails.work"));
        rules.set("address", "userName").unwrap();
        rules.set("revive", "on").unwrap();
        assert_eq!(rules.linked_by(), Some("userName"));
        let shown = rules.entries().map(|(key, value)| format!("{key}={value}"));
        assert_eq!(shown.join(" "), "link=email address=userName revive=on");
        for (key, value) in [("link", "mail"), ("address", "email"), ("revive", "yes")] {
            assert!(rules.set(key, value).is_err(), "{key}={value}");
        }
    }
}
