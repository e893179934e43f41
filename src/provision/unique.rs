//! Values that may occur only once.

use serde_json::Value;

use crate::provision::caller::Ask;
use crate::provision::failure::Failure;
use crate::scim::schema::{Holder, Resolved};
use crate::scim::{Attributes, Folded, Kind, ScimError, fold};
use crate::store::View;

/// 409 when a value that must be unique belongs to another resource of this connection. The check and
/// the write are one transaction of the only writer, so nobody can come between.
///
/// `before` is the resource itself, when it exists: values that it had already are not asked for again.
pub(super) fn check(
    view: &View<'_>,
    ask: &Ask,
    kind: Kind,
    after: &Attributes,
    before: Option<(i64, &Attributes)>,
) -> Result<(), Failure> {
    for unique in ask.schemas().resource_type(kind).unique() {
        let wanted = values(&unique, after);
        let had = before.map(|(_, before)| values(&unique, before));
        for value in wanted {
            if had.as_ref().is_some_and(|had| had.contains(&value)) {
                continue;
            }
            let except = before.map(|(number, _)| number);
            let taken = view.taken(ask.connection(), kind, &unique.key(), &value, except)?;
            if taken.is_some() {
                let key = unique.key();
                return Err(ScimError::uniqueness(format_args!(
                    "{key}: another {kind} of this connection has this value; search for it with a \
                     filter and update it instead"
                ))
                .into());
            }
        }
    }
    Ok(())
}

/// The comparable values that `attributes` has at a path.
fn values(unique: &Resolved, attributes: &Attributes) -> Vec<Folded> {
    let name = unique.attribute.name.as_str();
    let value = match &unique.holder {
        Holder::Core => attributes.value(name),
        Holder::Extension(document) => attributes
            .value(document.id.as_str())
            .and_then(|extension| extension.get(name)),
    };
    let elements = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(single) => std::slice::from_ref(single),
        None => &[],
    };
    elements
        .iter()
        .flat_map(|element| match &unique.sub {
            // A part may itself have several values.
            Some(sub) => match element.get(sub.name.as_str()) {
                Some(Value::Array(list)) => list.iter().filter_map(|one| fold(sub, one)).collect(),
                Some(single) => Vec::from_iter(fold(sub, single)),
                None => Vec::new(),
            },
            None => Vec::from_iter(fold(&unique.attribute, element)),
        })
        .collect()
}
