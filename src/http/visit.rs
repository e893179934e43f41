//! What is known of a request before anybody looks at what it asks.

use std::net::IpAddr;
use std::sync::Arc;

use crate::base::Timestamp;
use crate::provision::Caller;

/// What the door knows of a request, kept in its extensions for the extractors.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The request id.
    pub(super) request: Arc<str>,
    /// When it was received.
    pub(super) now: Timestamp,
    /// Where it came from.
    pub(super) peer: Option<IpAddr>,
    /// Who asks; `None` only where no token is needed.
    pub(super) caller: Option<Caller>,
}
