//! `appliance`: a SCIM 2.0 service provider in one binary.
//!
//! # The house
//!
//! A house of floors; each may use only those below it, and `tests/floors.rs` checks that.
//!
//! | floor | what lives there | what it may use |
//! |---|---|---|
//! | [`base`] | instants, the clock, secrets, settings | nothing |
//! | [`scim`] | the protocol: schema, path, filter, PATCH, projection, dialects; pure | `base` |
//! | [`store`] | everything that knows SQL: one writer, many readers | `base`, `scim` |
//! | [`provision`] | what an identity provider may do | the three above |
//! | [`operate`] | what an operator may do | the same three, not `provision` |
//! | [`http`] | where requests knock | all below |
//! | [`tasks`] | where the clock knocks | `base`, `store`, `operate` |
//! | [`cli`] | where the operator types | all |
//!
//! A noun has the same file name on every floor: `store/tokens.rs`, `operate/tokens.rs`,
//! `cli/token.rs`. A `mod.rs` is a table of contents and defines nothing.
//!
//! # What is absent, and must stay so
//!
//! - `scim` reads no clock, draws no random number, touches no file: the same input always gives the
//!   same output.
//! - Nothing outside `store` holds SQL; nothing outside `http` holds a status code for our own faults;
//!   nothing outside `cli` prints.
//! - A reader cannot write: not by type (a `View` has no such method), not by pragma (`query_only`).
//! - An acknowledged write is on disk. An unacknowledged one left no trace.
//! - Nothing is written by rules that are not in force any more: what was read by an older schema is read
//!   again, or sent again.
//! - Every change to a resource enters the change record in the same transaction.
//! - No secret is stored, logged, or printed twice; none is ever an argument.
//! - Group membership is never in a document, and a membership change is recorded as its delta.
//!
//! # Reading order
//!
//! `schema.sql`, [`scim`] for the rules, [`store`] for what is kept, then a walk: a PATCH from [`http`]
//! through [`provision`] down, or `appliance token new` from [`cli`] through [`operate`] down.

pub mod base;
pub mod cli;
pub mod http;
pub mod operate;
pub mod provision;
pub mod scim;
pub mod store;
pub mod tasks;
