//! The protocol's endpoints: extractors first, then one handler per verb, and the replies.

mod accept;
pub(super) mod body;
pub(super) mod bulk;
mod caller;
mod conditions;
pub(super) mod discovery;
pub(super) mod id;
mod query;
mod reply;
pub(super) mod resources;
pub(super) mod search;
