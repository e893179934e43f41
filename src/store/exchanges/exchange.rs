//! One request and its answer, as they are kept.

use crate::base::Timestamp;
use crate::scim::ResourceId;

/// A request and its answer, masked: nothing in it tells about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// When it was received.
    pub at: Timestamp,
    /// The connection that asked; `None`: nobody who may ask.
    pub connection: Option<i64>,
    /// What it was called then.
    pub name: String,
    /// The token that was shown, if it is one of ours, whatever its state.
    pub token: Option<i64>,
    /// The request id, as in the answer, in the log and in changes.
    pub request: String,
    /// From where.
    pub peer: Option<String>,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path.
    pub target: String,
    /// The query; empty when there was none.
    pub query: String,
    /// The resource that it was about, if it was about one.
    pub resource: Option<ResourceId>,
    /// The status of the answer.
    pub status: u16,
    /// Microseconds between request and answer.
    pub micros: u64,
    /// Operations of a Bulk that failed.
    pub failures: u32,
    /// The keyword of the error, or of the first failed operation.
    pub scim_type: Option<String>,
    /// Its sentence; for a refused credential, what was wrong with it.
    pub detail: Option<String>,
    /// The body of the request.
    pub sent: String,
    /// Its length, unmasked and uncut.
    pub sent_bytes: u64,
    /// The body of the answer.
    pub answered: String,
    /// Its length, unmasked and uncut.
    pub answered_bytes: u64,
}

impl Exchange {
    /// Whether it was refused, or some of it.
    pub const fn failed(&self) -> bool {
        self.status >= 400 || self.failures > 0
    }
}

/// An exchange in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place in the order in which exchanges ended.
    pub number: u64,
    /// The exchange.
    pub exchange: Exchange,
}

/// Exchanges that were not kept, because more came than could be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// Its place among the losses.
    pub number: u64,
    /// When the first of them was received.
    pub first: Timestamp,
    /// When the last of them was.
    pub last: Timestamp,
    /// How many they were.
    pub times: u64,
}
