//! Why a simulation did not begin.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::http::RootsFlaw;

/// The simulation did not begin, and nothing was changed on the server. What goes wrong later is in the report.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// No address was given, and no local server is known.
    #[error(
        "no server to play against\nhint: start one with `appliance serve`, or name one with --url"
    )]
    NoUrl,
    /// The address cannot be one of a SCIM service.
    #[error("`{url}` is not the Tenant URL of a server: {why}")]
    BadUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// There is no token.
    #[error(
        "no token\nhint: put one into APPLIANCE_TOKEN, or into a file named by --token-file; `appliance token new` makes one"
    )]
    NoToken,
    /// What was given cannot be a token.
    #[error("the token has characters that no token has, or is empty")]
    BadToken,
    /// A file that was named cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A certificate file cannot be used.
    #[error(transparent)]
    Trust(#[from] RootsFlaw),
    /// There are people on this connection who might be real.
    #[error(
        "the connection holds {people} people already\nhint: use a connection of its own (`appliance connection new NAME`), or --yes if these may be changed"
    )]
    HoldsPeople {
        /// How many.
        people: u64,
    },
    /// No answer to the first question.
    #[error("{url} does not answer: {why}{hint}")]
    Unreachable {
        /// Where.
        url: String,
        /// What the network says.
        why: String,
        /// What to do about it, on a line of its own; may be empty.
        hint: &'static str,
    },
    /// The token is not accepted.
    #[error("the server refuses the token with status {status}: {detail}")]
    Refused {
        /// 401 or 403.
        status: u16,
        /// What the server says.
        detail: String,
    },
    /// The address answers, but not as a SCIM service.
    #[error("{url} does not pass the connection test: {detail}")]
    NotScim {
        /// Where.
        url: String,
        /// What was wrong with the answer.
        detail: String,
    },
}

impl SimulateError {
    /// The exit code of the process: 1 failed, 2 wrong usage, 4 refused.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::NoUrl | Self::BadUrl { .. } | Self::NoToken | Self::BadToken | Self::Trust(_) => {
                2
            }
            Self::HoldsPeople { .. } => 4,
            Self::File { .. }
            | Self::Unreachable { .. }
            | Self::Refused { .. }
            | Self::NotScim { .. } => 1,
        }
    }
}
