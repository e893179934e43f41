//! The people of a connection, all of them, without holding them all.

use super::error::StoreError;
use super::page::{Page, Position, Search};
use super::resources::Stored;
use super::view::View;
use crate::scim::Kind;

/// How many people are held at a time.
const AT_A_TIME: u64 = 500;

impl View<'_> {
    /// Hands everybody of a connection to `each`, some hundred at a time and in the order of arrival, so
    /// that what `each` writes to them does not move the place that was reached.
    pub(super) fn everybody(
        &self,
        connection: i64,
        mut each: impl FnMut(&[Stored]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut position = None;
        loop {
            let found = self.search(&Search {
                connection,
                among: &[(Kind::User, None)],
                sort: None,
                page: Page::After {
                    position,
                    count: AT_A_TIME,
                },
            })?;
            each(&found.resources)?;
            match found.resources.last() {
                Some(last) if found.next.is_some() => {
                    position = Some(Position::Arrival(last.number));
                }
                _ => return Ok(()),
            }
        }
    }
}
