//! Sorted lists. A value that stands alone is read in the order of the index of values; of several
//! the primary one, or the first, is picked and put into order.

use rusqlite::types::Value;

use super::error::StoreError;
use super::fragment::Fragment;
use super::leaves::{self, Home, home};
use super::numbers::{folded_of, kind_number, signed, sql_value, unsigned};
use super::page::{Found, Page, Position, Search, Sort};
use super::place::Place;
use super::resources::{BEHIND, COLUMNS, Stored, stored};
use super::search::number;
use super::view::View;
use crate::scim::Folded;

/// The two parts of a sorted list. Which comes first is a matter of direction (RFC 7644 §3.4.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Who has a value, in the order of the values.
    Valued,
    /// Who has none, in the order of arrival.
    Missing,
}

/// What is sorted.
struct Sorted<'a> {
    sort: &'a Sort,
    /// A `SELECT` of the numbers that were found; `None`: everybody.
    hits: Option<Fragment>,
    /// A `SELECT` of the numbers of everybody.
    everybody: Fragment,
    /// A `SELECT` of `(resource, value)` for whoever has a value.
    values: Fragment,
}

/// A resource of a sorted list, with its value.
type Ranked = (Stored, Option<Folded>);

impl View<'_> {
    /// A page of a sorted list.
    pub(super) fn sorted(&self, search: &Search<'_>, sort: &Sort) -> Result<Found, StoreError> {
        let everybody = Search {
            among: &search
                .among
                .iter()
                .map(|(kind, _)| (*kind, None))
                .collect::<Vec<_>>(),
            ..search.clone()
        };
        let filtered = search
            .among
            .iter()
            .any(|(_, condition)| condition.is_some());
        let mut values = Vec::with_capacity(search.among.len());
        for (kind, _) in search.among {
            values.push(self::values(&self.place(search.connection, *kind), sort)?);
        }
        let list = Sorted {
            sort,
            hits: filtered.then(|| self.hits(search)).transpose()?,
            everybody: self.hits(&everybody)?,
            values: values
                .into_iter()
                .reduce(|left, right| left.sql(" UNION ALL ").then(right))
                .unwrap_or_default(),
        };
        let total = match &list.hits {
            Some(hits) => self.total(hits)?,
            None => search.among.iter().try_fold(0, |total: u64, (kind, _)| {
                Ok::<_, StoreError>(total + self.count(search.connection, *kind)?)
            })?,
        };
        let (count, rows) = match &search.page {
            Page::Index { count: 0, .. } | Page::After { count: 0, .. } => (0, Vec::new()),
            Page::Index { start, count } => (
                *count,
                self.by_index(&list, start.saturating_sub(1), *count)?,
            ),
            Page::After { position, count } => {
                (*count, self.by_position(&list, position.as_ref(), *count)?)
            }
        };
        let most = usize::try_from(count).unwrap_or(usize::MAX);
        let value = rows
            .iter()
            .take(most)
            .next_back()
            .and_then(|(_, value)| value.clone());
        let resources = rows.into_iter().map(|(stored, _)| stored).collect();
        Ok(Found::cut(total, resources, count, |last| {
            Position::Sorted {
                value,
                number: last.number,
            }
        }))
    }

    /// One more than `count` from an offset on.
    fn by_index(
        &self,
        list: &Sorted<'_>,
        offset: u64,
        count: u64,
    ) -> Result<Vec<Ranked>, StoreError> {
        let wanted = signed(count).saturating_add(1);
        let [first, second] = list.parts();
        let mut rows = self.part(list, first, None, wanted, signed(offset))?;
        let got = i64::try_from(rows.len()).unwrap_or(wanted);
        if got < wanted {
            let before = match got {
                // The whole first part may lie before the offset.
                0 => self.length(list, first)?,
                _ => offset,
            };
            let offset = signed(offset.saturating_sub(before));
            rows.extend(self.part(list, second, None, wanted - got, offset)?);
        }
        Ok(rows)
    }

    /// One more than `count` behind a position.
    fn by_position(
        &self,
        list: &Sorted<'_>,
        position: Option<&Position>,
        count: u64,
    ) -> Result<Vec<Ranked>, StoreError> {
        let wanted = signed(count).saturating_add(1);
        let [first, second] = list.parts();
        let reached = position.map(|position| match position {
            Position::Sorted { value: Some(_), .. } => Part::Valued,
            Position::Sorted { value: None, .. } | Position::Arrival(_) => Part::Missing,
        });
        if reached == Some(second) {
            return self.part(list, second, position, wanted, 0);
        }
        let mut rows = self.part(list, first, position, wanted, 0)?;
        let got = i64::try_from(rows.len()).unwrap_or(wanted);
        if got < wanted {
            rows.extend(self.part(list, second, None, wanted - got, 0)?);
        }
        Ok(rows)
    }

    fn part(
        &self,
        list: &Sorted<'_>,
        part: Part,
        behind: Option<&Position>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Ranked>, StoreError> {
        let statement = Fragment::new(&format!("SELECT {COLUMNS}, page.value FROM ("))
            .then(list.rows(part, behind))
            .sql(" LIMIT ")
            .bind(limit)
            .sql(" OFFSET ")
            .bind(offset)
            .sql(") AS page CROSS JOIN resource ON resource.number = page.resource");
        self.collect(&statement, |row| {
            let value = match row.get(BEHIND)? {
                Value::Null => None,
                value => Some(folded_of(value)?),
            };
            Ok((stored(row)?, value))
        })
    }

    fn length(&self, list: &Sorted<'_>, part: Part) -> Result<u64, StoreError> {
        let statement = Fragment::new("SELECT count(*) FROM (")
            .then(list.rows(part, None))
            .sql(")");
        let counted = self.collect(&statement, |row| unsigned(row.get(0)?))?;
        Ok(counted.first().copied().unwrap_or(0))
    }
}

