//! An operator's mistake: a fact, and a hint that repairs it.

use thiserror::Error;

use crate::base::{PolicyFlaw, Profile};
use crate::scim::ScimError;

/// What was asked and why it is not done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// There is no such connection.
    #[error("no connection is called `{name}`")]
    NoSuchConnection {
        /// What was typed.
        name: String,
        /// What was probably meant.
        similar: Option<String>,
    },
    /// The name is taken, perhaps in other letter case.
    #[error("a connection called `{name}` exists already")]
    ConnectionExists {
        /// The name as it exists.
        name: String,
    },
    /// The name has a form that connections do not have.
    #[error("`{name}` cannot be the name of a connection")]
    BadConnectionName {
        /// What was typed.
        name: String,
    },
    /// There is no such profile.
    #[error("no profile is called `{name}`")]
    NoSuchProfile {
        /// What was typed.
        name: String,
        /// What was probably meant.
        similar: Option<&'static str>,
    },
    /// Not of the form `key=value`.
    #[error("`{text}` is not of the form key=value")]
    NotASetting {
        /// What was typed.
        text: String,
    },
    /// The setting does not exist or does not take this value.
    #[error("{flaw}")]
    BadSetting {
        /// What is wrong.
        flaw: PolicyFlaw,
        /// The setting that was probably meant.
        similar: Option<&'static str>,
    },
    /// A setting names a place that no schema has.
    #[error("`{key}`: nothing of a person is called `{place}`")]
    NoSuchPlace {
        /// The setting.
        key: &'static str,
        /// What was typed.
        place: String,
    },
    /// Only what is listed is to be kept, and nothing is.
    #[error(
        "`unlisted=drop`: the profile `{profile}` lists no attributes, so nothing would be left"
    )]
    NothingListed {
        /// The profile of the connection.
        profile: &'static str,
    },
    /// No token has this ID.
    #[error("no token has the ID {number}")]
    NoSuchToken {
        /// What was typed.
        number: i64,
    },
    /// The token that was presented is none of ours.
    #[error("this token is not known here")]
    UnknownToken,
    /// The name of a token is empty, too long, or has control characters.
    #[error("the name of a token has 1 to 64 characters and no control characters")]
    BadTokenName,
    /// The text is no time for which a token can be good.
    #[error("`{text}` is no time for which a token can be good")]
    BadExpiry {
        /// What was typed.
        text: String,
    },
    /// The filter is wrong.
    #[error("the filter is wrong: {}", .0.detail())]
    BadFilter(ScimError),
}

/// What kind of mistake it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It was typed wrongly.
    Usage,
    /// What it names does not exist.
    NotFound,
    /// It is understood, and refused as things stand.
    Refused,
}

impl Refusal {
    /// What kind of mistake it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::NoSuchConnection { .. } | Self::NoSuchToken { .. } | Self::UnknownToken => {
                Fault::NotFound
            }
            Self::ConnectionExists { .. } => Fault::Refused,
            Self::BadConnectionName { .. }
            | Self::NoSuchProfile { .. }
            | Self::NotASetting { .. }
            | Self::BadSetting { .. }
            | Self::NoSuchPlace { .. }
            | Self::NothingListed { .. }
            | Self::BadTokenName
            | Self::BadExpiry { .. }
            | Self::BadFilter(_) => Fault::Usage,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let meant = |similar: Option<&str>, otherwise: &str| match similar {
            Some(name) => format!("did you mean `{name}`? {otherwise}"),
            None => otherwise.to_owned(),
        };
        Some(match self {
            Self::NoSuchConnection { similar, .. } => meant(
                similar.as_deref(),
                "`appliance connection list` shows them all",
            ),
            Self::ConnectionExists { name } => {
                format!("`appliance connection show {name}` shows it")
            }
            Self::BadConnectionName { .. } => {
                "a name has 1 to 64 letters, digits, `-`, `_` and `.`, \
                 and starts with a letter or a digit"
                    .to_owned()
            }
            Self::NoSuchProfile { similar, .. } => {
                let known: Vec<_> = Profile::names().collect();
                meant(*similar, &format!("there are: {}", known.join(", ")))
            }
            Self::NoSuchPlace { .. } => {
                "for example userName, name.givenName, emails.work, addresses.work.country, \
                 department"
                    .to_owned()
            }
            Self::NothingListed { .. } => {
                "set unlisted=keep, or a profile that lists attributes".to_owned()
            }
            Self::NotASetting { .. } => "for example dialect=strict".to_owned(),
            Self::BadSetting { similar, .. } => format!("did you mean `{}`?", (*similar)?),
            Self::NoSuchToken { .. } | Self::UnknownToken => {
                "`appliance token list` shows them all".to_owned()
            }
            Self::BadExpiry { .. } => "for example 90d, 12h or 2w, at most 10 years (3660d); or \
                 `never`"
                .to_owned(),
            Self::BadTokenName | Self::BadFilter(_) => return None,
        })
    }
}
