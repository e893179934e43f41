//! An operator's mistake: a fact, and a hint that repairs it.

use thiserror::Error;

use super::carry_over::Obstacle;
use super::fault::Fault;
use super::objection::Objection;
use super::removal_refusal::RemovalRefusal;
use crate::base::{PolicyFlaw, Profile};
use crate::scim::ScimError;
use crate::scim::schema::SchemaFlaw;

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
    /// Nobody accepted the terms yet.
    #[error("the terms of connection `{connection}` are not accepted: {terms}")]
    TermsNotAccepted {
        /// The connection.
        connection: String,
        /// What they say.
        terms: String,
    },
    /// The profile wants a setting recorded first.
    #[error(
        "the profile `{profile}` of connection `{connection}` wants `{key}` recorded before there is \
         a token"
    )]
    NotRecorded {
        /// The connection.
        connection: String,
        /// Its profile.
        profile: &'static str,
        /// The setting.
        key: String,
    },
    /// Signed tokens say by their tenant whose they are, and the connection has none.
    #[error(
        "`entra_jwt=on`: connection `{connection}` needs a tenant_id such as \
         3f1c9b5e-0000-4000-8000-00000000000a, as the Entra admin center shows it"
    )]
    NoTenant {
        /// The connection.
        connection: String,
    },
    /// Another connection has the signed tokens of this tenant.
    #[error(
        "`entra_jwt=on`: the signed tokens of tenant {tenant} open connection `{connection}` already"
    )]
    TenantTaken {
        /// The tenant.
        tenant: String,
        /// The other connection.
        connection: String,
    },
    /// Nobody here made it, so nobody here can make another.
    #[error("token {number} stands for tokens that the identity provider signs itself")]
    SignedToken {
        /// Its ID.
        number: i64,
    },
    /// There is nothing to accept.
    #[error("connection `{connection}` has no terms")]
    NoTerms {
        /// The connection.
        connection: String,
    },
    /// The name of whoever accepts is empty, too long, or has control characters.
    #[error("who accepts is named with 1 to 200 bytes and no control characters")]
    BadWho,
    /// There is nothing to release.
    #[error("connection `{connection}` has no guard")]
    NoGuard {
        /// The connection.
        connection: String,
    },
    /// The text is no time for which a guard can be released.
    #[error("`{text}` is no time for which a guard can be released")]
    BadRelease {
        /// What was typed.
        text: String,
    },
    /// The token would be good for too long.
    #[error("a token of connection `{connection}` is good for {longest} at most")]
    TooLongExpiry {
        /// The connection.
        connection: String,
        /// The bound, as the operator typed it.
        longest: String,
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
    /// A schema document, or an attribute on the command line, is wrong.
    #[error("{}{flaw}", .file.as_ref().map(|file| format!("{file}: ")).unwrap_or_default())]
    BadSchema {
        /// The file, if it came from one.
        file: Option<String>,
        /// What is wrong, and where in it.
        flaw: SchemaFlaw,
    },
    /// There is no such schema.
    #[error("no schema is called `{name}`")]
    NoSuchSchema {
        /// What was typed.
        name: String,
        /// What was probably meant.
        similar: Option<String>,
    },
    /// It belongs to the RFC.
    #[error("{urn} is a schema of RFC 7643 and cannot be removed")]
    SchemaOfTheRfc {
        /// The schema.
        urn: String,
    },
    /// What was declared does not suit the data that are there.
    #[error("{}: {}", .0.complaint, in_the_way(.0))]
    DataInTheWay(Obstacle),
    /// There are data under what is to be removed.
    #[error("{name} has data: {}", in_the_way(obstacle))]
    SchemaInUse {
        /// What was typed.
        name: String,
        /// The data.
        obstacle: Obstacle,
    },
    /// The text is no time for which two tokens can be good.
    #[error("`{text}` is no time for which the old token can be good beside the new one")]
    BadOverlap {
        /// What was typed.
        text: String,
    },
    /// The connection has a single token.
    #[error("connection `{connection}` has a single token, so two cannot be good side by side")]
    SingleToken {
        /// Its name.
        connection: String,
    },
    /// What is revoked has no successor.
    #[error("token {number} is revoked already")]
    TokenRevoked {
        /// Its ID.
        number: i64,
    },
    /// It has a successor already.
    #[error("token {number} is being replaced by token {successor} already")]
    TokenReplaced {
        /// Its ID.
        number: i64,
        /// That of its successor.
        successor: i64,
    },
    /// The filter is wrong.
    #[error("the filter is wrong: {}", .0.detail())]
    BadFilter(ScimError),
    /// What is against a wish about people.
    #[error(transparent)]
    Person(#[from] Objection),
    /// What is against the end of a connection.
    #[error(transparent)]
    Removal(#[from] RemovalRefusal),
}

fn in_the_way(obstacle: &Obstacle) -> String {
    let Obstacle {
        resources,
        example,
        connection,
        ..
    } = obstacle;
    let plural = if *resources == 1 { "" } else { "s" };
    format!(
        "{resources} resource{plural} in the way, for example {example} of connection `{connection}`"
    )
}

impl Refusal {
    /// What kind of mistake it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::Person(objection) => objection.fault(),
            Self::NoSuchConnection { .. }
            | Self::NoSuchToken { .. }
            | Self::UnknownToken
            | Self::NoSuchSchema { .. } => Fault::NotFound,
            Self::ConnectionExists { .. }
            | Self::Removal(_)
            | Self::TermsNotAccepted { .. }
            | Self::NotRecorded { .. }
            | Self::TenantTaken { .. }
            | Self::SignedToken { .. }
            | Self::NoTerms { .. }
            | Self::NoGuard { .. }
            | Self::TooLongExpiry { .. }
            | Self::SchemaOfTheRfc { .. }
            | Self::DataInTheWay(_)
            | Self::SchemaInUse { .. }
            | Self::SingleToken { .. }
            | Self::TokenRevoked { .. }
            | Self::TokenReplaced { .. } => Fault::Refused,
            Self::BadConnectionName { .. }
            | Self::NoSuchProfile { .. }
            | Self::NotASetting { .. }
            | Self::BadSetting { .. }
            | Self::NoSuchPlace { .. }
            | Self::NothingListed { .. }
            | Self::NoTenant { .. }
            | Self::BadTokenName
            | Self::BadWho
            | Self::BadRelease { .. }
            | Self::BadExpiry { .. }
            | Self::BadSchema { .. }
            | Self::BadOverlap { .. }
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
            Self::TermsNotAccepted { connection, .. } => {
                format!("`appliance connection accept-terms {connection} --by WHO` accepts them")
            }
            Self::NotRecorded {
                connection, key, ..
            } => format!("`appliance connection set {connection} {key}=…` records it"),
            Self::NoTenant { connection } => {
                format!(
                    "`appliance connection set {connection} tenant_id=… entra_jwt=on` sets both"
                )
            }
            Self::TenantTaken { connection, .. } => format!(
                "`appliance connection set {connection} entra_jwt=off` first, if this one is to have them"
            ),
            Self::SignedToken { .. } => {
                "the identity provider renews it by itself; `appliance connection set NAME \
                 entra_jwt=off` ends it"
                    .to_owned()
            }
            Self::NoTerms { connection } => {
                format!("`appliance connection set {connection} terms=TEXT` gives it some")
            }
            Self::NoGuard { connection } => {
                format!("`appliance connection set {connection} guard=20%/1h` gives it one")
            }
            Self::BadRelease { .. } => "for example 1h or 30m, at most 7d".to_owned(),
            Self::TooLongExpiry { longest, .. } => {
                format!("`--expiry {longest}` is the longest; token_longest= changes that")
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
            Self::NoSuchSchema { similar, .. } => {
                meant(similar.as_deref(), "`appliance schema list` shows them all")
            }
            Self::SchemaOfTheRfc { .. } => {
                "of the enterprise extension, what was added to it can be removed: \
                 `appliance schema remove urn:…:User:NAME`"
                    .to_owned()
            }
            Self::DataInTheWay(_) => {
                "nothing was changed; have the data changed first, or declare another attribute"
                    .to_owned()
            }
            Self::SchemaInUse { .. } => {
                "`--force` removes the data too and records each change; `appliance export users` \
                 takes them out first"
                    .to_owned()
            }
            Self::BadOverlap { .. } => "for example 24h or 7d, at most 90d; or `none`".to_owned(),
            Self::SingleToken { connection } => format!(
                "without `--overlap` the new token ends the old one at once; \
                 `appliance connection set {connection} single_token=off` allows several"
            ),
            Self::TokenRevoked { .. } => "`appliance token new` makes another".to_owned(),
            Self::TokenReplaced { number, successor } => format!(
                "`appliance token revoke {successor}` calls it back, and token {number} stays good"
            ),
            Self::Person(objection) => return objection.hint(),
            Self::Removal(refusal) => refusal.hint(),
            Self::BadTokenName | Self::BadWho | Self::BadSchema { .. } | Self::BadFilter(_) => {
                return None;
            }
        })
    }
}
