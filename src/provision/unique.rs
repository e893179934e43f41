//! Values that may occur only once.

use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::scim::{Attributes, Kind, ScimError};
use crate::store::View;

/// 409 when a value that must be unique belongs to another resource of this connection.
///
/// `before` is the resource itself, when it exists: values that it had already are not asked for again.
pub(super) fn check(
    view: &View<'_>,
    ask: &Ask,
    kind: Kind,
    after: &Attributes,
    before: Option<(i64, &Attributes)>,
) -> Result<(), Failure> {
    match view.taken_by_schema(ask.connection(), kind, ask.schemas(), before, after)? {
        None => Ok(()),
        Some(taken) => Err(ScimError::uniqueness(format_args!(
            "{}: another {kind} of this connection has this value; search for it with a filter and \
             update it instead",
            taken.place
        ))
        .into()),
    }
}
