//! Values that may occur only once in a connection: is one of them taken?

use serde_json::Value;

use super::error::StoreError;
use super::page::{Page, Search};
use super::view::View;
use crate::base::{Matching, Rules};
use crate::scim::schema::{Resolved, Schemas};
use crate::scim::{Attributes, Folded, Kind, ResourceId, Spot, fold};

/// How many can have a value that is unique: the resource itself, another, and derived groups of that name,
/// one in each folder.
const MOST: u64 = 100;

/// A value that belongs to another resource already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Where the value is: `userName`, `emails.work`.
    pub place: String,
    /// Whose it is.
    pub by: ResourceId,
}

/// The places whose values are unique by these settings, beyond what the schemas say. A place that no
/// schema knows any more has no effect.
pub fn unique_places(rules: &Rules, schemas: &Schemas) -> Vec<(Kind, Spot)> {
    let by_match =
        (rules.matching != Matching::UserName).then_some((Kind::User, rules.matching.place()));
    let by_name = rules
        .unique_group_names
        .then_some((Kind::Group, "displayName"));
    [by_match, by_name]
        .into_iter()
        .flatten()
        .filter_map(|(kind, place)| Some((kind, Spot::parse(place, kind, schemas)?)))
        .collect()
}

impl View<'_> {
    /// Whether `after` has a value that is unique by its schema and taken. The check and the write are
    /// one transaction of the only writer, so nobody can come between.
    ///
    /// `before` is the resource itself, when it exists: values that it had already are not asked for
    /// again.
    pub fn taken_by_schema(
        &self,
        connection: i64,
        kind: Kind,
        schemas: &Schemas,
        before: Option<(i64, &Attributes)>,
        after: &Attributes,
    ) -> Result<Option<Taken>, StoreError> {
        let except = before.map(|(number, _)| number);
        for unique in schemas.resource_type(kind).unique() {
            let had = before.map(|(_, before)| values(&unique, before));
            for value in values(&unique, after) {
                if had.as_ref().is_some_and(|had| had.contains(&value)) {
                    continue;
                }
                let place = unique.key();
                if let Some(by) = self.taken(connection, kind, &place, &value, except)? {
                    return Ok(Some(Taken { place, by }));
                }
            }
        }
        Ok(None)
    }

    /// The same for places that are unique by the settings of the connection. Derived groups take no
    /// names away: the identity provider has no say in theirs.
    pub fn taken_by_settings(
        &self,
        connection: i64,
        kind: Kind,
        places: &[(Kind, Spot)],
        before: Option<(i64, &Attributes)>,
        after: &Attributes,
    ) -> Result<Option<Taken>, StoreError> {
        let own = before.map(|(number, _)| number);
        for (_, spot) in places.iter().filter(|(of, _)| *of == kind) {
            let had = before.map(|(_, before)| spot.folded(before));
            for value in spot.folded(after) {
                if had.as_ref().is_some_and(|had| had.contains(&value)) {
                    continue;
                }
                let found = self.search(&Search {
                    connection,
                    among: &[(kind, Some(spot.equals(value)))],
                    sort: None,
                    page: Page::Index {
                        start: 1,
                        count: MOST,
                    },
                })?;
                for other in &found.resources {
                    let is_another = Some(other.number) != own;
                    if is_another && (kind == Kind::User || !self.is_derived(&other.id)?) {
                        return Ok(Some(Taken {
                            place: spot.as_str().to_owned(),
                            by: other.id,
                        }));
                    }
                }
            }
        }
        Ok(None)
    }
}

/// The values among `attributes` that only one resource may have, by the schemas or by the settings, as
/// they are compared, each behind its place.
pub fn unique_values(
    kind: Kind,
    schemas: &Schemas,
    places: &[(Kind, Spot)],
    attributes: &Attributes,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for unique in schemas.resource_type(kind).unique() {
        let values = values(&unique, attributes).into_iter();
        found.extend(values.map(|value| (unique.key(), format!("{value:?}"))));
    }
    for (_, spot) in places.iter().filter(|(of, _)| *of == kind) {
        let values = spot.folded(attributes).into_iter();
        found.extend(values.map(|value| (spot.as_str().to_owned(), format!("{value:?}"))));
    }
    found
}

/// The comparable values that `attributes` has at a path.
fn values(unique: &Resolved, attributes: &Attributes) -> Vec<Folded> {
    unique
        .elements(attributes)
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
