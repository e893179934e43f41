//! PATCH (RFC 7644 §3.5.2): the message is read in full before anything is changed, and what it
//! asks is then done to the attributes in one pass, or not at all.
//!
//! An operation on several attributes becomes several [`PatchOp`]s, so that applying one knows a
//! single target. What a group PATCH says about members is split off: members are rows, not values.

mod apply;
mod compile;
mod elements;
mod members;
mod operation;
mod part;
#[cfg(test)]
mod properties;
mod request;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod rules;
mod seed;
mod target;
#[cfg(test)]
mod trial;
mod verb;

pub use apply::{Patched, apply};
pub use members::MemberChange;
pub use operation::{Operation, PatchOp};
pub use request::PatchRequest;
pub use target::{Elements, PatchPath};
