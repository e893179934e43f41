//! Floor 3b: what an operator may do. Every verb that writes leaves a line in the audit, in the
//! transaction of the deed itself.
//!
//! Reading order: who acts, how a mistake is met, then the nouns.

mod absent;
mod admission;
pub mod advice;
pub mod backups;
mod carry_over;
mod configure;
pub mod connections;
mod difference;
pub mod duplicates;
pub mod export;
mod failure;
mod fault;
pub mod groups;
pub mod guard;
mod hand;
pub mod health;
pub mod history;
pub mod import;
pub mod log;
pub mod managers;
mod new_file;
mod objection;
mod operator;
mod overlap;
pub mod people;
pub mod portrait;
pub mod readiness;
mod refusal;
mod remains;
pub mod remedy;
pub mod removal;
mod removal_refusal;
pub mod schemas;
pub mod seats;
mod sheet;
mod signed;
pub mod status;
pub mod succession;
pub mod terms;
mod ties;
pub mod tokens;
pub mod tombstones;
mod undeclared;
pub mod undo;
pub mod who;
pub mod words;

pub use absent::{Absent, absent};
pub use carry_over::Obstacle;
pub use configure::{Configured, configure};
pub use difference::Difference;
pub use failure::Failure;
pub use fault::Fault;
pub use hand::Hand;
pub use new_file::NewFile;
pub use objection::{Candidate, Objection};
pub use operator::{Errand, Operator};
pub use overlap::{Overlap, overlap};
pub use refusal::Refusal;
pub use remains::{Remains, remains};
pub use removal_refusal::RemovalRefusal;
pub use undeclared::{Undeclared, undeclared};
