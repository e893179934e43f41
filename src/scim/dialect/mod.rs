//! What identity providers send that is not quite SCIM, rewritten before anything else sees it.
//!
//! What deviates is told by the schemas, never by who sends it: a text where a boolean belongs is
//! read as a boolean whoever wrote it. What is valid by RFC 7643 and RFC 7644 passes unchanged.

mod body;
mod fired;
mod operations;
mod paths;
mod placing;
#[cfg(test)]
mod properties;
mod recycled;
mod rewrite;
mod urns;
mod values;

pub use fired::Rewrite;
pub use recycled::keep_name;
pub use rewrite::{rewrite_body, rewrite_patch};
