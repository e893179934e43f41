//! What is taken out: people as CSV for spreadsheets, or as NDJSON, complete. Whatever is exported is
//! read in one snapshot and written row by row, so memory does not follow the number of rows.
//!
//! Reading order: the person, the two forms, then the export that brings them together.

mod cell;
mod columns;
mod error;
mod form;
mod person;
mod resource;
mod users;

pub use error::ExportError;
pub use form::Form;
pub use users::{Users, users};
