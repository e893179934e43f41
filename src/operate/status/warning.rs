//! What somebody should look at, before it breaks or because it has.

use std::fmt;

use jiff::SignedDuration;

use super::phrases::{failing, held, write_expiring, write_expiry, write_unsaved, write_waiting};
use super::shown::{Last, Remedy, often, stranger};
use crate::base::{Timestamp, in_words};
use crate::store::Refused;

/// A concern, and the connection that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The connection; `None`: the whole installation.
    pub connection: Option<String>,
    /// What is the matter.
    pub concern: Concern,
}

/// What is the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concern {
    /// A token will soon be good no more.
    TokenExpires {
        /// Its ID.
        token: i64,
        /// Its name.
        name: String,
        /// How long it is still good.
        left: SignedDuration,
        /// The token that takes its place, and has not been used yet.
        successor: Option<i64>,
    },
    /// Somebody comes with a token that is good no more.
    TokenRefused {
        /// Its ID.
        token: i64,
        /// Its name.
        name: String,
        /// `expired` or `revoked`, and how often it was shown since.
        refused: Refused,
    },
    /// Somebody comes in the name of a token, and cannot show what belongs to it.
    CredentialRefused {
        /// Its ID.
        token: i64,
        /// Its name.
        name: String,
        /// What was shown instead, and how often.
        refused: Refused,
    },
    /// Somebody comes with a credential that looks like ours and is not.
    StrangerRefused(Refused),
    /// Nobody can come in any more, though somebody did before.
    NoToken,
    /// Every request is answered 503.
    Paused,
    /// The removal of a connection was interrupted.
    HalfRemoved {
        /// What it was called.
        name: String,
    },
    /// The guard holds writes back.
    Held {
        /// Its setting.
        share: String,
        /// How many it held back.
        times: u64,
        /// Since when.
        since: Timestamp,
        /// When it did so last.
        last: Timestamp,
    },
    /// Many requests fail.
    Failing {
        /// In the last 24 hours.
        failed: u64,
        /// All of them in that time.
        requests: u64,
        /// Whether an identity provider may soon stop because of it.
        near_quarantine: bool,
    },
    /// People whom the operator protects were to be taken away in the last 24 hours.
    Protected {
        /// How many.
        people: usize,
        /// When that was last tried.
        last: Timestamp,
    },
    /// People are inactive only because there is no seat for them, or nobody has given it to them.
    Waiting {
        /// How many.
        waiting: u64,
        /// How many of them could be active.
        fitting: u64,
    },
    /// Nothing was heard for longer than usual.
    Silent {
        /// For how long.
        silence: SignedDuration,
    },
    /// The certificate of the listener will soon be good no more, or is so already.
    Certificate {
        /// How long it is still good; negative when it is over.
        left: SignedDuration,
    },
    /// The server has found pages of the database damaged.
    Damaged {
        /// What is wrong with them.
        what: String,
    },
    /// There is little room for the data, or none.
    Disk {
        /// How little, or what else keeps it from being written.
        what: String,
    },
    /// What has happened for long is in no backup that was found sound.
    NoBackup {
        /// When the newest was made; `None`: there is none.
        last: Option<Timestamp>,
        /// For how long.
        age: SignedDuration,
    },
    /// The newest backup that was found sound is not where it was.
    BackupMissing {
        /// Where it was.
        file: String,
        /// When it was made.
        made: Timestamp,
    },
    /// The listener could not take a newer certificate.
    StaleCertificate {
        /// Why, with the remedy.
        why: String,
    },
    /// The certificate of the listener cannot be read.
    NoCertificate {
        /// Why.
        why: String,
    },
}

impl Concern {
    /// The kind of concern, for programs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::TokenExpires { .. } => "tokenExpires",
            Self::TokenRefused { .. } => "tokenRefused",
            Self::CredentialRefused { .. } | Self::StrangerRefused(_) => "credentialRefused",
            Self::NoToken => "noToken",
            Self::Paused => "paused",
            Self::HalfRemoved { .. } => "halfRemoved",
            Self::Held { .. } => "guardHolds",
            Self::Failing { .. } => "failing",
            Self::Protected { .. } => "protected",
            Self::Waiting { .. } => "waiting",
            Self::Silent { .. } => "silent",
            Self::Certificate { .. } => "certificateExpires",
            Self::Damaged { .. } => "databaseDamaged",
            Self::Disk { .. } => "disk",
            Self::NoBackup { .. } => "noBackup",
            Self::BackupMissing { .. } => "backupMissing",
            Self::StaleCertificate { .. } => "certificateStale",
            Self::NoCertificate { .. } => "certificateUnreadable",
        }
    }
}

