//! Filters (RFC 7644 §3.4.2.2): one grammar and one tree, for queries and for PATCH paths.
//!
//! Text is parsed into an [`ast::Filter`], whose names are only names; resolving it against the
//! schemas yields a [`Condition`], whose names are attributes and whose operands have their types.
//! The matcher and the store's SQL both work from the condition.

pub mod ast;
mod condition;
mod lex;
mod logic;
mod matches;
mod names;
mod operand;
mod parse;
mod parser;
#[cfg(test)]
mod properties;
mod resolve;

pub use condition::{Condition, Operand, Operator, Test};
pub use matches::{Candidate, MemberValue, matches, matches_element};
pub use parse::parse;
pub use resolve::{resolve, resolve_among, resolve_element};

pub(in crate::scim) use names::{comparable, find, is_hidden, unknown};
