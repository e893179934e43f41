//! What is against an operator's wish about people and groups.

use thiserror::Error;

use super::fault::Fault;
use crate::scim::{Kind, ResourceId, ScimError};
use crate::store::Taken;

/// Why nothing is done to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Objection {
    /// The name means nobody.
    #[error("nobody is called `{name}`")]
    Nobody {
        /// What was typed.
        name: String,
    },
    /// Nobody, and no group, of this name can be brought back.
    #[error("no {} that is gone was called `{name}`", .kind.name().to_lowercase())]
    NobodyGone {
        /// What was asked for.
        kind: Kind,
        /// What was typed.
        name: String,
    },
    /// The name has several meanings.
    #[error("`{name}` may mean: {}", in_words(.candidates))]
    Several {
        /// What was typed.
        name: String,
        /// Whom it may mean.
        candidates: Vec<Candidate>,
    },
    /// A value may occur only once, and another has it.
    #[error("{}: the {} {} has this value, and it can be there once only", .taken.place, .kind.name().to_lowercase(), .taken.by)]
    Taken {
        /// What has it.
        kind: Kind,
        /// Where it is, and whose.
        taken: Taken,
    },
    /// Everybody who may be active is.
    #[error("no seat of connection `{connection}` is free")]
    NoSeat {
        /// Its name.
        connection: String,
    },
    /// The schemas do not allow what would come of it.
    #[error("{}", .0.detail())]
    Unsuitable(ScimError),
}

/// Somebody whom a name may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The name of their connection.
    pub connection: String,
    /// Their id.
    pub id: ResourceId,
    /// Their userName, or the name of the group.
    pub name: String,
}

fn in_words(candidates: &[Candidate]) -> String {
    let said: Vec<String> = candidates
        .iter()
        .map(|one| {
            let Candidate {
                connection,
                id,
                name,
            } = one;
            format!("{name} of connection `{connection}` ({id})")
        })
        .collect();
    said.join(", ")
}

impl Objection {
    /// What kind of mistake it is.
    pub(super) const fn fault(&self) -> Fault {
        match self {
            Self::Nobody { .. } | Self::NobodyGone { .. } => Fault::NotFound,
            Self::Several { .. }
            | Self::Taken { .. }
            | Self::NoSeat { .. }
            | Self::Unsuitable(_) => Fault::Refused,
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Nobody { .. } => {
                "it may be an id, a userName, an externalId or an e-mail address; \
                 `appliance user list` shows everybody, `appliance user history WHO` those who are \
                 gone too"
                    .to_owned()
            }
            Self::NobodyGone { kind, .. } => format!(
                "`appliance {} list --deleted` shows who can be brought back; how long that is \
                 possible is the setting retention= of the connection",
                kind.name().to_lowercase()
            ),
            Self::Several { .. } => {
                "say the id, or name the connection with `--connection`".to_owned()
            }
            Self::Taken { taken, .. } => format!(
                "`appliance user show {}` says who that is; one of the two must give way",
                taken.by
            ),
            Self::NoSeat { connection } => format!(
                "deactivate somebody else, or raise the limit: \
                 `appliance connection set {connection} seats=N`"
            ),
            Self::Unsuitable(_) => return None,
        })
    }
}
