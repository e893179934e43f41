//! People whom the operator brings in from a file, as CSV with the columns of an export or as NDJSON.
//! The file is read row by row, and written in transactions of some rows each, so memory and the turn of
//! a server beside do not depend on its length.
//!
//! Reading order: the rows of the file, what the columns of a sheet mean, the person that a row
//! describes, then the verb that brings them in.

mod bounded;
mod bring;
mod cell;
mod error;
mod flaw;
mod header;
mod outcome;
mod person;
mod row;
mod rows;
mod seen;

pub use bring::{Order, bring};
pub use error::ImportError;
pub use flaw::ImportFlaw;
pub use header::Header;
pub use outcome::{Fate, Outcome};
pub use row::Row;
pub use rows::Rows;
pub use seen::Seen;
