//! What is wrong with an order of an export.

use thiserror::Error;

use crate::base::Timestamp;
use crate::operate::fault::Fault;

/// A fact about the order, and a hint that repairs it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExportFlaw {
    /// There is no such column.
    #[error("no column is called `{name}`")]
    NoSuchColumn {
        /// What was typed.
        name: String,
        /// What was probably meant.
        similar: Option<String>,
        /// All that there are.
        known: String,
    },
    /// Only a table has columns.
    #[error("only CSV has columns; every other form is complete")]
    NoTable,
    /// The instant is in the future.
    #[error("{at} is still to come")]
    StillToCome {
        /// What was asked for.
        at: Timestamp,
    },
    /// The change record does not reach so far back.
    #[error("the change record does not reach back to {at}")]
    BeforeTheRecord {
        /// What was asked for.
        at: Timestamp,
        /// How far it reaches.
        reaches: Timestamp,
    },
    /// What the changes since then said about people is not kept.
    #[error(
        "what changed since {at} cannot be undone any more: old changes say nothing about people"
    )]
    Purged {
        /// What was asked for.
        at: Timestamp,
        /// How far back the changes still say it.
        reaches: Timestamp,
    },
    /// The reader knows a change that has not happened here.
    #[error("there is no change {since} yet, the last one is {last}")]
    NotYet {
        /// What was asked for.
        since: u64,
        /// The last change.
        last: u64,
    },
    /// Some of the changes that are asked for are not kept any more.
    #[error("the changes before {first} are not kept any more")]
    NotKept {
        /// The first change that is kept.
        first: u64,
    },
}

impl ExportFlaw {
    /// What kind of mistake it is.
    pub const fn fault(&self) -> Fault {
        match self {
            Self::NoSuchColumn { .. } | Self::NoTable | Self::StillToCome { .. } => Fault::Usage,
            Self::BeforeTheRecord { .. }
            | Self::Purged { .. }
            | Self::NotYet { .. }
            | Self::NotKept { .. } => Fault::Refused,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoSuchColumn { similar, known, .. } => match similar {
                Some(name) => format!("did you mean `{name}`? There are: {known}"),
                None => format!("there are: {known}"),
            },
            Self::NoTable => "leave out `--columns`, or say `--format csv`".to_owned(),
            Self::StillToCome { .. } => {
                "`--as-of` takes an instant that is past, or how long ago it was: 2d".to_owned()
            }
            Self::BeforeTheRecord { reaches, .. } => {
                format!("it reaches back to {reaches}; an older backup may know more")
            }
            Self::Purged { reaches, .. } => format!(
                "`--as-of` reaches back to {reaches}; how long changes are kept is `days` under \
                 [changes] of the settings file, and an older backup may know more"
            ),
            Self::NotYet { .. } => {
                "was an older backup restored? Take everything anew with `appliance export users` \
                 and `export groups`, then go on from the last change"
                    .to_owned()
            }
            Self::NotKept { first } => format!(
                "take everything anew with `appliance export users` and `export groups`, then go \
                 on from there; `--since {}` shows what is kept",
                first.saturating_sub(1)
            ),
        }
    }
}
