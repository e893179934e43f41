//! One resource (RFC 7644 §3.4.1).

use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::provision::shown::Shown;
use crate::scim::project::Projection;
use crate::scim::{Kind, ResourceId};
use crate::store::View;

/// The resource with this id; 404 when this connection has none, whatever others have.
pub fn read(
    view: &View<'_>,
    ask: &Ask,
    kind: Kind,
    id: &ResourceId,
    projection: &Projection,
) -> Result<Shown, Failure> {
    ask.check_kind(kind)?;
    let stored = view
        .resource(ask.connection(), kind, id)?
        .ok_or_else(|| Ask::not_found(kind))?;
    Shown::read(view, stored, projection)
}
