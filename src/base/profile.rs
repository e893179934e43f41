//! Profiles: what a product promises to identity providers, as defaults for the settings of a
//! connection. Each is one document in `profiles/`; the code knows none of them by name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::policy::{Policy, PolicyFlaw};

/// Every profile with its document.
const DOCUMENTS: [(&str, &str); 5] = [
    ("generic", include_str!("profiles/generic.toml")),
    ("cofense", include_str!("profiles/cofense.toml")),
    ("sosafe", include_str!("profiles/sosafe.toml")),
    ("cybsafe", include_str!("profiles/cybsafe.toml")),
    ("safe", include_str!("profiles/safe.toml")),
];

static READ: LazyLock<Vec<Result<Profile, ProfileFlaw>>> = LazyLock::new(|| {
    DOCUMENTS
        .iter()
        .map(|(name, text)| Profile::read(name, text))
        .collect()
});

/// A named bundle of settings, and the attributes that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// What the operator calls it.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: String,
    /// The attributes that it lists.
    pub attributes: ProfileAttributes,
    /// Settings that must be recorded before there is a token.
    pub before_token: Vec<String>,
    /// What Entra ID sends for an attribute by the product's own mapping, where that is not the usual:
    /// by the place of the attribute.
    pub sources: BTreeMap<String, String>,
    /// What else is good to know when the identity provider is set up.
    pub notes: Vec<String>,
    /// Schemas that it brings along, as documents of RFC 7643 section 7.
    pub schemas: Vec<Value>,
    settings: BTreeMap<String, String>,
    policy: Policy,
}

/// The attributes of a person and of a group that a profile lists, in the short form of
/// `scim::Spot`. A profile that lists none has no opinion.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileAttributes {
    /// Without these the product does not work as promised.
    pub mandatory: Vec<String>,
    /// Without these some of what it promises does not happen.
    pub recommended: Vec<String>,
    /// The product has a use for these.
    pub optional: Vec<String>,
    /// Those of a group.
    pub group: Vec<String>,
}

/// How much a product wants an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it the product does not work as promised.
    Mandatory,
    /// Without it some of what it promises does not happen.
    Recommended,
    /// The product has a use for it.
    Optional,
}

impl Need {
    /// In a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mandatory => "mandatory",
            Self::Recommended => "recommended",
            Self::Optional => "optional",
        }
    }
}

/// Why there is no such profile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProfileFlaw {
    /// None has this name.
    #[error("no profile is called `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// Its document is wrong, which our tests would have told.
    #[error("the profile `{name}` is broken: {complaint}")]
    Broken {
        /// Its name.
        name: &'static str,
        /// What is wrong.
        complaint: String,
    },
}

/// Who decided the value of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody: it is as in a fresh installation.
    Default,
    /// The profile of the connection.
    Profile,
    /// The operator.
    Operator,
}

impl Origin {
    /// The origin in a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Profile => "profile",
            Self::Operator => "operator",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    about: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    before_token: Vec<String>,
    #[serde(default)]
    attributes: ProfileAttributes,
    #[serde(default)]
    sources: BTreeMap<String, String>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    schemas: Vec<Value>,
}

