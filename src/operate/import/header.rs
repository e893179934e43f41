//! What the columns of a sheet mean.

use super::flaw::ImportFlaw;
use crate::base::similar;
use crate::scim::schema::{Mutability, Schemas};
use crate::scim::{Kind, Spot};

/// Columns of an export that say what an import cannot give: where somebody was, and since when.
const OURS: [&str; 5] = ["connection", "id", "groups", "created", "lastModified"];

/// What people are most often said to have, for a slip in a title.
const COMMON: [&str; 23] = [
    "userName",
    "externalId",
    "active",
    "displayName",
    "nickName",
    "name.givenName",
    "name.familyName",
    "name.formatted",
    "emails.work",
    "title",
    "userType",
    "preferredLanguage",
    "locale",
    "timezone",
    "phoneNumbers.work",
    "phoneNumbers.mobile",
    "addresses.work.country",
    "employeeNumber",
    "department",
    "division",
    "organization",
    "costCenter",
    "manager",
];

/// The columns of a sheet.
#[derive(Debug, Clone)]
pub struct Header {
    /// Where the cells of a column belong; `None`: nowhere.
    pub(super) spots: Vec<Option<Spot>>,
    /// Which column has the userName.
    pub(super) user_name: usize,
}

impl Header {
    /// Finds the places that the titles name in the schemas of the connection.
    pub fn read(titles: &[String], schemas: &Schemas) -> Result<Self, ImportFlaw> {
        let spots: Vec<Option<Spot>> = titles
            .iter()
            .map(|title| spot(title, schemas))
            .collect::<Result<_, _>>()?;
        for (index, spot) in spots.iter().enumerate() {
            let same = |other: &Spot| spot.as_ref().is_some_and(|spot| spot.is_same(other));
            let mut before = spots.iter().take(index).flatten();
            if before.any(same) {
                let title = titles.get(index).cloned().unwrap_or_default();
                return Err(ImportFlaw::Twice { title });
            }
        }
        let is_name = |spot: &Option<Spot>| {
            let spot = spot.as_ref();
            spot.is_some_and(|spot| spot.resolved().key() == "userName")
        };
        let user_name = spots.iter().position(is_name);
        Ok(Self {
            user_name: user_name.ok_or(ImportFlaw::NoUserName)?,
            spots,
        })
    }
}

fn spot(title: &str, schemas: &Schemas) -> Result<Option<Spot>, ImportFlaw> {
    if OURS.iter().any(|ours| ours.eq_ignore_ascii_case(title)) {
        return Ok(None);
    }
    let spot = Spot::parse(title, Kind::User, schemas);
    let gives = |spot: &Spot| spot.resolved().attribute.mutability != Mutability::ReadOnly;
    match spot.filter(gives) {
        Some(spot) => Ok(Some(spot)),
        None => Err(ImportFlaw::NoSuchColumn {
            title: title.to_owned(),
            similar: similar(title, COMMON).map(str::to_owned),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(titles: &str) -> Result<Header, ImportFlaw> {
        let titles: Vec<String> = titles.split(',').map(str::to_owned).collect();
        Header::read(&titles, &Schemas::builtin().unwrap())
    }

    #[test]
    fn the_first_line_decides_the_order() {
        let header = read("groups,Title,USERNAME,emails.home,created").unwrap();
        let places: Vec<Option<&str>> = header
            .spots
            .iter()
            .map(|spot| spot.as_ref().map(Spot::as_str))
            .collect();
        assert_eq!(
            places,
            [
                None,
                Some("Title"),
                Some("USERNAME"),
                Some("emails.home"),
                None
            ]
        );
        assert_eq!(header.user_name, 2);
    }

    #[test]
    fn a_title_that_means_nothing_is_met_with_a_suggestion() {
        assert_eq!(
            read("userName,emial.work").unwrap_err(),
            ImportFlaw::NoSuchColumn {
                title: "emial.work".to_owned(),
                similar: Some("emails.work".to_owned()),
            }
        );
        for wrong in ["userName,", "userName,meta.version", "userName;title", "a"] {
            let flaw = read(wrong).unwrap_err();
            assert!(matches!(flaw, ImportFlaw::NoSuchColumn { .. }), "{wrong}");
            assert!(flaw.hint().is_some());
        }
        assert_eq!(
            read("userName,title,TITLE").unwrap_err(),
            ImportFlaw::Twice {
                title: "TITLE".to_owned()
            }
        );
        assert_eq!(read("title").unwrap_err(), ImportFlaw::NoUserName);
    }
}