impl Warning {
    /// What is the matter, for whoever knows the connection: its name is only in what can be done.
    pub const fn text(&self) -> Text<'_> {
        Text(self)
    }
}

/// The words of a warning without the connection before them.
#[derive(Debug)]
pub struct Text<'a>(&'a Warning);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Warning {
            connection,
            concern,
        } = self.0;
        concern.write(f, connection.as_deref().unwrap_or("NAME"))
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(connection) = &self.connection {
            write!(f, "connection `{connection}`: ")?;
        }
        self.text().fmt(f)
    }
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, "NAME")
    }
}

impl Concern {
    /// Says it, with commands that can be typed as they stand; `connection` is the one that it is about.
    fn write(&self, f: &mut fmt::Formatter<'_>, connection: &str) -> fmt::Result {
        match self {
            Self::TokenExpires {
                token,
                name,
                left,
                successor,
            } => write_expiring(f, (*token, name), *left, *successor),
            Self::TokenRefused {
                token,
                name,
                refused,
            } => write!(
                f,
                "token {token} (`{name}`) is {}, and was shown {} since, {}; its identity provider needs \
                 a new one",
                refused.why,
                often(refused.times),
                Last(refused)
            ),
            Self::CredentialRefused {
                token,
                name,
                refused,
            } => write!(
                f,
                "token {token} (`{name}`): a {} was shown {}, {}{}",
                refused.why,
                often(refused.times),
                Last(refused),
                Remedy(refused)
            ),
            Self::StrangerRefused(refused) => write!(
                f,
                "{} was shown {}, {}; an identity provider may have been given a wrong one",
                stranger(refused),
                often(refused.times),
                Last(refused)
            ),
            Self::NoToken => write!(
                f,
                "no token is good any more, so its identity provider cannot come in; \
                 `appliance token new --connection {connection}` makes one"
            ),
            Self::Paused => write!(
                f,
                "it is paused, and every request is answered 503; `appliance connection resume \
                 {connection}` ends that"
            ),
            Self::HalfRemoved { name } => write!(
                f,
                "the removal of connection `{name}` was interrupted, so people of it are still in the \
                 database; `appliance connection remove {name}` finishes it"
            ),
            Self::Held {
                share,
                times,
                since,
                last,
            } => {
                held(f, share, *times, *since, *last)?;
                write!(
                    f,
                    ", `appliance connection release {connection}` lets it pass"
                )
            }
            Self::Failing {
                failed,
                requests,
                near_quarantine,
            } => failing(f, *failed, *requests, *near_quarantine),
            Self::Protected { people, last } => write!(
                f,
                "{people} protected {} to be deactivated or deleted, last on {last}, and nothing was \
                 changed; take them back into the scope of the provisioning, or out of protect=",
                if *people == 1 {
                    "person was"
                } else {
                    "people were"
                }
            ),
            Self::Waiting { waiting, fitting } => write_waiting(f, connection, *waiting, *fitting),
            Self::Silent { silence } => write!(
                f,
                "nothing was heard for {}, which is longer than usual; look into the provisioning log \
                 of the identity provider",
                in_words(*silence)
            ),
            Self::Certificate { left } => write_expiry(f, *left),
            Self::Damaged { what } => write!(f, "the database is damaged: {what}"),
            Self::Disk { what } => write!(f, "{what}; changes are refused while there is no room"),
            Self::NoBackup { last, age } => write_unsaved(f, last.is_some(), *age),
            Self::BackupMissing { file, made } => write!(
                f,
                "the last backup that was found sound, of {made}, is missing: {file}; `appliance backup \
                 new` makes another"
            ),
            Self::StaleCertificate { why } => f.write_str(why),
            Self::NoCertificate { why } => write!(f, "the certificate cannot be read: {why}"),
        }
    }
}
