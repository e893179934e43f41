//! Attributes that the profile of a connection wants and that nobody has: its mapping lacks them, or the
//! directory behind it.

use super::connections;
use crate::base::Need;
use crate::scim::{Kind, Spot};
use crate::store::{Connection, Page, Search, StoreError, View};

/// An attribute that never arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    /// Its place, as the profile writes it.
    pub place: String,
    /// How much the profile wants it.
    pub need: Need,
}

/// The mandatory and recommended attributes that no user of a connection has, once it has users.
pub fn absent(view: &View<'_>, connection: &Connection) -> Result<Vec<Absent>, StoreError> {
    let mut found = Vec::new();
    if view.count(connection.number, Kind::User)? == 0 {
        return Ok(found);
    }
    let schemas = connection.schemas(&mut view.library()?)?;
    let attributes = &connections::profile_of(connection)?.attributes;
    let wanted = attributes
        .by_need()
        .filter(|(need, _)| *need != Need::Optional);
    for (need, place) in wanted {
        let Some(spot) = Spot::parse(place, Kind::User, &schemas) else {
            continue;
        };
        let somebody = view.search(&Search {
            connection: connection.number,
            among: &[(Kind::User, Some(spot.present()))],
            sort: None,
            page: Page::After {
                position: None,
                count: 1,
            },
        })?;
        if somebody.resources.is_empty() {
            found.push(Absent {
                place: place.to_owned(),
                need,
            });
        }
    }
    Ok(found)
}
