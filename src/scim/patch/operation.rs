//! One step of a PATCH.

use serde_json::Value;

use super::members::MemberChange;
use super::target::PatchPath;
use crate::scim::schema::Resolved;

/// What is asked, and by which operation of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The place of the operation in `Operations`, from 0. Several steps may come from one.
    pub index: usize,
    /// The step.
    pub op: PatchOp,
}

/// A step with a single target. Its value has the target's type already; it is never unassigned,
/// except that `null` inside an object that is added clears that part.
#[derive(Debug, Clone, PartialEq)]
pub enum PatchOp {
    /// RFC 7644 §3.5.2.1.
    Add {
        /// Where.
        at: PatchPath,
        /// A list where the target has several values.
        value: Value,
    },
    /// RFC 7644 §3.5.2.3.
    Replace {
        /// Where.
        at: PatchPath,
        /// A list where the target has several values.
        value: Value,
    },
    /// RFC 7644 §3.5.2.2, and a replace that leaves nothing.
    Remove {
        /// Where.
        at: PatchPath,
    },
    /// A remove that says which values: those, and no others.
    Subtract {
        /// A multi-valued attribute.
        at: Resolved,
        /// The values.
        values: Vec<Value>,
    },
    /// The members of a group.
    Members(MemberChange),
}
