//! What is taken out: people, groups, memberships and changes, as CSV for spreadsheets, as JSON, NDJSON
//! or a SCIM list, complete. Whatever is exported is read in one snapshot and written row by row, so
//! memory does not follow the number of rows.
//!
//! Reading order: what is wanted, the forms, the directory as it is and as it was, then a file for each
//! noun that can be exported.

mod cell;
mod changes;
mod column;
mod columns;
mod derived;
mod directory;
mod entry;
mod error;
mod flaw;
mod form;
mod groups;
mod members;
mod order;
mod past;
mod population;
mod resource;
mod rows;
mod users;
mod was;

pub use changes::{Changes, Written, changes};
pub use error::ExportError;
pub use flaw::ExportFlaw;
pub use form::{Form, Plain};
pub use groups::groups;
pub use members::members;
pub use order::Order;
pub use users::users;
