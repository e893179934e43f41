//! Floor 3a: what an identity provider may do. One verb per file, each of one shape: find, check the
//! precondition, ask the pure core, ask the rules, write, record the change.

mod bulk;
mod caller;
mod change;
mod create;
mod cursor;
mod delete;
mod directory;
mod discover;
mod failure;
mod guard;
mod incoming;
mod link;
mod list;
mod members;
mod outcome;
mod patch;
mod policy;
mod protect;
mod read;
mod replace;
mod rulebook;
mod seats;
mod shown;
mod tolerated;
mod unique;
mod unlisted;

pub use bulk::BulkRun;
pub use caller::{Ask, Caller, Entrance};
pub use create::create;
pub use delete::delete;
pub use directory::{Denied, Directory};
pub use discover::{resource_types, schemas, service_provider_config};
pub use failure::Failure;
pub use incoming::Incoming;
pub use list::{Question, list};
pub use outcome::Outcome;
pub use patch::{Patch, patch};
pub use read::read;
pub use replace::replace;
pub use rulebook::Rulebook;
pub use shown::Shown;
pub use tolerated::Tolerated;
