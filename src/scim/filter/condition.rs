//! A filter whose names were found in the schemas and whose operands have the type of their
//! attribute: what the matcher and the store's SQL work from.

use crate::scim::compare::Folded;
use crate::scim::schema::Resolved;

/// A condition on a resource, or, inside [`Condition::Element`], on one element of a multi-valued
/// attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of these hold; never empty.
    All(Vec<Self>),
    /// At least one of these holds; never empty.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// A value passes the test. Of several values one is enough.
    Test(Test),
    /// One and the same element of a complex attribute fulfils `inner`, whose tests are all on
    /// sub-attributes of `attribute` (RFC 7644 figure 1, `valuePath`).
    Element {
        /// The attribute, without a sub-attribute.
        attribute: Resolved,
        /// What one of its elements must fulfil.
        inner: Box<Self>,
    },
    /// Holds for every resource, or for none: an operand that nothing can equal, or the type of the
    /// resource itself.
    Constant(bool),
}

/// A comparison of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The attribute that is compared: with its sub-attribute, unless it is simple, or complex and
    /// only tested for presence.
    pub attribute: Resolved,
    /// What must be so.
    pub operand: Operand,
}

/// What a value is compared with, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// `pr`: there is a value, and it is not an empty text (RFC 7644 table 3). A complex attribute is
    /// present when any of its parts is.
    Present,
    /// Any other operator, with a value of the attribute's type.
    Compare(Operator, Folded),
}

/// The comparisons that have a value. `ne` is not among them: it means "has no equal value"
/// (missing included), so it resolves to a negated `eq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `eq`
    Equal,
    /// `co`
    Contains,
    /// `sw`
    StartsWith,
    /// `ew`
    EndsWith,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}