impl Profile {
    /// The names of all profiles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        DOCUMENTS.into_iter().map(|(name, _)| name)
    }

    /// The profile with this name.
    pub fn named(name: &str) -> Result<&'static Self, ProfileFlaw> {
        let index = Self::names().position(|known| known == name);
        match index.and_then(|index| READ.get(index)) {
            Some(Ok(profile)) => Ok(profile),
            Some(Err(flaw)) => Err(flaw.clone()),
            None => Err(ProfileFlaw::Unknown {
                name: name.to_owned(),
            }),
        }
    }

    fn read(name: &'static str, text: &str) -> Result<Self, ProfileFlaw> {
        let broken = |complaint: String| ProfileFlaw::Broken { name, complaint };
        let Document {
            about,
            settings,
            before_token,
            attributes,
            sources,
            notes,
            schemas,
        } = toml::from_str(text).map_err(|flaw| broken(flaw.to_string()))?;
        let mut policy = Policy::default();
        for (key, value) in &settings {
            policy = policy
                .set(key, value)
                .map_err(|flaw| broken(flaw.to_string()))?;
        }
        if let Some(place) = sources
            .keys()
            .find(|place| attributes.of_users().all(|known| known != place.as_str()))
        {
            return Err(broken(format!("`sources`: `{place}` is not listed")));
        }
        if let Some(key) = before_token
            .iter()
            .find(|key| Policy::keys().all(|known| known != key.as_str()))
        {
            return Err(broken(format!(
                "`before_token`: no setting is called `{key}`"
            )));
        }
        Ok(Self {
            name,
            about,
            attributes,
            before_token,
            sources,
            notes,
            schemas,
            settings,
            policy,
        })
    }

    /// The settings of a connection of this profile on which the operator set `operators`, and those
    /// among these that this version does not understand: they have no effect.
    pub fn policy(&self, operators: &[(String, String)]) -> (Policy, Vec<PolicyFlaw>) {
        let mut policy = self.policy.clone();
        let mut flaws = Vec::new();
        for (key, value) in operators {
            match policy.clone().set(key, value) {
                Ok(next) => policy = next,
                Err(flaw) => flaws.push(flaw),
            }
        }
        (policy, flaws)
    }

    /// Who decided the value of the setting `key`, when the operator set `operators`.
    pub fn origin(&self, key: &str, operators: &[(String, String)]) -> Origin {
        if operators.iter().any(|(known, _)| known == key) {
            Origin::Operator
        } else if self.settings.contains_key(key) {
            Origin::Profile
        } else {
            Origin::Default
        }
    }
}

impl ProfileAttributes {
    /// Everything that is listed of a person, the important first.
    pub fn of_users(&self) -> impl Iterator<Item = &str> {
        self.by_need().map(|(_, place)| place)
    }

    /// The same with how much each is wanted.
    pub fn by_need(&self) -> impl Iterator<Item = (Need, &str)> {
        let all = [
            (Need::Mandatory, &self.mandatory),
            (Need::Recommended, &self.recommended),
            (Need::Optional, &self.optional),
        ];
        all.into_iter()
            .flat_map(|(need, places)| places.iter().map(move |place| (need, place.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_can_be_read() {
        for name in Profile::names() {
            let profile = Profile::named(name).unwrap();
            assert_eq!(profile.name, name);
            assert!(profile.about.ends_with('.'), "{name}");
        }
        assert!(matches!(
            Profile::named("Generic"),
            Err(ProfileFlaw::Unknown { .. })
        ));
    }

    #[test]
    fn the_generic_profile_is_a_fresh_installation() {
        let profile = Profile::named("generic").unwrap();
        assert_eq!(profile.policy(&[]), (Policy::default(), Vec::new()));
        assert_eq!(profile.attributes, ProfileAttributes::default());
    }

    #[test]
    fn the_operator_is_stronger_than_the_profile() {
        let text = "about = \"x.\"\n[settings]\ndialect = \"strict\"\nunknown = \"refuse\"\n";
        let profile = Profile::read("x", text).unwrap();
        let set = [("dialect".to_owned(), "tolerant".to_owned())];
        let (policy, flaws) = profile.policy(&set);
        assert_eq!(policy, Policy::default().set("unknown", "refuse").unwrap());
        assert!(flaws.is_empty());
        assert_eq!(profile.origin("dialect", &set), Origin::Operator);
        assert_eq!(profile.origin("unknown", &set), Origin::Profile);
        assert_eq!(profile.origin("dialect", &[]), Origin::Profile);
        assert_eq!(profile.origin("match", &set), Origin::Default);
    }

    #[test]
    fn a_setting_of_a_newer_version_has_no_effect_and_is_told() {
        let profile = Profile::named("generic").unwrap();
        let set = [("tomorrow".to_owned(), "on".to_owned())];
        let (policy, flaws) = profile.policy(&set);
        assert_eq!(policy, Policy::default());
        assert_eq!(flaws.len(), 1);
    }
}
