//! Searches: a filter and a page become few statements.

use rusqlite::params_from_iter;

use super::error::StoreError;
use super::fragment::Fragment;
use super::numbers::{kind_number, signed, unsigned};
use super::page::{Found, Page, Position, Search};
use super::place::Place;
use super::query::{finds_few, resources};
use super::resources::{BEHIND, COLUMNS, Stored, stored};
use super::view::View;
use crate::scim::Kind;
use crate::scim::filter::Condition;

/// Resources that are looked up one by one.
const FEW: i64 = 64;

impl View<'_> {
    /// The resources that a search asks for.
    pub fn search(&self, search: &Search<'_>) -> Result<Found, StoreError> {
        if let Some(found) = self.search_at_once(search)? {
            return Ok(found);
        }
        if let Some(sort) = search.sort {
            return self.sorted(search, sort);
        }
        let hits = self.hits(search)?;
        match search.page.first() {
            Some(count) => self.first_page(&hits, count),
            None => self.any_page(&hits, &search.page),
        }
    }

    /// The same when they are so few that each can be looked up, or when nothing but their kind is asked
    /// for; `None`: that takes longer.
    pub fn search_at_once(&self, search: &Search<'_>) -> Result<Option<Found>, StoreError> {
        if let ([(kind, None)], None) = (search.among, search.sort) {
            return self.list(search.connection, *kind, &search.page).map(Some);
        }
        match (search.sort, search.page.first()) {
            (None, Some(count)) => self.few(search, count),
            _ => Ok(None),
        }
    }

    /// Every resource of one kind that fulfils a condition, in the order of arrival, one after the
    /// other and in constant memory.
    pub fn each<E: From<StoreError>>(
        &self,
        connection: i64,
        kind: Kind,
        condition: Option<&Condition>,
        mut take: impl FnMut(Stored) -> Result<(), E>,
    ) -> Result<(), E> {
        let place = self.place(connection, kind);
        let statement = match condition {
            None => Fragment::new(&format!(
                "SELECT {COLUMNS} FROM resource WHERE connection = "
            ))
            .bind(connection)
            .sql(" AND kind = ")
            .bind(kind_number(kind)),
            Some(condition) => {
                Fragment::new(&format!("SELECT {COLUMNS} FROM resource WHERE number IN ("))
                    .then(resources(&place, condition)?)
                    .sql(")")
            }
        }
        .sql(" ORDER BY number");
        let mut prepared = self.prepare(&statement)?;
        let mut rows = prepared
            .query(params_from_iter(statement.values()))
            .map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            take(stored(row)?)?;
        }
        Ok(())
    }

    pub(super) const fn place(&self, connection: i64, kind: Kind) -> Place<'_> {
        Place {
            view: self,
            connection,
            kind,
        }
    }

    /// What is found, as a `SELECT` of numbers; one may come twice.
    pub(super) fn hits(&self, search: &Search<'_>) -> Result<Fragment, StoreError> {
        let mut sets = Vec::with_capacity(search.among.len());
        for (kind, condition) in search.among {
            let place = self.place(search.connection, *kind);
            sets.push(match condition {
                Some(condition) => resources(&place, condition)?,
                None => Fragment::new("SELECT resource FROM (")
                    .then(place.everybody())
                    .sql(")"),
            });
        }
        Ok(sets
            .into_iter()
            .reduce(|left, right| left.sql(" UNION ALL ").then(right))
            .unwrap_or_else(|| Fragment::new("SELECT NULL WHERE FALSE")))
    }

    /// The first page of what is probably few, where the match queries of identity providers end: the
    /// numbers are collected first and each is looked up then, which needs no temporary table. `None`
    /// when they are many.
    fn few(&self, search: &Search<'_>, count: u64) -> Result<Option<Found>, StoreError> {
        let hopeful = search.among.iter().all(|(kind, condition)| {
            condition
                .as_ref()
                .is_some_and(|condition| finds_few(*kind, condition))
        });
        if !hopeful {
            return Ok(None);
        }
        let statement = self.hits(search)?.sql(" LIMIT ").bind(FEW + 1);
        let mut numbers: Vec<i64> = self.collect(&statement, |row| Ok(row.get(0)?))?;
        if i64::try_from(numbers.len()).is_ok_and(|found| found > FEW) {
            return Ok(None);
        }
        numbers.sort_unstable();
        numbers.dedup();
        let total = numbers.len() as u64;
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        let mut resources = Vec::with_capacity(numbers.len());
        for number in numbers.into_iter().take(most.saturating_add(1)) {
            resources.extend(self.resource_by_number(number)?);
        }
        Ok(Some(Found::cut(total, resources, count, |last| {
            Position::Arrival(last.number)
        })))
    }

    /// The first page in the order of arrival: when all that was found is on it, nothing needs to be
    /// counted.
    fn first_page(&self, hits: &Fragment, count: u64) -> Result<Found, StoreError> {
        let statement = Fragment::new(&format!("SELECT {COLUMNS} FROM resource WHERE number IN ("))
            .then(hits.clone())
            .sql(") ORDER BY number LIMIT ")
            .bind(signed(count).saturating_add(1));
        let found = self.collect(&statement, stored)?;
        let total = match u64::try_from(found.len()) {
            Ok(total) if total <= count => total,
            _ => self.total(hits)?,
        };
        Ok(Found::cut(total, found, count, |last| {
            Position::Arrival(last.number)
        }))
    }

    pub(super) fn total(&self, hits: &Fragment) -> Result<u64, StoreError> {
        let statement = Fragment::new("SELECT count(*) FROM (SELECT DISTINCT * FROM (")
            .then(hits.clone())
            .sql("))");
        let mut prepared = self.prepare(&statement)?;
        let total = prepared.query_row(params_from_iter(statement.values()), |row| row.get(0))?;
        unsigned(total)
    }

    /// Any other page: what is found is collected once, counted and cut.
    fn any_page(&self, hits: &Fragment, page: &Page) -> Result<Found, StoreError> {
        let (offset, count, behind) = match page {
            Page::Index { start, count } => (start.saturating_sub(1), *count, 0),
            Page::After { position, count } => (0, *count, position.as_ref().map_or(0, number)),
        };
        let statement = Fragment::new("WITH hit(number) AS MATERIALIZED (SELECT DISTINCT * FROM (")
            .then(hits.clone())
            .sql(&format!(
                ")) SELECT {COLUMNS}, (SELECT count(*) FROM hit) \
                 FROM (SELECT number FROM hit WHERE number > "
            ))
            .bind(behind)
            .sql(" ORDER BY number LIMIT ")
            .bind(signed(count).saturating_add(1))
            .sql(" OFFSET ")
            .bind(signed(offset))
            .sql(") AS page CROSS JOIN resource ON resource.number = page.number");
        let found = match count {
            0 => Vec::new(),
            _ => self.collect(&statement, |row| {
                Ok((stored(row)?, unsigned(row.get(BEHIND)?)?))
            })?,
        };
        let total = match found.first() {
            Some((_, total)) => *total,
            // Beyond the end nothing carries the total.
            None => self.total(hits)?,
        };
        let resources = found.into_iter().map(|(stored, _)| stored).collect();
        Ok(Found::cut(total, resources, count, |last| {
            Position::Arrival(last.number)
        }))
    }
}

/// The number that a position is behind.
pub(super) const fn number(position: &Position) -> i64 {
    match position {
        Position::Arrival(number) | Position::Sorted { number, .. } => *number,
    }
}
