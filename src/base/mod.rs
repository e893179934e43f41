//! Floor 0: words used on every floor. No protocol, no SQL, no sockets.

mod acme_draft;
mod clock;
mod draft;
mod duration;
mod entra_settings;
mod guard_rules;
mod known_rules;
mod leaving;
mod panics;
mod policy;
mod profile;
mod rules;
mod seat_rules;
mod secret;
mod setting_values;
mod settings;
mod similar;
mod tenant;
mod switch;
mod tie_rules;
mod timestamp;
mod token_rules;
mod update_settings;

pub use clock::Clock;
pub use draft::{Draft, Key, SettingFlaw};
pub use duration::{DurationFlaw, duration, in_words};
pub use entra_settings::{EntraSettings, KeySource};
pub use guard_rules::{GuardRules, Share};
pub use known_rules::{Address, KnownRules, Link};
pub use leaving::{Deletion, Leaving};
pub use panics::{count_panic, panics};
pub use policy::{Dialect, Policy, PolicyFlaw, Unknown};
pub use profile::{Need, Origin, Profile, ProfileAttributes, ProfileFlaw};
pub use rules::{Matching, Resources, Roles, Rules, Unlisted};
pub use seat_rules::SeatRules;
pub use secret::{
    PlainToken, RandomSourceFailed, TokenDigest, TokenFlaw, client_id, without_tokens,
};
pub use settings::{AcmeDirectory, AcmeSettings, Limits, Retention, Settings, TlsSettings};
pub use similar::similar;
pub use tenant::Tenant;
pub use tie_rules::{ManagerKey, TieRules};
pub use timestamp::{Timestamp, TimestampFlaw};
pub use token_rules::TokenRules;
pub use update_settings::UpdateSettings;
