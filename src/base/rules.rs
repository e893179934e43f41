//! Settings of one connection about what its people and groups may be.

use super::setting_values::{entries, words, words_or_none};
use super::switch;

/// Which resources a connection has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Resources {
    /// Users only: groups are 404 and appear in no discovery document.
    Users,
    /// Users and groups.
    #[default]
    UsersAndGroups,
}

/// The attribute by which the identity provider finds a person again; its values are unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Matching {
    /// `userName`, which is unique anyway.
    #[default]
    UserName,
    /// `externalId`.
    ExternalId,
    /// The work e-mail address.
    WorkEmail,
}

impl Matching {
    /// Where its value is, in the short form of `scim::Spot`.
    pub const fn place(self) -> &'static str {
        match self {
            Self::UserName => "userName",
            Self::ExternalId => "externalId",
            Self::WorkEmail => "emails.work",
        }
    }
}

/// What happens to attributes that a schema knows but the profile does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unlisted {
    /// They are kept.
    #[default]
    Keep,
    /// They are left out and counted.
    Drop,
}

/// What happens to the attribute `roles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Roles {
    /// It is kept.
    #[default]
    Keep,
    /// It is left out and counted.
    Ignore,
}

/// What the people and groups of a connection may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// `resources=users,groups|users`
    pub resources: Resources,
    /// `match=userName|externalId|emails.work`
    pub matching: Matching,
    /// `required=…`: places that a person must have a value at, beyond those of the RFC.
    pub required: Vec<String>,
    /// `unlisted=keep|drop`
    pub unlisted: Unlisted,
    /// `roles=keep|ignore`
    pub roles: Roles,
    /// `unique_group_names=off|on`
    pub unique_group_names: bool,
    /// `check_values=off|on`: time zones, languages and countries, as warnings.
    pub check_values: bool,
}

impl Rules {
    pub(super) const KEYS: [&'static str; 7] = [
        "resources",
        "match",
        "required",
        "unlisted",
        "roles",
        "unique_group_names",
        "check_values",
    ];

    /// Sets the one of [`Self::KEYS`] that is `key`; otherwise says what would fit.
    pub(super) fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        match key {
            "resources" => {
                self.resources = match value.replace(' ', "").as_str() {
                    "users" => Resources::Users,
                    "users,groups" => Resources::UsersAndGroups,
                    _ => return Err("`users` or `users,groups`"),
                }
            }
            "match" => {
                self.matching = match value {
                    "userName" => Matching::UserName,
                    "externalId" => Matching::ExternalId,
                    "emails.work" => Matching::WorkEmail,
                    _ => return Err("`userName`, `externalId` or `emails.work`"),
                }
            }
            "required" => self.required = words(value),
            "unlisted" => {
                self.unlisted = match value {
                    "keep" => Unlisted::Keep,
                    "drop" => Unlisted::Drop,
                    _ => return Err("`keep` or `drop`"),
                }
            }
            "roles" => {
                self.roles = match value {
                    "keep" => Roles::Keep,
                    "ignore" => Roles::Ignore,
                    _ => return Err("`keep` or `ignore`"),
                }
            }
            "unique_group_names" => {
                self.unique_group_names = switch::read(value).ok_or(switch::EXPECTED)?;
            }
            _ => self.check_values = switch::read(value).ok_or(switch::EXPECTED)?,
        }
        Ok(())
    }

    /// The values as the operator would type them, in the order of [`Self::KEYS`].
    pub(super) fn entries(&self) -> [(&'static str, String); Self::KEYS.len()] {
        let values = [
            match self.resources {
                Resources::Users => "users",
                Resources::UsersAndGroups => "users,groups",
            }
            .to_owned(),
            self.matching.place().to_owned(),
            words_or_none(&self.required),
            match self.unlisted {
                Unlisted::Keep => "keep",
                Unlisted::Drop => "drop",
            }
            .to_owned(),
            match self.roles {
                Roles::Keep => "keep",
                Roles::Ignore => "ignore",
            }
            .to_owned(),
            switch::show(self.unique_group_names).to_owned(),
            switch::show(self.check_values).to_owned(),
        ];
        entries(Self::KEYS, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_shown_in_one_form() {
        let mut rules = Rules::default();
        for (key, value) in [
            ("resources", "users, groups"),
            ("required", "emails.work, title,"),
            ("roles", "ignore"),
            ("check_values", "on"),
        ] {
            rules.set(key, value).unwrap();
        }
        let shown = rules.entries().map(|(key, value)| format!("{key}={value}"));
        assert_eq!(
            shown.join(" "),
            "resources=users,groups match=userName required=emails.work,title unlisted=keep \
             roles=ignore unique_group_names=off check_values=on"
        );
        rules.set("required", "none").unwrap();
        assert!(rules.required.is_empty());
    }

    #[test]
    fn a_wrong_value_changes_nothing() {
        let mut rules = Rules::default();
        for (key, value) in [
            ("resources", "groups"),
            ("match", "username"),
            ("unlisted", ""),
            ("roles", "drop"),
            ("unique_group_names", "true"),
            ("check_values", "1"),
        ] {
            assert!(rules.set(key, value).is_err(), "{key}={value}");
        }
        assert_eq!(rules, Rules::default());
    }
}
