//! Everybody of one kind in the order of arrival.

use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::numbers::{kind_number, signed};
use super::page::{Found, Page, Position};
use super::resources::{COLUMNS, stored};
use super::search::number;
use super::view::View;
use crate::scim::Kind;

impl View<'_> {
    /// Everybody of one kind in the order of arrival: the total is kept, and a page begins behind a
    /// number, which for a page by index is looked up among the known places.
    pub(super) fn list(
        &self,
        connection: i64,
        kind: Kind,
        page: &Page,
    ) -> Result<Found, StoreError> {
        let population = self.population(connection, kind)?;
        let list = (connection, kind);
        let (behind, count, skipped) = match page {
            Page::After { position, count } => (position.as_ref().map_or(0, number), *count, None),
            Page::Index { start, count } => {
                let skipped = start.saturating_sub(1);
                let known = self
                    .session()
                    .anchors()
                    .and_then(|anchors| anchors.before(list, population.removed, skipped))
                    .unwrap_or((0, 0));
                let behind = if *count == 0 || skipped >= population.live {
                    None
                } else {
                    self.number_at(list, population.removed, known, skipped)?
                };
                match behind {
                    Some(behind) => (behind, *count, Some(skipped)),
                    // Nothing is asked for, or there is nothing so far behind.
                    None => {
                        return Ok(Found {
                            total: population.live,
                            resources: Vec::new(),
                            next: None,
                        });
                    }
                }
            }
        };
        let mut statement = self.sql().prepare_cached(&format!(
            "SELECT {COLUMNS}
             FROM resource
             WHERE connection = ? AND kind = ? AND number > ?
             ORDER BY number
             LIMIT ?"
        ))?;
        let mut rows = statement.query(params![
            connection,
            kind_number(kind),
            behind,
            signed(count).saturating_add(1)
        ])?;
        let mut resources = Vec::new();
        while let Some(row) = rows.next()? {
            resources.push(stored(row)?);
        }
        let found = Found::cut(population.live, resources, count, |last| {
            Position::Arrival(last.number)
        });
        if let (Some(skipped), Some(last), Some(anchors)) =
            (skipped, found.resources.last(), self.session().anchors())
        {
            let length = u64::try_from(found.resources.len()).unwrap_or(0);
            let position = skipped.saturating_add(length);
            anchors.learn(list, population.removed, skipped, behind);
            anchors.learn(list, population.removed, position, last.number);
        }
        Ok(found)
    }

    /// The number at a position of a list, counted over the index from a known place before it;
    /// position 0 is before everybody. On a long way the places passed are remembered.
    fn number_at(
        &self,
        list: (i64, Kind),
        removed: i64,
        known: (u64, i64),
        position: u64,
    ) -> Result<Option<i64>, StoreError> {
        const STRIDE: u64 = 1_024;
        let mut statement = self.sql().prepare_cached(
            "SELECT number
             FROM resource
             WHERE connection = ? AND kind = ? AND number > ?
             ORDER BY number
             LIMIT 1 OFFSET ?",
        )?;
        let (connection, kind) = (list.0, kind_number(list.1));
        let (mut at, mut number) = known;
        while at < position {
            let stride = (position - at).min(STRIDE);
            let next = statement
                .query_row(
                    params![connection, kind, number, signed(stride - 1)],
                    |row| row.get(0),
                )
                .optional()?;
            let Some(next) = next else { return Ok(None) };
            (at, number) = (at + stride, next);
            if let Some(anchors) = self.session().anchors() {
                anchors.learn(list, removed, at, number);
            }
        }
        Ok(Some(number))
    }
}
