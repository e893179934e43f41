//! What identity providers send that is not quite SCIM, rewritten before anything else sees it.

mod rewrite;

pub use rewrite::{Rewrite, rewrite_body, rewrite_patch};
