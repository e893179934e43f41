//! How far a connection goes along with what it is sent.

use crate::base::{Dialect, Limits, Policy, Unknown};

/// What the operator decided about bodies: part of every call that reads one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Whether what the RFC does not allow is taken for what it may mean.
    pub dialect: Dialect,
    /// What becomes of an attribute that no schema knows.
    pub unknown: Unknown,
    /// How long a text, and how many operations, may be.
    pub limits: Limits,
}

impl Reading {
    /// The rules of a connection with this policy.
    pub const fn new(policy: &Policy, limits: &Limits) -> Self {
        Self {
            dialect: policy.dialect,
            unknown: policy.unknown,
            limits: *limits,
        }
    }
}