impl Sorted<'_> {
    const fn parts(&self) -> [Part; 2] {
        if self.sort.descending {
            [Part::Missing, Part::Valued]
        } else {
            [Part::Valued, Part::Missing]
        }
    }

    /// A `SELECT` of `(resource, value)` of one part, in order.
    fn rows(&self, part: Part, behind: Option<&Position>) -> Fragment {
        match part {
            Part::Valued => self.valued(behind),
            Part::Missing => self.missing(behind),
        }
    }

    fn valued(&self, behind: Option<&Position>) -> Fragment {
        let mut rows = Fragment::new("SELECT resource, value FROM (")
            .then(self.values.clone())
            .sql(") WHERE TRUE");
        if let Some(hits) = &self.hits {
            rows = rows.sql(" AND resource IN (").then(hits.clone()).sql(")");
        }
        let (direction, beyond) = if self.sort.descending {
            (" DESC", "<")
        } else {
            ("", ">")
        };
        if let Some(Position::Sorted {
            value: Some(value),
            number,
        }) = behind
        {
            rows = rows
                .sql(&format!(" AND value {beyond}= "))
                .bind(sql_value(value))
                .sql(&format!(" AND (value {beyond} "))
                .bind(sql_value(value))
                .sql(" OR resource > ")
                .bind(*number)
                .sql(")");
        }
        rows.sql(&format!(" ORDER BY value{direction}, resource"))
    }

    fn missing(&self, behind: Option<&Position>) -> Fragment {
        let found = self.hits.as_ref().unwrap_or(&self.everybody);
        let rows = Fragment::new(
            "SELECT number AS resource, NULL AS value FROM resource WHERE number IN (",
        )
        .then(found.clone())
        .sql(") AND number NOT IN (SELECT resource FROM (")
        .then(self.values.clone())
        .sql("))");
        match behind {
            Some(position) => rows.sql(" AND number > ").bind(number(position)),
            None => rows,
        }
        .sql(" ORDER BY number")
    }
}

/// A `SELECT` of `(resource, value)`: the value by which each resource of a place is sorted. Who has
/// none is not in it.
fn values(place: &Place<'_>, sort: &Sort) -> Result<Fragment, StoreError> {
    let column = match home(place.kind, &sort.attribute) {
        Home::Rows | Home::Traits => return rows(place, sort),
        Home::Id | Home::Location => "id",
        Home::Version => "version",
        // A group is not sorted by one of its members, nor a user by one of its groups.
        Home::Members | Home::Groups => {
            return Ok(Fragment::new(
                "SELECT NULL AS resource, NULL AS value WHERE FALSE",
            ));
        }
    };
    Ok(Fragment::new(&format!(
        "SELECT number AS resource, {column} AS value FROM resource WHERE connection = "
    ))
    .bind(place.connection)
    .sql(" AND kind = ")
    .bind(kind_number(place.kind)))
}

fn rows(place: &Place<'_>, sort: &Sort) -> Result<Fragment, StoreError> {
    let attribute = &sort.attribute;
    let own = values_at(place, &attribute.key())?;
    if !attribute.attribute.multi_valued && !attribute.leaf().multi_valued {
        return Ok(Fragment::new("SELECT resource, folded AS value FROM (")
            .then(own)
            .sql(")"));
    }
    let primary = values_at(place, &format!("{}.primary", attribute.attribute_key()))?;
    // The primary value, or else the first: `min` takes the row where the number is the least.
    Ok(Fragment::new(
        "SELECT resource, value FROM (\
         SELECT resource, folded AS value, \
         min(CASE WHEN (resource, element) IN (SELECT resource, element FROM (",
    )
    .then(primary)
    .sql(") WHERE folded = 1) THEN element - 4294967296 ELSE element END) FROM (")
    .then(own)
    .sql(") GROUP BY resource)"))
}

/// The values of one path, as a `SELECT` of `(resource, element, folded)`.
fn values_at(place: &Place<'_>, key: &str) -> Result<Fragment, StoreError> {
    let path = place.view.session().path(place.kind, key)?.unwrap_or(0);
    Ok(place.values(leaves::filed(key), &[path]))
}
