//! A member of a group as a client names it.

use super::resource::Kind;

/// One value of `members`: the id of a user or group, not yet looked up (RFC 7643 §4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRef {
    /// The id, as it was sent: perhaps no id of ours at all.
    pub value: String,
    /// What the client says it is; most say nothing.
    pub kind: Option<Kind>,
}
