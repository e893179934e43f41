//! Backups: made while the server runs, verified, thinned out, and restored.
//!
//! A backup is one file: a manifest and the database as `tar` knows them, in `zstd`, sealed with a
//! SHA-256, and if asked encrypted as `age` does it.

mod error;
mod keys;
mod manifest;
mod name;
mod pack;
mod prune;
mod restore;
mod room;
mod scratch;
mod seal;
mod shelf;
mod stage;
mod take;
mod tar;
mod target;
mod unpack;
mod verify;

pub use error::{BackupError, Flaw};
pub use keys::{Identities, Recipient};
pub use manifest::Manifest;
pub use name::BackupName;
pub(super) use pack::DATABASE;
pub use prune::{Keep, prune, superfluous};
pub use restore::Candidate;
pub use shelf::{Shelved, shelf};
pub use stage::{Stage, Watch};
pub use take::{Order, Taken, take};
pub use target::Target;
pub use verify::{Source, verify};
