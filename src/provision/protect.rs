//! People whom the operator protects: the identity provider may change them, but not take them away.

use super::tolerated::{self, Tolerated};
use crate::provision::caller::Ask;
use crate::scim::{Attributes, Kind, ResourceId, ScimError, fold_name, names};
use crate::store::{StoreError, Tx};

/// Why somebody stays as they are; `None` when the operator does not protect them. It is counted, for the
/// operator to see, so whoever gets an answer writes nothing more.
///
/// 409 and not 403: Entra ID takes a 403 for a bad credential and stops everything, while a 409 fails this
/// one person.
pub(super) fn objection(
    tx: &Tx<'_>,
    ask: &Ask,
    id: ResourceId,
    before: &Attributes,
) -> Result<Option<ScimError>, StoreError> {
    let protected = &ask.caller.entrance.rulebook.protected;
    if protected.is_empty() {
        return Ok(None);
    }
    let id = id.to_string();
    let mut called = names(Kind::User, before.as_map());
    called.push(&id);
    let is_protected = called
        .into_iter()
        .any(|name| protected.contains(&fold_name(name)));
    if !is_protected {
        return Ok(None);
    }
    tolerated::count(tx, ask, Tolerated::PROTECTED, &id)?;
    tracing::warn!(
        request = &*ask.request,
        resource = id,
        "somebody protected was to be deactivated or deleted; nothing was changed"
    );
    Ok(Some(ScimError::conflict(
        "the operator of this server protects this user, who can be neither deactivated nor deleted; \
         nothing was changed. Take the user back into the scope of your provisioning, or have the \
         operator change protect=",
    )))
}
