//! Where a filter looks.

use super::view::View;
use crate::scim::Kind;

/// Where a filter looks: the resources of one kind in one connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) connection: i64,
    pub(super) kind: Kind,
}
