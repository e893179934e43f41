//! Lists: a filter, an order and a page become few statements.

use rusqlite::{Row, Statement, params, params_from_iter};

use super::error::StoreError;
use super::fragment::Fragment;
use super::leaves::Place;
use super::numbers::{folded_of, kind_number, signed, unsigned};
use super::page::{Found, Page, Position, Search};
use super::query::resources;
use super::resources::{COLUMNS, Stored, stored};
use super::sort::{behind, order, values};
use super::view::View;
use crate::scim::Kind;
use crate::scim::filter::Condition;

impl View<'_> {
    /// The resources that a search asks for.
    pub fn search(&self, search: &Search<'_>) -> Result<Found, StoreError> {
        if let ([(kind, None)], None) = (search.among, search.sort) {
            return self.list(search.connection, *kind, &search.page);
        }
        let hits = self.hits(search)?;
        match (&search.page, search.sort) {
            (
                Page::Index {
                    start: 0 | 1,
                    count,
                }
                | Page::After {
                    position: None,
                    count,
                },
                None,
            ) if *count > 0 => self.first_page(&hits, *count),
            _ => self.any_page(search, &hits),
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

    const fn place(&self, connection: i64, kind: Kind) -> Place<'_> {
        Place {
            view: self,
            connection,
            kind,
        }
    }

    /// What is found, as a `SELECT` of numbers; one may come twice.
    fn hits(&self, search: &Search<'_>) -> Result<Fragment, StoreError> {
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

    /// The first page in the order of arrival, where the match queries of identity providers end:
    /// when all that was found is on it, nothing needs to be counted.
    fn first_page(&self, hits: &Fragment, count: u64) -> Result<Found, StoreError> {
        let statement = Fragment::new(&format!("SELECT {COLUMNS} FROM resource WHERE number IN ("))
            .then(hits.clone())
            .sql(") ORDER BY number LIMIT ")
            .bind(signed(count).saturating_add(1));
        let mut found = self.collect(&statement, stored)?;
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        if found.len() <= most {
            return Ok(Found {
                total: length(&found),
                resources: found,
                next: None,
            });
        }
        found.truncate(most);
        Ok(Found {
            total: self.total(hits)?,
            next: found.last().map(|last| Position::Arrival(last.number)),
            resources: found,
        })
    }

    fn total(&self, hits: &Fragment) -> Result<u64, StoreError> {
        let statement = Fragment::new("SELECT count(*) FROM (SELECT DISTINCT * FROM (")
            .then(hits.clone())
            .sql("))");
        let mut prepared = self.prepare(&statement)?;
        let total = prepared.query_row(params_from_iter(statement.values()), |row| row.get(0))?;
        unsigned(total)
    }

    /// Any other page: what is found is collected once, counted, put into order and cut.
    fn any_page(&self, search: &Search<'_>, hits: &Fragment) -> Result<Found, StoreError> {
        let (offset, count, position) = match &search.page {
            Page::Index { start, count } => (start.saturating_sub(1), *count, None),
            Page::After { position, count } => (0, *count, position.as_ref()),
        };
        if count == 0 {
            return Ok(Found {
                total: self.total(hits)?,
                resources: Vec::new(),
                next: None,
            });
        }
        let order = order(search.sort);
        let keyed = match search.sort {
            None => Fragment::new("SELECT number, NULL AS value FROM hit"),
            Some(sort) => {
                let mut keys = Vec::new();
                for (kind, _) in search.among {
                    let place = self.place(search.connection, *kind);
                    keys.push(
                        Fragment::new("SELECT resource, value FROM (")
                            .then(values(&place, sort)?)
                            .sql(")"),
                    );
                }
                let keys = keys
                    .into_iter()
                    .reduce(|left, right| left.sql(" UNION ALL ").then(right))
                    .unwrap_or_default();
                Fragment::new(
                    "SELECT hit.number AS number, key.value AS value FROM hit LEFT JOIN (",
                )
                .then(keys)
                .sql(") AS key ON key.resource = hit.number")
            }
        };
        let cut = match position {
            Some(position) => behind(position, search.sort),
            None => Fragment::new("TRUE"),
        };
        let statement = Fragment::new("WITH hit(number) AS MATERIALIZED (SELECT DISTINCT * FROM (")
            .then(hits.clone())
            .sql(")), keyed(number, value) AS (")
            .then(keyed)
            .sql("), page(number, value, total) AS MATERIALIZED (SELECT number, value, (SELECT count(*) FROM hit) FROM keyed WHERE ")
            .then(cut)
            .sql(&format!(" ORDER BY {order} LIMIT "))
            .bind(signed(count).saturating_add(1))
            .sql(" OFFSET ")
            .bind(signed(offset))
            .sql(&format!(
                ") SELECT {COLUMNS}, page.value, page.total \
                 FROM page CROSS JOIN resource ON resource.number = page.number"
            ));
        let mut found = self.collect(&statement, |row| {
            let value: rusqlite::types::Value = row.get(8)?;
            let value = match value {
                rusqlite::types::Value::Null => None,
                value => Some(folded_of(value)?),
            };
            Ok((stored(row)?, value, unsigned(row.get(9)?)?))
        })?;
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        let more = found.len() > most;
        found.truncate(most);
        let total = match found.first() {
            Some((_, _, total)) => *total,
            // Beyond the end nothing carries the total.
            None => self.total(hits)?,
        };
        let next = found.last().filter(|_| more).map(|(last, value, _)| {
            if search.sort.is_some() {
                Position::Sorted {
                    value: value.clone(),
                    number: last.number,
                }
            } else {
                Position::Arrival(last.number)
            }
        });
        Ok(Found {
            total,
            resources: found.into_iter().map(|(stored, ..)| stored).collect(),
            next,
        })
    }

    /// Everybody of one kind in the order of arrival: the total is kept, and a page begins behind a
    /// number, which for a page by index is looked up among the known places.
    fn list(&self, connection: i64, kind: Kind, page: &Page) -> Result<Found, StoreError> {
        let population = self.population(connection, kind)?;
        let list = (connection, kind);
        let (behind, count, skipped) = match page {
            Page::After { position, count } => {
                let behind = match position {
                    None => 0,
                    Some(Position::Arrival(number) | Position::Sorted { number, .. }) => *number,
                };
                (behind, *count, None)
            }
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
                    self.number_at(connection, kind, known, skipped)?
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
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        let mut resources = Vec::with_capacity(most.min(1_000));
        let mut more = false;
        while let Some(row) = rows.next()? {
            if resources.len() == most {
                more = true;
                break;
            }
            resources.push(stored(row)?);
        }
        if let (Some(skipped), Some(last), Some(anchors)) =
            (skipped, resources.last(), self.session().anchors())
        {
            let position = skipped.saturating_add(length(&resources));
            anchors.learn(list, population.removed, position, last.number);
        }
        let next = resources
            .last()
            .filter(|_| more)
            .map(|last| Position::Arrival(last.number));
        Ok(Found {
            total: population.live,
            resources,
            next,
        })
    }

    /// The number at a position of a list, counted over the index from a known place before it;
    /// position 0 is before everybody.
    fn number_at(
        &self,
        connection: i64,
        kind: Kind,
        known: (u64, i64),
        position: u64,
    ) -> Result<Option<i64>, StoreError> {
        let (from, number) = known;
        let Some(steps) = position.saturating_sub(from).checked_sub(1) else {
            return Ok(Some(number));
        };
        let mut statement = self.sql().prepare_cached(
            "SELECT number
             FROM resource
             WHERE connection = ? AND kind = ? AND number > ?
             ORDER BY number
             LIMIT 1 OFFSET ?",
        )?;
        let mut rows = statement.query(params![
            connection,
            kind_number(kind),
            number,
            signed(steps)
        ])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?)
    }

    /// A statement made of a fragment. Short ones come again and again with other values; a long one
    /// would only push them out of the cache.
    fn prepare(&self, statement: &Fragment) -> Result<Prepared<'_>, StoreError> {
        const LONG: usize = 2_000;
        Ok(if statement.text().len() > LONG {
            Prepared::Once(self.sql().prepare(statement.text())?)
        } else {
            Prepared::Kept(self.sql().prepare_cached(statement.text())?)
        })
    }

    fn collect<T>(
        &self,
        statement: &Fragment,
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut prepared = self.prepare(statement)?;
        let mut rows = prepared.query(params_from_iter(statement.values()))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }
}

fn length<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

enum Prepared<'a> {
    Once(Statement<'a>),
    Kept(rusqlite::CachedStatement<'a>),
}

impl<'a> std::ops::Deref for Prepared<'a> {
    type Target = Statement<'a>;

    fn deref(&self) -> &Statement<'a> {
        match self {
            Self::Once(statement) => statement,
            Self::Kept(statement) => statement,
        }
    }
}

impl std::ops::DerefMut for Prepared<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Once(statement) => statement,
            Self::Kept(statement) => statement,
        }
    }
}
