//! Floor 0: words used on every floor. No protocol, no SQL, no sockets.

mod clock;
mod policy;
mod secret;
mod settings;
mod timestamp;

pub use clock::Clock;
pub use policy::{Dialect, Policy, PolicyFlaw, Unknown};
pub use secret::{PlainToken, TokenDigest, TokenFlaw};
pub use settings::{Limits, Settings, TlsSettings};
pub use timestamp::{Timestamp, TimestampFlaw};
