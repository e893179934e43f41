//! Floor 2: everything that knows SQL. One file, `appliance.sqlite`; one writer that commits in
//! groups; readers that cannot write. Beside it a file of exchanges, which may be lost.
//!
//! Reading order: the handle, what it hands out, how it is kept, and then a file per noun.

mod handle;
mod pending;
mod view;

mod anchors;
mod backup;
mod checkpoint;
mod compact;
mod connect;
mod contents;
mod error;
mod format;
mod lock;
mod migrate;
mod paths;
mod pragmas;
mod presence;
mod readers;
mod restore;
mod session;
mod writer;

mod acceptances;
mod access;
mod attributes;
mod audit;
mod backups;
mod changes;
mod connections;
mod control;
mod deeds;
mod derive;
mod derived;
mod examine;
mod exchanges;
mod follow;
mod fragment;
mod guard;
mod heard;
mod imported;
mod leaves;
mod lists;
mod managers;
mod members;
mod membership;
mod numbers;
mod page;
mod passes;
mod place;
#[cfg(test)]
mod plans;
mod population;
mod purging;
mod query;
mod record;
mod rederive;
mod refused;
mod reindex;
mod removal;
mod resources;
mod returning;
mod schemas;
mod search;
mod seats;
mod sort;
mod statement;
mod ties;
mod token_kind;
mod token_state;
mod tokens;
mod tolerated;
mod tombstones;
mod unique;

pub use acceptances::Acceptance;
pub use access::Access;
pub use audit::Audited;
pub use backup::{Progress, copy, settle};
pub use backups::Backup;
pub use changes::{Change, Recorded};
pub use compact::compact;
pub use connections::Connection;
pub use contents::{Contents, judge};
pub use derived::Derived;
pub use error::StoreError;
pub use examine::{Examination, Pragmas, every_pragma, examine, sqlite_version};
pub use exchanges::{
    Exchange, Exchanges, Kept, Key, Keys, Loss, Recorder, Recording, Wanted, Worth,
};
pub use guard::{Toll, Watch};
pub use handle::Store;
pub use heard::{Activity, Heard};
pub use lock::Lock;
pub use managers::Unmanaged;
pub use members::{GroupOf, Member};
pub use page::{Found, Page, Position, Search, Sort};
pub use pending::Pending;
pub use record::{Deed, Delta};
pub use refused::Refused;
pub use reindex::Shared;
pub use resources::Stored;
pub use restore::{make_ready, replace};
pub use seats::Seated;
pub use session::Role;
pub use ties::{Managers, Ties};
pub use token_kind::TokenKind;
pub use token_state::TokenState;
pub use tokens::{NewToken, Scope, Token};
pub use tolerated::Tolerated;
pub use tombstones::Tombstone;
pub use unique::{Taken, unique_places, unique_values};
pub use view::{Tx, View};
pub use writer::Load;
